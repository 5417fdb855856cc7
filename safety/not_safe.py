"""The answer to "I am not safe": whom to call, and whether anybody was told.

The help page is the same for everyone and kept by phones, so that its form holds no token. The
session's cookie is never sent along by another site (SameSite=Lax), and the Origin is looked at
here; what is left to a stranger is nothing, and to the person in danger it is one tap.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

import protocol
from accounts.models import User
from core import clock
from enrollment.guard import public
from enrollment.models import Participant
from enrollment.selectors import account, crisis_lines, participant_of
from safety import presenters, selectors
from safety.services.own import say_not_safe


@csrf_exempt
@require_POST
@public
def not_safe(request: HttpRequest) -> HttpResponse:
    """One tap: the alert, and the page that says honestly whether somebody has received it."""
    participant = participant_of(request.user)
    if participant is None or not _from_here(request):
        return _nobody_received(request)
    _in_their_own(request, account(request), participant)
    now = clock.now()
    alert = say_not_safe(participant=participant, by=account(request), now=now)
    context = {
        "received": True, "lines": crisis_lines(participant),
        "called_by": presenters.called_by(alert, selectors.covered(participant.site, now)),
        "phone": account(request).phone,
    }  # fmt: skip
    return render(request, "core/not_safe.html", context)


def _nobody_received(request: HttpRequest) -> HttpResponse:
    context: dict[str, Any] = {
        "received": False, "signed_in": request.user.is_authenticated,
        "lines": [line for lines in protocol.current().crisis.values() for line in lines],
    }  # fmt: skip
    return render(request, "core/not_safe.html", context, status=403)


def _from_here(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin")
    own = f"{request.scheme}://{request.get_host()}"
    return origin is None or origin == own or origin in settings.CSRF_TRUSTED_ORIGINS


def _in_their_own(request: HttpRequest, user: User, participant: Participant) -> None:
    timezone.activate(participant.tz)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(user.language)
        request.LANGUAGE_CODE = translation.get_language()
