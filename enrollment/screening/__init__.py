"""Screening on the phone: the participant's half, and what is said about the result."""
