"""Reads about people that more than one place asks."""

from __future__ import annotations

from accounts.models import User


def user_of_email(email: str) -> User | None:
    """The account with this address, in any case of letters."""
    return User.objects.filter(email__iexact=email).first() if email else None
