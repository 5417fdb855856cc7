from schedule.models.assessment import FitnessAssessment
from schedule.models.instructing import Instructing, InstructorNote
from schedule.models.prescription import Prescription
from schedule.models.week import CalendarLink, NotToday, Pause, SessionPlan

__all__ = [
    "CalendarLink",
    "FitnessAssessment",
    "Instructing",
    "InstructorNote",
    "NotToday",
    "Pause",
    "Prescription",
    "SessionPlan",
]
