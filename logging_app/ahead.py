"""The page of tomorrow, which a phone takes along to be read without a network."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from core import clock
from enrollment.models import Participant


def day_of(request: HttpRequest, participant: Participant) -> date:
    """The participant's day that a page speaks of: today, and tomorrow where a phone takes the page
    along (`?ahead`). Of dates, because a day of a change of clocks is no 24 hours long."""
    today = clock.local_date(clock.now(), participant.tz)
    taken_along = "ahead" in request.GET and request.method == "GET"
    return clock.next_day(today) if taken_along else today
