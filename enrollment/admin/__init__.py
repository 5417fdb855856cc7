"""Enrollment on the desk, a module a topic. Participants themselves: `data_management.admin`,
because their page draws on several rooms."""

from enrollment.admin import (
    allocation,
    assumptions,
    conduct,
    consents,
    invitations,
    leaving,
    screening,
    unblinding,
)

__all__ = [
    "allocation", "assumptions", "conduct", "consents", "invitations", "leaving", "screening",
    "unblinding",
]  # fmt: skip
