"""The instructor's pages: who needs them today, each person, their plan, what they sign."""
