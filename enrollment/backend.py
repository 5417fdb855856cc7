"""Who a session belongs to, read with all that a request needs of them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend

from accounts.models import User
from core import clock
from enrollment.selectors import account_by_key

PATH = "enrollment.backend.PersonBackend"


class PersonBackend(BaseBackend):
    """Reads the account of a session, with participant, site and gate, in one query. It signs
    nobody in: allauth does, and `enrollment.signals` then names this one in the session."""

    def get_user(self, user_id: Any) -> User | None:
        user = account_by_key(user_id, clock.now())
        return user if user is not None and user.is_active else None
