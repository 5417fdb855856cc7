from assessments.models.answers import Annotation, Response, Visit
from assessments.models.rating import ArmGuess, Interview, RaterTraining, RatingAgreement

__all__ = [
    "Annotation",
    "ArmGuess",
    "Interview",
    "RaterTraining",
    "RatingAgreement",
    "Response",
    "Visit",
]
