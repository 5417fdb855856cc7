"""What an entry said before it was corrected: nothing is overwritten, everybody can see that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

import protocol
from logging_app.models import StoppedBecause, StrengthSet, Workout
from logging_app.presenters import plain

FIELDS = (
    "modality", "activity", "started_at", "duration_min", "mood_before", "mood_after", "feeling",
    "effort", "symptoms", "stopped_early", "stopped_because", "hr_before_bpm", "hr_after_bpm",
    "hr_mean_bpm", "hr_max_bpm", "hrv_rmssd_ms", "hrv_sdnn_ms", "resp_mean_brpm", "resp_max_brpm",
    "steps", "distance_m", "energy_kcal", "range_of_motion_cm", "notes",
)  # fmt: skip


def earlier(workout: Workout) -> list[dict[str, Any]]:
    """Each correction, newest first: when, by whom, and what stood there before. Two queries."""
    rows = list(workout.history.select_related("history_user").order_by("history_id"))
    dropped = list(StrengthSet.history.filter(workout_id=workout.pk, history_type="-"))
    found = []
    for before, after in pairwise(rows):
        changes = _changes(before, after)
        ends = next((row.history_date for row in rows if row.history_id > after.history_id), None)
        lines = [line for line in dropped if _within(line.history_date, after.history_date, ends)]
        if lines:
            changes.append((_("Exercises"), _("; ").join(line_words(line) for line in lines)))
        if changes:
            found.append({
                "when": timezone.localtime(after.history_date, workout.tz),
                "who": _who(after, workout),
                "changes": changes,
            })  # fmt: skip
    return found[::-1]


def line_words(line: Any) -> str:
    """One line of exercises: "Row 2 × 12, 5 kg"."""
    known = protocol.current().exercises.get(line.exercise)
    times = (
        _("%(sets)d × %(hold)d seconds") % {"sets": line.sets, "hold": line.hold_s}
        if line.hold_s
        else f"{line.sets} × {line.reps}"
    )
    load = _("%(load)s kg") % {"load": plain(line.load_kg)} if line.load_kg else ""
    name = str(known.label) if known else line.exercise
    return " ".join(filter(None, [name, times, load, line.band_level or ""]))


def _within(moment: datetime, first: datetime, ends: datetime | None) -> bool:
    return first <= moment and (ends is None or moment < ends)


def _changes(before: Any, after: Any) -> list[tuple[str, str]]:
    """The label and the earlier words of each field that differs."""
    different = [f for f in FIELDS if getattr(before, f) != getattr(after, f)]
    labels = {f: capfirst(str(Workout._meta.get_field(f).verbose_name)) for f in different}  # type: ignore[union-attr]
    return [(labels[name], _words(name, getattr(before, name), after)) for name in different]


def _who(row: Any, workout: Workout) -> str:
    if row.history_user_id == workout.participant.user_id:
        return _("by you")
    return _("by the study team")


def _words(name: str, value: Any, row: Any) -> str:
    if value is None or value == "":
        return _("left out")
    if name in ("symptoms", "activity"):
        return _named(name, value)
    if name == "modality":
        return str(Workout(modality=value).get_modality_display())
    if name == "stopped_because":
        return str(dict(StoppedBecause.choices).get(value, value))
    if name == "started_at":
        return formats.date_format(timezone.localtime(value, _zone(row)), "j F, H:i")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return value if isinstance(value, str) else plain(value)


def _zone(row: Any) -> Any:
    return Workout(zone=row.zone).tz


def _named(name: str, value: Any) -> str:
    study = protocol.current()
    if name == "activity":
        activity = study.activities.get(value)
        return str(activity.label) if activity else str(value)
    known: dict[str, Any] = {row.code: row.label for row in study.stop_list}
    codes: Sequence[str] = value
    return _("; ").join(str(known.get(code, code)) for code in codes) or _("nothing")
