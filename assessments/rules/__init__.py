"""The rules of visits and answers, one subject a file. Pure."""

from assessments.rules.answers import (
    answer_problems,
    may_be_filled_in,
    rating_problems,
    total_problems,
    unanswered,
)
from assessments.rules.baseline import baseline_visit, entry_visit, own_baseline, rated_baseline
from assessments.rules.windows import Due, Window, due, is_open, next_window, windows

__all__ = [
    "Due",
    "Window",
    "answer_problems",
    "baseline_visit",
    "due",
    "entry_visit",
    "is_open",
    "may_be_filled_in",
    "next_window",
    "own_baseline",
    "rated_baseline",
    "rating_problems",
    "total_problems",
    "unanswered",
    "windows",
]
