"""Every write of the schedule: one transaction with the gate, the rule, the row and the trail."""
