"""The log of who is not asked to exercise: what there is to write, and no page for a workout.

What a program of theirs sends by the API is kept all the same, and counts as contamination.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core import clock
from enrollment.models import Participant
from enrollment.selectors import own_participant, refusal
from logging_app import selectors
from logging_app.checkins import presenters
from logging_app.checkins import selectors as check_ins
from logging_app.presenters import why_closed
from schedule.selectors import exercises

View = Callable[..., HttpResponse]


def only_who_exercises(view: View) -> View:
    """Under the guard of a workout's page: all others get what there is for them to write, and
    what they post is refused in neutral words."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        participant = own_participant(request)
        if exercises(participant):
            return view(request, *args, **kwargs)
        return what_there_is(request, participant)

    return shown


def what_there_is(request: HttpRequest, participant: Participant) -> HttpResponse:
    """The check-in and the night, where they are due; both lists always."""
    now = clock.now()
    today = clock.local_date(now, participant.tz)
    posted = request.method == "POST"
    reason = refusal(participant, now)
    if reason is not None and not posted:
        closed = {"text": why_closed(reason), "active_nav": "log"}
        return render(request, "logging_app/closed.html", closed)
    open_now = reason is None
    stands = check_ins.standing(participant, now) if open_now else check_ins.Standing()
    context = {
        "check_in": presenters.due_line(stands.due) if stands.due else None,
        "next": stands.next,
        "night": today if open_now and selectors.night_missing(participant, today) else None,
        "refused": _("Sessions are not written down here. Nothing was stored.") if posted else "",
        "active_nav": "log",
    }
    status = 403 if posted else 200
    return render(request, "logging_app/check_in_log.html", context, status=status)
