"""The instructor's forms."""

from schedule.forms.assessing import AssessmentForm, assessment_initial
from schedule.forms.planning import Card, Level, PlanForm, plan_initial

__all__ = [
    "AssessmentForm",
    "Card",
    "Level",
    "PlanForm",
    "assessment_initial",
    "plan_initial",
]
