"""The rules of visits and answers, one subject a file. Pure."""

from assessments.rules.answers import (
    answer_problems,
    may_be_filled_in,
    rating_problems,
    total_problems,
    unanswered,
)
from assessments.rules.baseline import baseline_visit, entry_visit, own_baseline, rated_baseline
from assessments.rules.visits import (
    Kept,
    VisitState,
    booking_problem,
    extra_of,
    extra_plan,
    is_late,
    next_extra_code,
    visit_state,
)
from assessments.rules.windows import (
    Due,
    Window,
    due,
    due_before_allocation,
    is_open,
    next_window,
    windows,
    windows_of,
)

__all__ = [
    "Due",
    "Kept",
    "VisitState",
    "Window",
    "answer_problems",
    "baseline_visit",
    "booking_problem",
    "due",
    "due_before_allocation",
    "entry_visit",
    "extra_of",
    "extra_plan",
    "is_late",
    "is_open",
    "may_be_filled_in",
    "next_extra_code",
    "next_window",
    "own_baseline",
    "rated_baseline",
    "rating_problems",
    "total_problems",
    "unanswered",
    "visit_state",
    "windows",
    "windows_of",
]
