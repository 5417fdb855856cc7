"""A session on a device of the clinic, lent to a participant: it opens one task and nothing else.

The guard asks `outside` before anything else, so that whatever is not named here is shut.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import login, logout
from django.http import HttpRequest

from accounts.models import User

LOAN = "loan"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
Session = MutableMapping[str, Any]


def begin(
    request: HttpRequest, user: User, *, paths: list[str], until: datetime, lasts: timedelta
) -> None:
    """Sign `user` in on this device, in place of whoever was, for the addresses under `paths`."""
    logout(request)
    login(request, user, backend=BACKEND)
    request.session[LOAN] = {"paths": paths, "until": until.isoformat()}
    request.session.set_expiry(int(lasts.total_seconds()))


def end(request: HttpRequest) -> None:
    """The device is handed back: nobody is signed in on it."""
    logout(request)


def is_lent(session: Session) -> bool:
    """Whether this session is one of a lent device."""
    return LOAN in session


def is_over(session: Session, now: datetime) -> bool:
    """Whether a lent session has lasted as long as it may."""
    return is_lent(session) and now >= datetime.fromisoformat(session[LOAN]["until"])


def outside(session: Session, path: str) -> bool:
    """Whether `path` is none of what a lent session opens."""
    return is_lent(session) and not path.startswith(tuple(session[LOAN]["paths"]))
