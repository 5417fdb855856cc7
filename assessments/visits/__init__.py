"""The visits themselves: which there are, how they stand, when they are booked, who comes today."""
