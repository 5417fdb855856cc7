"""What the log's page offers around its form: the session due, exercises, what is folded."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from core import clock
from enrollment.models import Participant
from logging_app import forms, presenters, selectors
from logging_app.forms import WorkoutForm, sets
from logging_app.models import Modality, Workout
from logging_app.readiness import begun
from logging_app.readiness.presenters import running as running_words
from schedule import selectors as schedule
from schedule.rules.adherence import Record

WITH_LINES = (Modality.STRENGTH, Modality.FLEXIBILITY)


def form_page(
    request: HttpRequest, participant: Participant, form: WorkoutForm, workout: Workout | None
) -> dict[str, Any]:
    """Everything the page draws on beside the questions themselves."""
    now = clock.now()
    exercises = schedule.exercises(participant)
    record = selectors.adherence([participant], now)[participant.pk]
    sessions = selectors.sessions_of(record, record.programme.week(record.today))
    running = begun.found(request, now)
    entry = str(form["uuid"].value())
    after = workout is None and running is not None and str(running.entry) == entry
    rows = _rows(request, participant, sessions, form, workout)
    return {
        "form": form,
        "workout": workout,
        "zone": form.zone.key,
        "body": forms.BODY,
        "after": after,
        "recalled": json.dumps(_recalled(form, workout)),
        "exercises": exercises,
        "start": None if workout or after else _start(request, participant, record, form),
        "today": record.today,
        "lines": rows,
        "folded": [
            {"kinds": kinds, "fields": [form[n] for n in names], "open": _open(form, names)}
            for kinds, names in (
                ("", forms.HEART),
                ("aerobic other", forms.DISTANCE),
                ("", forms.DEVICE),
            )
        ],
        "reach": form["range_of_motion_cm"],
    }


def _recalled(form: WorkoutForm, workout: Workout | None) -> bool | None:
    """Whether the mood before that stands in the form was remembered, as far as is known."""
    if workout is not None:
        return workout.mood_before_recalled
    return False if form["asked_before"].value() not in (None, "") else None


def _open(form: WorkoutForm, names: tuple[str, ...]) -> bool:
    return any(form[name].errors for name in names)


def _start(
    request: HttpRequest,
    participant: Participant,
    record: Record,
    form: WorkoutForm,
) -> dict[str, Any] | None:
    """What to begin with: a session that runs, or the one that is due; None on a hold, and where
    the person came to write down a session of their choice."""
    programme, today = record.programme, record.today
    if running := running_words(request, participant, clock.now()):
        return {"running": running}
    sessions = selectors.sessions_of(record, programme.week(today))
    if not sessions or "session" in request.GET or form.is_bound or programme.held(today):
        return None
    due = selectors.due_session(sessions, on=today)
    query = {"entry": form["uuid"].value(), **({"session": due.plan.key} if due else {})}
    return {
        "session": presenters.session_card(due) if due else None,
        "url": f"{reverse('log_start')}?{urlencode(query)}",
    }


def _rows(
    request: HttpRequest,
    participant: Participant,
    sessions: list[selectors.WeekSession],
    form: WorkoutForm,
    workout: Workout | None,
) -> list[dict[str, Any]]:
    """The lines of strength and of stretching: by kind, with whether last time can be taken over,
    each with its number in the form."""
    last = selectors.last_of_kind(participant)
    typed = sets.posted(request.POST) if form.is_bound else None
    kept = selectors.set_lines(workout) if workout else []
    lines = typed if typed is not None and "sets_shown" in request.POST else kept
    found: list[sets.Row] = []
    for kind in WITH_LINES:
        plan = next((s.plan.exercises for s in sessions if s.plan.modality == kind), ())
        before = [] if workout or kind not in last else selectors.set_lines(last[kind])
        found += sets.offered(plan, before)
    if request.GET.get("fill") == "last" and not lines:
        lines = [dict(row.last) for row in found if row.last and row.modality == _kind(form)]
    rows = list(enumerate(sets.with_lines(found, lines)))
    groups: list[dict[str, Any]] = [
        {"kind": str(kind), "rows": [(n, row) for n, row in rows if row.modality == kind]}
        for kind in WITH_LINES
    ]
    for group in groups:
        group["last"] = any(row.last for _n, row in group["rows"])
    groups[0]["more"] = [(len(rows), sets.more_exercises())]
    return groups


def _kind(form: WorkoutForm) -> str:
    return str(form["modality"].value() or "")
