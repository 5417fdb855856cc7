"""The calendar: a private address to subscribe to, and the file behind it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import protocol
from accounts.roles import Role
from core import clock
from core.errors import Refused
from enrollment.guard import answer, page, public
from enrollment.selectors import account, own_participant, write_facts
from exdep_site.pages.calendar_file import calendar_file
from schedule import selectors as schedule
from schedule.services.calendar import make_calendar_link, revoke_calendar_link

FILE = "text/calendar; charset=utf-8"


@require_http_methods(["GET", "POST"])
@page(Role.PARTICIPANT, gate_writes=True)
@never_cache
def calendar(request: HttpRequest) -> HttpResponse:
    """What a subscription is; sending the form makes an address and shows it this once."""
    participant, now = own_participant(request), clock.now()
    address = ""
    if request.method == "POST":
        try:
            token = make_calendar_link(participant=participant, by=account(request), now=now)
        except Refused as refused:
            return answer(request, refused)  # type: ignore[return-value]
        address = request.build_absolute_uri(reverse("calendar_file", args=[token]))
    context = {
        "address": address,
        "webcal": urlsplit(address)._replace(scheme="webcal").geturl() if address else "",
        "link": schedule.calendar_link(participant),
        "may_make": not write_facts(participant, now).withdrawn,
        "plans_days": schedule.exercises(participant),
        "checks_in": protocol.current().check_in_every_weeks is not None,
        "active_nav": "me",
    }
    return render(request, "pages/calendar.html", context)


@require_POST
@page(Role.PARTICIPANT)
def revoke(request: HttpRequest) -> HttpResponse:
    """Take the address back."""
    revoke_calendar_link(participant=own_participant(request), by=account(request), now=clock.now())
    messages.success(request, _("The address no longer works."))
    return redirect("calendar")


@require_safe
@public
def file(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a private address. One answer for one that was taken back, one that never
    was, and one whose owner has left or may no longer sign in."""
    participant, now = schedule.calendar_owner(token), clock.now()
    if participant is None or not participant.user or not participant.user.is_active:
        raise Http404
    if write_facts(participant, now).withdrawn:
        raise Http404
    response = HttpResponse(calendar_file(participant, now), content_type=FILE)
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response
