"""Me: how I sign in, what I signed, my own copy, and the way out."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.messages.selectors import settings_of
from accounts.presenters import contact
from accounts.roles import Role
from core import clock
from data_management import own_copy
from enrollment.guard import page
from enrollment.models import Erasure
from enrollment.selectors import account, consents, own_participant
from enrollment.services import leaving
from exdep_site.pages.leave_form import LeaveForm
from schedule.presenters import week_name
from schedule.selectors import study_day


@require_GET
@page(Role.PARTICIPANT)
def me(request: HttpRequest) -> HttpResponse:
    participant = own_participant(request)
    user = account(request)
    context = {
        "participant": participant,
        "week_line": week_name(study_day(participant, clock.now()).week, of_all=True),
        "contact": contact(participant.site),
        "consents": consents(participant),
        "reminders": settings_of(user),
        "sessions": user.usersession_set.count(),  # type: ignore[attr-defined]
        "may_leave": leaving.may_leave(participant),
        "has_left": participant.state in leaving.GONE,
        "erasure": Erasure.objects.filter(participant=participant).first(),
        "active_nav": "me",
    }
    return render(request, "pages/me.html", context)


@require_GET
@page(Role.PARTICIPANT)
@never_cache
def download(request: HttpRequest) -> HttpResponse:
    """My own copy, as a ZIP."""
    participant, now = own_participant(request), clock.now()
    response = HttpResponse(own_copy.make(participant, now), content_type="application/zip")
    day = clock.local_date(now, participant.tz)
    response["Content-Disposition"] = f'attachment; filename="my-week-{day}.zip"'
    return response


@require_http_methods(["GET", "POST"])
@page(Role.PARTICIPANT)
def leave(request: HttpRequest) -> HttpResponse:
    """Choose what stops, see it once more, done. No reason is asked for."""
    participant = own_participant(request)
    if not leaving.may_leave(participant):
        return redirect("me")
    signed = participant.state != participant.State.INVITED
    form = LeaveForm(request.POST if request.method == "POST" else None, signed=signed)
    context = {
        "form": form, "signed": signed, "contact": contact(participant.site),
        "active_nav": "me",
    }  # fmt: skip
    if request.method != "POST" or not form.is_valid():
        return render(request, "pages/leave.html", context)
    if "sure" not in request.POST:
        return render(request, "pages/leave_sure.html", context)
    stops = form.choices
    leaving.withdraw(
        participant=participant, by=account(request), now=clock.now(),
        stop_exercise=stops["stop_exercise"], stop_contact=stops["stop_contact"],
        stop_data_use=stops["stop_data_use"],
    )  # fmt: skip
    messages.success(request, _("You have left. Thank you for the time you gave."))
    return redirect("me")


@require_POST
@page(Role.PARTICIPANT)
def forget(request: HttpRequest) -> HttpResponse:
    """Ask that name, e-mail and telephone be erased; the study team does it."""
    try:
        leaving.ask_erasure(
            participant=own_participant(request), by=account(request), now=clock.now()
        )
        messages.success(request, _("Noted. Your study team will erase your name."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("me")
