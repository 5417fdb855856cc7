"""Reads about people that more than one place asks."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import OutgoingMessage, User
from core import clock


def user_of_email(email: str) -> User | None:
    """The account with this address, in any case of letters."""
    return User.objects.filter(email__iexact=email).first() if email else None


def failed_messages(within: timedelta = timedelta(hours=24)) -> int:
    """How many messages could not be handed over lately; /healthz shows it as degraded."""
    return OutgoingMessage.objects.filter(
        state=OutgoingMessage.State.FAILED, created_at__gte=clock.now() - within
    ).count()
