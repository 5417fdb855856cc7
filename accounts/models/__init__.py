"""Who signs in and as what, how people are reached, and the trail of what they did."""

from accounts.models.people import Site, StaffRole, User, UserManager
from accounts.models.reach import (
    Channel,
    OutgoingMessage,
    PushSubscription,
    Reminder,
    ReminderSettings,
)
from accounts.models.trail import AuditEvent, AuditHead

__all__ = [
    "AuditEvent", "AuditHead", "Channel", "OutgoingMessage", "PushSubscription", "Reminder",
    "ReminderSettings", "Site", "StaffRole", "User", "UserManager",
]  # fmt: skip
