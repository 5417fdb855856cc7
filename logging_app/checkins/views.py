"""The check-in's pages: the one that is due, and any one that has come."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Role
from core import clock
from core.errors import EditConflict, Refused
from enrollment import unsent
from enrollment.guard import page
from enrollment.models import Participant
from enrollment.selectors import account, own_participant, refusal
from logging_app.ahead import day_of
from logging_app.checkins import forms, presenters, selectors, services
from logging_app.checkins.forms import CheckInForm
from logging_app.presenters import why_closed

# The form answers a refusal by itself, with what was typed; the service behind it asks the gate.
participants_form = page(Role.PARTICIPANT)


@require_GET
@participants_form
def check_ins(request: HttpRequest) -> HttpResponse:
    """The check-in that is due, ready to be written; else those that have come and the next day."""
    participant, now = own_participant(request), clock.now()
    if reason := refusal(participant, now):
        return _closed(request, reason)
    stands = selectors.standing(participant, now)
    if stands.due is not None:
        form = CheckInForm(initial=forms.stored(None))
        return _form_page(request, participant, stands.due.due, form)
    today = clock.local_date(now, participant.tz)
    rows = [presenters.row(w, row, today) for w, row in selectors.begun(participant, now)]
    context = {"rows": rows, "next": stands.next, "active_nav": "log"}
    return render(request, "logging_app/check_ins.html", context)


@require_http_methods(["GET", "POST"])
@participants_form
def check_in(request: HttpRequest, due: date) -> HttpResponse:
    """One check-in, by the day it was asked for."""
    participant, now = own_participant(request), clock.now()
    if not selectors.may_be_told(participant, due, day_of(request, participant)):
        raise Http404
    if request.method == "POST":
        return _save(request, participant, due, CheckInForm(request.POST))
    if reason := refusal(participant, now):
        return _closed(request, reason)
    if (typed := unsent.take(request, now)) is not None:
        return _form_page(request, participant, due, forms.unsaved(typed))
    found = selectors.check_in_or_none(participant, due)
    return _form_page(request, participant, due, CheckInForm(initial=forms.stored(found)))


def _closed(request: HttpRequest, reason: type[Refused]) -> HttpResponse:
    return render(request, "logging_app/closed.html", {"text": why_closed(reason)})


def _save(
    request: HttpRequest, participant: Participant, due: date, form: CheckInForm
) -> HttpResponse:
    if not form.is_valid():
        return _form_page(request, participant, due, form, status=400)
    edit = form.cleaned_data["edit"]
    try:
        recorded = services.record_check_in(
            participant=participant, due_on=due, entry=form.entry(), edit=edit,
            by=account(request), now=clock.now(),
        )  # fmt: skip
    except ValidationError as error:
        form.show(error)
        return _form_page(request, participant, due, form, status=400)
    except EditConflict:
        return _ask_again(request, participant, due, form)
    except Refused as refused:
        form.add_error(None, _("%(why)s This is not saved.") % {"why": refused.text})
        return _form_page(request, participant, due, form, status=refused.status)
    if recorded.check_in.edit > edit:
        return _ask_again(request, participant, due, form)
    messages.success(request, _("Saved. Thank you."))
    return redirect("today")


def _ask_again(
    request: HttpRequest, participant: Participant, due: date, form: CheckInForm
) -> HttpResponse:
    """It holds other words by now: nothing is overwritten until the person says so."""
    form.offer_again(edit=selectors.own_check_in(participant, due).edit + 1)
    return _form_page(request, participant, due, form, status=409)


def _form_page(
    request: HttpRequest, participant: Participant, due: date, form: CheckInForm, status: int = 200
) -> HttpResponse:
    found = selectors.check_in_or_none(participant, due)
    today = clock.local_date(clock.now(), participant.tz)
    context: dict[str, Any] = {
        "form": form,
        "due": due,
        "past": due < today,
        "stored": found is not None,
        "paper": presenters.from_paper(found) if found else "",
        "owner": unsent.owner_note(account(request)),
        "body": forms.BODY,
        "active_nav": "log",
    }  # fmt: skip
    return render(request, "logging_app/check_in.html", context, status=status)
