from logging_app.models.checkin import CheckIn
from logging_app.models.night import SleepNight
from logging_app.models.photo import WorkoutPhoto
from logging_app.models.readiness import ReadinessCheck
from logging_app.models.workout import (
    SET_FIELDS,
    Modality,
    SessionMatch,
    StoppedBecause,
    StrengthSet,
    Supervision,
    Workout,
)

__all__ = [
    "SET_FIELDS",
    "CheckIn",
    "Modality",
    "ReadinessCheck",
    "SessionMatch",
    "SleepNight",
    "StoppedBecause",
    "StrengthSet",
    "Supervision",
    "Workout",
    "WorkoutPhoto",
]
