"""What the guard needs to hear: that somebody has signed in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from accounts.models import User
from core import clock
from enrollment import backend
from enrollment.guard import LAST_SEEN


def connect() -> None:
    """Listen; called once, by EnrollmentConfig.ready."""
    user_logged_in.connect(start_idle_clock)
    user_logged_in.connect(name_the_reader)


def name_the_reader(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """From the sign-in on, the account is read together with the person it belongs to."""
    request.session[BACKEND_SESSION_KEY] = backend.PATH


def start_idle_clock(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Idle time counts from the sign-in: a session that is never used must end as well."""
    request.session[LAST_SEEN] = clock.now().isoformat()
