"""The diary's pages: the last two weeks, and one night."""

from __future__ import annotations

from datetime import date

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
from logging_app.nights import forms, presenters, selectors, services
from logging_app.nights.forms import NightForm
from logging_app.paper import presenters as paper
from logging_app.presenters import why_closed

# The form answers a refusal by itself, with what was typed; the service behind it asks the gate.
participants_form = page(Role.PARTICIPANT)


@require_GET
@participants_form
def nights(request: HttpRequest) -> HttpResponse:
    """The last two weeks, this morning first, each with what was written or a way to add it."""
    participant = own_participant(request)
    today = clock.local_date(clock.now(), participant.tz)
    rows = [
        presenters.morning_row(morning, night, today)
        for morning, night in selectors.last_mornings(participant, today)
    ]
    context = {
        "rows": rows,
        "any_written": any(row["text"] for row in rows),
        "today": today,
        "tomorrow": clock.next_day(today),
        "active_nav": "history",
    }
    return render(request, "logging_app/nights.html", context)


@require_http_methods(["GET", "POST"])
@participants_form
def night(request: HttpRequest, date: date) -> HttpResponse:
    """One night: eight questions where the diary is due, else one, with the others folded away."""
    participant = own_participant(request)
    if not selectors.may_be_told(date, day_of(request, participant)):
        raise Http404
    found = selectors.night_or_none(participant, date)
    if request.method == "POST":
        return _save(request, participant, date, NightForm(request.POST))
    if reason := refusal(participant, clock.now()):
        return render(request, "logging_app/closed.html", {"text": why_closed(reason)})
    if (typed := unsent.take(request, clock.now())) is not None:
        return _form_page(request, participant, date, forms.unsaved(typed))
    return _form_page(request, participant, date, NightForm(initial=forms.stored(found)))


def _save(
    request: HttpRequest, participant: Participant, morning: date, form: NightForm
) -> HttpResponse:
    if not form.is_valid():
        return _form_page(request, participant, morning, form, status=400)
    now, edit = clock.now(), form.cleaned_data["edit"]
    entry = form.entry()
    slip = selectors.unlikely(participant, morning, entry, now)
    if slip is not None and not form.cleaned_data["confirmed"]:
        form.ask(slip)
        return _form_page(request, participant, morning, form, status=400)
    try:
        recorded = services.record_night(
            participant=participant, morning=morning, entry=entry, edit=edit,
            by=account(request), now=now,
        )  # fmt: skip
    except ValidationError as error:
        form.show(error)
        return _form_page(request, participant, morning, form, status=400)
    except EditConflict:
        return _ask_again(request, participant, morning, form)
    except Refused as refused:
        form.add_error(None, _("%(why)s This is not saved.") % {"why": refused.text})
        return _form_page(request, participant, morning, form, status=refused.status)
    if recorded.night.edit > edit:
        return _ask_again(request, participant, morning, form)
    messages.success(request, _("Saved. Thank you."))
    return redirect("today" if morning == clock.local_date(now, participant.tz) else "nights")


def _ask_again(
    request: HttpRequest, participant: Participant, morning: date, form: NightForm
) -> HttpResponse:
    """The night holds other words by now: nothing is overwritten until the person says so."""
    form.offer_again(edit=selectors.own_night(participant, morning).edit + 1)
    return _form_page(request, participant, morning, form, status=409)


def _form_page(
    request: HttpRequest, participant: Participant, morning: date, form: NightForm,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    rest = [form[name] for name in forms.DIARY_ORDER]
    found = selectors.night_or_none(participant, morning)
    context = {
        "form": form,
        "morning": morning,
        "is_today": morning == day_of(request, participant),
        "whole": selectors.asks_whole_diary(participant, morning),
        "rest": rest,
        "rest_open": any(field.errors or field.value() not in (None, "") for field in rest),
        "minutes": forms.MINUTES,
        "stored": found is not None,
        "paper": paper.copied(found, participant.tz) if found else "",
        "owner": unsent.owner_note(account(request)),
        "body": forms.BODY,
        "active_nav": "history",
    }
    return render(request, "logging_app/sleep.html", context, status=status)
