"""How to do each exercise, moving in plain words, and when to stop.

For participants to whom exercise is prescribed and for their instructors. To everyone else in the
study these addresses are nowhere: that a person may open them would tell the arm.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import protocol
from accounts.presenters import contact
from accounts.roles import Role
from enrollment.guard import page
from enrollment.models import Participant
from enrollment.selectors import account, ambulance, participant_of
from protocol import UnknownNameError
from schedule.guide import presenters, selectors
from schedule.selectors import exercises as exercise_is_prescribed

readers = page(Role.PARTICIPANT, Role.INSTRUCTOR)


def _reader(request: HttpRequest) -> Participant | None:
    """The participant who reads, None for an instructor. Raises Http404 where no exercise is
    prescribed."""
    participant = participant_of(request.user)
    if participant is not None and not exercise_is_prescribed(participant):
        raise Http404
    return participant


@require_safe
@readers
def exercises(request: HttpRequest) -> HttpResponse:
    _reader(request)
    context = {"kinds": presenters.kinds(protocol.current())}
    return render(request, "schedule/guide/exercises.html", context)


@require_safe
@readers
def exercise(request: HttpRequest, code: str) -> HttpResponse:
    participant = _reader(request)
    try:
        shown = presenters.one(protocol.current(), code)
    except UnknownNameError:
        raise Http404 from None
    context = {"exercise": shown, "participant": participant}
    return render(request, "schedule/guide/exercise.html", context)


@require_safe
@readers
def moving(request: HttpRequest) -> HttpResponse:
    _reader(request)
    return render(request, "schedule/guide/moving.html", {"topics": presenters.topics()})


@require_safe
@readers
def when_to_stop(request: HttpRequest) -> HttpResponse:
    participant = _reader(request)
    site = selectors.own_site(account(request), participant)
    context = {
        **presenters.stop_list(),
        "ambulance": ambulance(site.region if site else ""),
        "contact": contact(site) if site else None,
        "may_log": participant is not None,
    }
    return render(request, "schedule/guide/when_to_stop.html", context)
