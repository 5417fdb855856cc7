"""Writes of answers, ratings and totals, one subject a file."""

from assessments.services.answers import save_answers
from assessments.services.ratings import record_rating
from assessments.services.totals import record_total

__all__ = ["record_rating", "record_total", "save_answers"]
