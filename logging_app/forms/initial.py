"""How the log's form looks before anybody has typed: as the session most likely was."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict

from logging_app.forms.fields import wall_clock
from logging_app.forms.workout import WorkoutForm
from logging_app.models import Modality, Workout
from logging_app.readiness.begun import Begun
from schedule.rules import PlannedSession

LONGEST_MIN = 240


def unsaved(typed: QueryDict, zone: ZoneInfo) -> WorkoutForm:
    """What was typed before the sign-in ended, as it was, with a word on why it stands here."""
    form = WorkoutForm(typed, zone=zone)
    form.unsaved = True
    return form


def preset(
    session: PlannedSession | None,
    now: datetime,
    zone: ZoneInfo,
    entry: uuid.UUID,
    last: Workout | None = None,
) -> dict[str, Any]:
    """A new entry as it most likely is: the session that is due, done as the `last` one of its
    kind was, and just finished."""
    minutes = session.minutes[0] if session else (last.duration_min if last else 30)
    return {
        "uuid": entry,
        "edit": 1,
        "modality": session.modality if session else (last.modality if last else Modality.AEROBIC),
        "activity": _activity(session, last),
        "duration_min": minutes,
        "started_at": wall_clock(now - timedelta(minutes=minutes), zone),
    }


def after(begun: Begun, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """What is known of a session that was started here, on top of its preset."""
    minutes = min(max(round((now - begun.started_at).total_seconds() / 60), 1), LONGEST_MIN)
    known = {
        "started_at": wall_clock(begun.started_at, zone),
        "duration_min": minutes,
        "mood_before": begun.mood_before,
        "asked_before": begun.mood_before,
        "hr_before_bpm": begun.hr_before_bpm,
    }
    return {name: value for name, value in known.items() if value is not None}


def stored(workout: Workout, zone: ZoneInfo) -> dict[str, Any]:
    """A stored entry as the form shows it, ready to be corrected."""
    values = {name: getattr(workout, name) for name in WorkoutForm.Meta.fields}
    said = {None: "", True: "yes", False: "no"}
    wrong = None if workout.symptoms is None else bool(workout.symptoms)
    return {
        **values,
        "uuid": workout.pk,
        "edit": workout.edit + 1,
        "started_at": wall_clock(workout.started_at, zone),
        "symptoms": workout.symptoms or [],
        "anything_wrong": said[wrong],
        "stopped_early": said[workout.stopped_early],
    }


def _activity(session: PlannedSession | None, last: Workout | None) -> str | None:
    if session is None:
        return last.activity if last else None
    done = last.activity if last else None
    return done if done in session.activities else session.activities[0]
