"""The rater's room: which visits can be scored, and one page for one interview."""
