from safety.models.alert import (
    ALERT_STATES,
    ANSWERS_ALERTS,
    WATCH_ALERTS,
    AlertMessage,
    AlertStep,
    SafetyAlert,
)
from safety.models.duty import DutyShift
from safety.models.event import EVENT_STATES, AdverseEvent

__all__ = [
    "ALERT_STATES",
    "ANSWERS_ALERTS",
    "EVENT_STATES",
    "WATCH_ALERTS",
    "AdverseEvent",
    "AlertMessage",
    "AlertStep",
    "DutyShift",
    "SafetyAlert",
]
