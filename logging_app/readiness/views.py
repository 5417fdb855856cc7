"""Before and during a session: one screen of questions, what to do about them, a quiet timer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

import protocol
from accounts.presenters import contact
from accounts.roles import Role
from core import clock
from core.errors import EditConflict, Refused
from enrollment.guard import page
from enrollment.models import Participant
from enrollment.selectors import account, ambulance, own_participant, refusal
from logging_app import selectors as log
from logging_app.forms import START_BODY, StartForm, uuid_or_none
from logging_app.models import ReadinessCheck
from logging_app.presenters import session_card, why_closed
from logging_app.readiness import begun, presenters, rules, selectors, services
from logging_app.readiness.begun import Begun
from schedule import selectors as schedule

# The form answers a refusal by itself, with what was typed; the service behind it asks the gate.
participants_form = page(Role.PARTICIPANT)


@require_http_methods(["GET", "POST"])
@participants_form
def start(request: HttpRequest) -> HttpResponse:
    """Before a session: mood, and the readiness list. A hold or a red answer stops here."""
    participant, now = own_participant(request), clock.now()
    if reason := refusal(participant, now):
        context = {"text": why_closed(reason), "active_nav": "log"}
        status = reason.status if request.method == "POST" else 200
        return render(request, "logging_app/closed.html", context, status=status)
    if not schedule.exercises(participant):
        return redirect("log")
    if schedule.programme(participant).held(clock.local_date(now, participant.tz)):
        return render(request, "logging_app/held.html", _whom_to_call(participant))
    if request.method == "POST":
        return _begin(request, participant, StartForm(request.POST))
    entry = uuid_or_none(request.GET.get("entry")) or uuid4()
    initial = {"uuid": uuid4(), "entry": entry, "session": request.GET.get("session", "")[:32]}
    return _start_page(request, participant, StartForm(initial=initial))


def _begin(request: HttpRequest, participant: Participant, form: StartForm) -> HttpResponse:
    if not form.is_valid():
        return _start_page(request, participant, form, status=400)
    data, now = form.cleaned_data, clock.now()
    try:
        check = _record(request, participant, data["uuid"], data["answers"])
    except Refused as refused:
        form.add_error(None, _("%(why)s This is not saved.") % {"why": refused.text})
        return _start_page(request, participant, form, status=refused.status)
    if rules.worst(check.answers, protocol.current()) != "red":
        begun.keep(
            request,
            Begun(data["entry"], now, data["session"], data["mood_before"], data["hr_before_bpm"]),
        )
    query = urlencode({"entry": data["entry"], "session": data["session"]})
    return redirect(f"{reverse('log_ready', args=[check.pk])}?{query}")


def _record(
    request: HttpRequest, participant: Participant, uuid: UUID, answers: list[str]
) -> ReadinessCheck:
    """Who went back and ticks something else says it anew: what was said before stays."""
    told: dict[str, Any] = {
        "participant": participant, "answers": answers, "by": account(request), "now": clock.now(),
    }  # fmt: skip
    try:
        return services.record_readiness(uuid=uuid, **told).check
    except EditConflict:
        return services.record_readiness(uuid=uuid4(), **told).check


def _start_page(
    request: HttpRequest, participant: Participant, form: StartForm, status: int = 200
) -> HttpResponse:
    now = clock.now()
    sessions = log.week_sessions(participant, now)
    wanted = form["session"].value() or None
    due = log.due_session(sessions, wanted, on=clock.local_date(now, participant.tz))
    query = urlencode({"entry": form["entry"].value(), "session": wanted or ""})
    context = {
        "form": form,
        "session": session_card(due) if due else None,
        "ready": presenters.with_advice(form["answers"]),
        "stop": presenters.stop_list(),
        "ambulance": ambulance(participant.site.region),
        "body": START_BODY,
        "query": query,
        "active_nav": "log",
    }
    return render(request, "logging_app/start.html", context, status=status)


@require_GET
@participants_form
def ready(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What was said means: go on, an easier day, or not now. Said by page or by a phone."""
    participant, now = own_participant(request), clock.now()
    check = selectors.own_check(participant, uuid)
    worst = rules.worst(check.answers, protocol.current())
    if worst != "red":
        _keep_what_a_phone_said(request, check)
    if worst == "":
        return redirect("log_running")
    context = {
        **_whom_to_call(participant),
        "advice": presenters.advice(check),
        "red": worst == "red",
        "held": schedule.programme(participant).held(clock.local_date(now, participant.tz)),
    }
    return render(request, "logging_app/ready.html", context)


def _keep_what_a_phone_said(request: HttpRequest, check: ReadinessCheck) -> None:
    """A phone sends the list by itself; the address says for which entry."""
    entry, running = uuid_or_none(request.GET.get("entry")), begun.found(request, clock.now())
    if entry is not None and (running is None or running.entry != entry):
        begun.keep(request, Begun(entry, check.at, request.GET.get("session", "")[:32]))


@require_http_methods(["GET", "POST"])
@participants_form
def running(request: HttpRequest) -> HttpResponse:
    """The timer. POST begins it anew, from now on; with `leave` it ends without an entry."""
    participant, now = own_participant(request), clock.now()
    found = begun.found(request, now)
    if request.method == "POST":
        if "leave" in request.POST:
            begun.forget(request)
            return redirect("log")
        if found is not None:
            begun.keep(request, Begun(**{**vars(found), "started_at": now}))
        return redirect("log_running")
    context = {
        "running": presenters.running(request, participant, now),
        "stop": presenters.stop_list(),
        "active_nav": "log",
    }
    return render(request, "logging_app/running.html", context)


def _whom_to_call(participant: Participant) -> dict[str, Any]:
    return {
        "ambulance": ambulance(participant.site.region),
        "contact": contact(participant.site),
        "active_nav": "log",
    }
