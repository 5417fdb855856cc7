"""The safety page: alerts with their clocks, the steps taken, and the rota."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from core import clock
from core.errors import Refused
from enrollment.guard import answer as refusal
from enrollment.guard import page
from enrollment.selectors import account
from enrollment.services.study_pause import STOPS_THE_STUDY
from safety import presenters, selectors
from safety.forms import HandOverForm, ShiftForm, StepForm
from safety.models import ANSWERS_ALERTS, WATCH_ALERTS, AlertStep, DutyShift, SafetyAlert
from safety.services.alerts import take_step
from safety.services.rota import KEEPS_THE_ROTA, end_shift, keep_shift
from schedule.services.pauses import clear_hold

watchers = page(*WATCH_ALERTS)
answerers = page(ANSWERS_ALERTS)


def nav(user: User) -> list[dict[str, str]]:
    """Where `user` can go from every page of this room."""
    found = [
        {"key": "alerts", "url": "/safety/", "label": _("Alerts")},
        {"key": "events", "url": "/safety/events/", "label": _("Adverse events")},
    ]
    if user.has_role(*KEEPS_THE_ROTA):
        found.append({"key": "rota", "url": "/safety/rota/", "label": _("Rota")})
    if user.has_role(*STOPS_THE_STUDY):
        found.append({"key": "pause", "url": "/safety/pause/", "label": _("Stop the study")})
    return found


@require_GET
@watchers
def alerts(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first; then what was answered lately."""
    user, now = account(request), clock.now()
    found = selectors.visible_alerts(user)
    context = {
        "waiting": [presenters.row(a, now) for a in found.unclosed().order_by("raised_at")],
        "closed": [presenters.row(a, now) for a in found.closed()[:20]],
        "trouble": selectors.messages_in_trouble_at(user, now),
        "stale_lines": selectors.help_lines_not_rung(now.date()),
        "uncovered": selectors.sites_without_cover(user, now),
        "staff_nav": nav(account(request)), "active_nav": "alerts",
    }  # fmt: skip
    return render(request, "safety/alerts.html", context)


@require_GET
@watchers
def alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    """One alert: what was said, whom to call, what was done."""
    return _alert_page(request, _alert(request, alert_id))


@require_POST
@answerers
def step(request: HttpRequest, alert_id: int) -> HttpResponse:
    """A clinician takes a step, in words."""
    row = _alert(request, alert_id)
    form = _bound(row, request)
    if not form.is_valid():
        return _alert_page(request, row, form, status=400)
    try:
        take_step(
            alert=row, event=form.cleaned_data["event"], words=form.cleaned_data["words"],
            to=form.cleaned_data.get("to"), by=account(request), now=clock.now(),
        )  # fmt: skip
    except ValidationError as error:
        form.add_error(None, error)
        return _alert_page(request, row, form, status=400)
    except Refused as refused:
        return refusal(request, refused)  # type: ignore[return-value]
    messages.success(request, _("Kept, with your name and the time."))
    return redirect("safety_alert", alert_id=alert_id)


@require_http_methods(["GET", "POST"])
@page(*KEEPS_THE_ROTA)
def rota(request: HttpRequest) -> HttpResponse:
    """Each site's duty: who is on now, the lines of the rota, and a new one."""
    user, now = account(request), clock.now()
    form = ShiftForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            keep_shift(shift=form.save(commit=False), by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        except Refused as refused:
            return refusal(request, refused)  # type: ignore[return-value]
        else:
            messages.success(request, _("On the rota."))
            return redirect("safety_rota")
    context = {
        "form": form, "sites": selectors.rotas(user, now), "staff_nav": nav(user),
        "active_nav": "rota",
    }  # fmt: skip
    status = 400 if form.errors else 200
    return render(request, "safety/rota.html", context, status=status)


@require_POST
@page(*KEEPS_THE_ROTA)
def rota_end(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Take a line off the rota."""
    shift = get_object_or_404(DutyShift, pk=shift_id)
    try:
        end_shift(shift=shift, by=account(request), now=clock.now())
    except Refused as refused:
        return refusal(request, refused)  # type: ignore[return-value]
    messages.success(request, _("Taken off the rota."))
    return redirect("safety_rota")


def _alert(request: HttpRequest, pk: int) -> SafetyAlert:
    return get_object_or_404(selectors.visible_alerts(account(request)), pk=pk)


def _bound(row: SafetyAlert, request: HttpRequest) -> StepForm:
    if request.POST.get("event") == AlertStep.Event.HAND_OVER:
        return HandOverForm(request.POST, alert=row)
    return StepForm(request.POST, events=_events(row))


def _events(row: SafetyAlert) -> list[str]:
    return [event for event, _words in presenters.next_steps(row)] + [AlertStep.Event.NOTE.value]


def _alert_page(
    request: HttpRequest, row: SafetyAlert, form: StepForm | None = None, status: int = 200
) -> HttpResponse:
    now = clock.now()
    user = account(request)
    context: dict[str, Any] = {
        "row": presenters.row(row, now),
        "said": presenters.what_was_said(row),
        "chosen": presenters.answer_chosen(row, user),
        "note": presenters.note_heard(row, user),
        "action": presenters.tier_action(row),
        "steps": presenters.steps(row),
        "form": form or StepForm(events=_events(row)),
        "hand_over": HandOverForm(alert=row),
        "buttons": presenters.next_steps(row),
        "may_answer": user.has_role(ANSWERS_ALERTS),
        "may_hand_over": row.state != SafetyAlert.State.CLOSED,
        "phones": selectors.duty_phones(row.participant.site, now),
        "person": presenters.reach(row, user),
        "holds": selectors.holds(row.participant, clock.local_date(now, row.participant.tz)),
        "staff_nav": nav(account(request)), "active_nav": "alerts",
    }  # fmt: skip
    return render(request, "safety/alert.html", context, status=status)


@require_POST
@answerers
def clear(request: HttpRequest, alert_id: int, hold_id: int) -> HttpResponse:
    """A clinician lets sessions go on."""
    row = _alert(request, alert_id)
    try:
        clear_hold(
            participant=row.participant, pk=hold_id, words=request.POST.get("words", ""),
            by=account(request), now=clock.now(),
        )  # fmt: skip
    except ValidationError:
        messages.error(request, _("Please say in words why sessions may go on."))
    except Refused as refused:
        return refusal(request, refused)  # type: ignore[return-value]
    else:
        messages.success(request, _("Sessions may go on."))
    return redirect("safety_alert", alert_id=alert_id)
