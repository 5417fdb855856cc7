"""Writes of answers, totals and visits, one subject a file."""

from assessments.services.answers import save_answers
from assessments.services.corrections import annotate, void_answers
from assessments.services.totals import record_total
from assessments.services.visits import book_visit, miss_visit, open_extra_visit

__all__ = [
    "annotate",
    "book_visit",
    "miss_visit",
    "open_extra_visit",
    "record_total",
    "save_answers",
    "void_answers",
]
