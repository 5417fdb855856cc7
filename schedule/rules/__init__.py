"""The rules of the schedule: pure functions, no database, no request."""

from schedule.rules.heart import (
    PREDICTED_MAXIMUM_ERROR_BPM,
    HeartRates,
    hr_reserve_percent,
    hr_target,
    karvonen_bpm,
    max_hr_bpm,
)
from schedule.rules.load import WeekLoad, session_load, week_load
from schedule.rules.plan import ExercisePlan, KindPlan, Plan, protocol_plan
from schedule.rules.weeks import (
    Outcome,
    PlannedSession,
    Span,
    match_session,
    next_check_in_day,
    outcomes,
    programme_week,
    session_key,
    week_sessions,
    week_span,
)

__all__ = [
    "PREDICTED_MAXIMUM_ERROR_BPM",
    "ExercisePlan",
    "HeartRates",
    "KindPlan",
    "Outcome",
    "Plan",
    "PlannedSession",
    "Span",
    "WeekLoad",
    "hr_reserve_percent",
    "hr_target",
    "karvonen_bpm",
    "match_session",
    "max_hr_bpm",
    "next_check_in_day",
    "outcomes",
    "programme_week",
    "protocol_plan",
    "session_key",
    "session_load",
    "week_load",
    "week_sessions",
    "week_span",
]
