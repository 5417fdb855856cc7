"""The study protocol and the instruments as data.

The TOML files of `protocol/studies` and `protocol/instruments` are read once into frozen
dataclasses and checked when the site starts. Other rooms use this page of names only.
"""

from protocol.errors import ProtocolError, UnknownNameError
from protocol.loader import current, has_version, instrument, instruments, load, study_names
from protocol.programme import (
    EQUIPMENT,
    Activity,
    Assumption,
    ChecklistItem,
    Exercise,
    Progression,
    SessionKind,
    Step,
)
from protocol.questionnaire import (
    AlertRule,
    Band,
    BandScheme,
    Difference,
    Instrument,
    Item,
    Option,
    PartTotal,
    RemissionCut,
    Scoring,
)
from protocol.study import (
    Arm,
    CrisisLine,
    Eligibility,
    EstimateRules,
    Exclusion,
    ExtraVisit,
    Keywords,
    Outcome,
    RatingRules,
    Readiness,
    SafetyTier,
    Study,
    Symptom,
    VisitPlan,
    Worsening,
)
from protocol.text import Text

__all__ = [
    "EQUIPMENT",
    "Activity",
    "AlertRule",
    "Arm",
    "Assumption",
    "Band",
    "BandScheme",
    "ChecklistItem",
    "CrisisLine",
    "Difference",
    "Eligibility",
    "EstimateRules",
    "Exclusion",
    "Exercise",
    "ExtraVisit",
    "Instrument",
    "Item",
    "Keywords",
    "Option",
    "Outcome",
    "PartTotal",
    "Progression",
    "ProtocolError",
    "RatingRules",
    "Readiness",
    "RemissionCut",
    "SafetyTier",
    "Scoring",
    "SessionKind",
    "Step",
    "Study",
    "Symptom",
    "Text",
    "UnknownNameError",
    "VisitPlan",
    "Worsening",
    "current",
    "has_version",
    "instrument",
    "instruments",
    "load",
    "study_names",
]
