"""The tables that grow with the people of a study and that a participant's own pages read."""

from assessments.models import Response, Visit
from enrollment.models import ConsentRecord, Medication, Withdrawal
from logging_app.models import CheckIn, SessionMatch, SleepNight, StrengthSet, Workout
from schedule.models import FitnessAssessment, NotToday, Pause, Prescription, SessionPlan

OWNED = (
    ConsentRecord, Medication, Withdrawal, FitnessAssessment, Prescription, Pause, SessionPlan,
    NotToday, Visit, Response, Workout, StrengthSet, SessionMatch, SleepNight, CheckIn,
)  # fmt: skip
