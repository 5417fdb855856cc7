"""The study protocol and the instruments as data.

The TOML files of `protocol/studies` and `protocol/instruments` are read once into frozen
dataclasses and checked when the site starts. Other rooms use this page of names only.
"""

from protocol.errors import ProtocolError, UnknownNameError
from protocol.loader import current, instrument, instruments, load, study_names
from protocol.questionnaire import (
    AlertRule,
    Band,
    BandScheme,
    Instrument,
    Item,
    Option,
    Scoring,
)
from protocol.study import (
    Activity,
    Arm,
    CrisisLine,
    Exclusion,
    Outcome,
    Readiness,
    SafetyTier,
    SessionKind,
    Step,
    Study,
    Symptom,
    VisitPlan,
)
from protocol.text import Text

__all__ = [
    "Activity",
    "AlertRule",
    "Arm",
    "Band",
    "BandScheme",
    "CrisisLine",
    "Exclusion",
    "Instrument",
    "Item",
    "Option",
    "Outcome",
    "ProtocolError",
    "Readiness",
    "SafetyTier",
    "Scoring",
    "SessionKind",
    "Step",
    "Study",
    "Symptom",
    "Text",
    "UnknownNameError",
    "VisitPlan",
    "current",
    "instrument",
    "instruments",
    "load",
    "study_names",
]
