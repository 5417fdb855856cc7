"""Who may take part, and whose data may be written now. Everything here knows the study id only."""

from enrollment.models.allocation import AllocationList, AllocationSlot, Unblinding
from enrollment.models.conduct import Contact, Deviation, DeviceIssue, Medication
from enrollment.models.consent import (
    ConsentConversation,
    ConsentDocument,
    ConsentIdentity,
    ConsentRecord,
    ConsentText,
)
from enrollment.models.invitation import Invitation
from enrollment.models.leaving import DataLock, Erasure, Withdrawal
from enrollment.models.participant import (
    STATES,
    Participant,
    ParticipantQuerySet,
    validate_zone,
)
from enrollment.models.pause import StudyPause
from enrollment.models.protocol import ProtocolConfirmation
from enrollment.models.screening import BaselineRecord, Screening

__all__ = [
    "STATES", "AllocationList", "AllocationSlot", "BaselineRecord", "ConsentConversation",
    "ConsentDocument", "ConsentIdentity", "ConsentRecord", "ConsentText", "Contact", "DataLock",
    "Deviation", "DeviceIssue", "Erasure", "Invitation", "Medication", "Participant",
    "ParticipantQuerySet", "ProtocolConfirmation", "Screening", "StudyPause", "Unblinding",
    "Withdrawal", "validate_zone",
]  # fmt: skip
