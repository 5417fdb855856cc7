"""The forms of the log. Ranges come from the model, words from the study's protocol."""

from logging_app.forms.fields import WallClockField, uuid_or_none
from logging_app.forms.initial import after, preset, stored, unsaved
from logging_app.forms.session import SessionForm
from logging_app.forms.start import START_BODY, StartForm
from logging_app.forms.workout import BODY, DEVICE, DISTANCE, FOLDED, HEART, REACH, WorkoutForm

__all__ = [
    "BODY",
    "DEVICE",
    "DISTANCE",
    "FOLDED",
    "HEART",
    "REACH",
    "START_BODY",
    "SessionForm",
    "StartForm",
    "WallClockField",
    "WorkoutForm",
    "after",
    "preset",
    "stored",
    "unsaved",
    "uuid_or_none",
]
