"""The whole plan on one page, to print."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.roles import Role
from core import clock
from enrollment.guard import page
from enrollment.selectors import own_participant
from exdep_site.pages import presenters
from schedule import selectors as schedule


@require_safe
@page(Role.PARTICIPANT)
def plan(request: HttpRequest) -> HttpResponse:
    """What is asked of this participant now, or from the first day on where it has not come."""
    participant, now = own_participant(request), clock.now()
    if not schedule.exercises(participant):
        raise Http404
    today = clock.local_date(now, participant.tz)
    context = presenters.plan_page(schedule.programme(participant), participant, today)
    return render(request, "pages/plan.html", {**context, "active_nav": "today"})
