"""Writes of answers and totals, one subject a file."""

from assessments.services.answers import save_answers
from assessments.services.totals import record_total

__all__ = ["record_total", "save_answers"]
