"""Enrollment on the desk, a module a topic. Participants themselves: `data_management.admin`,
because their page draws on several rooms."""

from enrollment.admin import consents, leaving

__all__ = ["consents", "leaving"]
