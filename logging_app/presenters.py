"""The sentences of the log that depend on data."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.forms.boundfield import BoundField, BoundWidget
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import protocol
from core.errors import ConsentPending, Refused
from logging_app.models import Workout
from logging_app.selectors import WeekSession
from protocol import CrisisLine

ICONS = {"aerobic": "walk", "strength": "strength", "flexibility": "stretch"}


def kind_cards(sessions: list[WeekSession]) -> list[dict[str, Any]]:
    """The week by kind of session: how many are done, and the next one in words, beats second."""
    return [_kind_card(list(group)) for _key, group in groupby(sessions, lambda s: s.plan.modality)]


def _kind_card(group: list[WeekSession]) -> dict[str, Any]:
    upcoming = next((session for session in group if session.done_by is None), None)
    session = upcoming or group[0]
    plan = session.plan
    low, high = plan.effort
    return {
        "title": str(plan.label),
        "icon": ICONS.get(plan.modality, "log"),
        "asked": len(group),
        "done": sum(one.done_by is not None for one in group),
        "next_key": upcoming.plan.key if upcoming else "",
        "minutes": minutes_range(plan.minutes),
        "how_hard": str(plan.talk_test),
        "effort": _("Effort %(low)d–%(high)d of 10") % {"low": low, "high": high},
        "beats": beats(session.hr_bpm),
        "activities": activities(plan.activities),
    }


def minutes_range(minutes: tuple[int, int]) -> str:
    low, high = minutes
    if low == high:
        return ngettext("%(count)d minute", "%(count)d minutes", low) % {"count": low}
    return _("%(low)d–%(high)d minutes") % {"low": low, "high": high}


def beats(hr_bpm: tuple[int, int] | None) -> str:
    """A heart-rate target, or nothing where beats cannot guide."""
    if hr_bpm is None:
        return ""
    return _("%(low)d–%(high)d beats a minute") % {"low": hr_bpm[0], "high": hr_bpm[1]}


def activities(codes: tuple[str, ...]) -> str:
    known = protocol.current().activities
    return _(", ").join(str(known[code].label) for code in codes if code != "other")


def week_sentence(done: int, asked: int) -> str:
    """Where the week stands, without praise or blame."""
    if done == 0:
        return _("Any day of the week will do, in any order.")
    if done >= asked:
        return _("Everything for this week is done. Rest is part of it.")
    return _("Any of the others, on any day that suits you.")


def workout_row(workout: Workout) -> dict[str, Any]:
    """One line of the history."""
    return {
        "id": workout.pk,
        "when": workout.started_at,
        "title": activity_label(workout),
        "icon": ICONS.get(workout.modality, "log"),
        "minutes": minutes_range((workout.duration_min, workout.duration_min)),
        "mood": mood_sentence(workout),
    }


def activity_label(workout: Workout) -> str:
    known = protocol.current().activities.get(workout.activity)
    return str(known.label) if known else workout.get_modality_display()


def mood_sentence(workout: Workout) -> str:
    """Mood before and after as the person gave them; nothing is made up where one is missing."""
    before, after = workout.mood_before, workout.mood_after
    if before is not None and after is not None:
        return _("Mood %(before)d → %(after)d") % {"before": before, "after": after}
    if after is not None:
        return _("Mood after: %(after)d") % {"after": after}
    if before is not None:
        return _("Mood before: %(before)d") % {"before": before}
    return ""


def why_closed(reason: type[Refused]) -> str:
    """Why nothing can be logged now, on the page that would have held the form."""
    if reason is ConsentPending:
        return _(
            "You can log here once you have read and signed the consent together with the study "
            "team. Until then nothing about you is stored."
        )
    return str(reason.detail)


def facts(workout: Workout) -> list[tuple[str, str]]:
    """Everything that was entered, as label and value; what was left out is not listed."""
    fields: list[Any] = [Workout._meta.get_field(name) for name in SHOWN]
    values = [(f, getattr(workout, f.name)) for f in fields]
    return [
        (capfirst(str(field.verbose_name)), _in_words(field.name, value))
        for field, value in values
        if value is not None
    ]


def _in_words(name: str, value: float) -> str:
    if name == "feeling":
        return f"{value:+d}".replace("-", "\N{MINUS SIGN}") if value else "0"
    return formats.localize(int(value) if float(value).is_integer() else value)


SHOWN = (
    "mood_before", "mood_after", "feeling", "effort", "hr_before_bpm", "hr_after_bpm",
    "hr_mean_bpm", "hr_max_bpm", "hrv_rmssd_ms", "hrv_sdnn_ms", "resp_mean_brpm",
    "resp_max_brpm", "steps", "distance_m", "energy_kcal", "range_of_motion_cm",
)  # fmt: skip


def with_advice(field: BoundField) -> list[tuple[BoundWidget, str]]:
    """Each symptom to tick, with what to do at once where it is a red flag."""
    known = {s.code: s for s in protocol.current().stop_list}
    urgent = {code: str(s.advice) for code, s in known.items() if s.severity == "red"}
    return [(option, urgent.get(str(option.data["value"]), "")) for option in field]


def ambulance(region: str) -> CrisisLine | None:
    """The number to call where a red flag shows: the first emergency line of the region."""
    crisis = protocol.current().crisis
    near = [*crisis.get(region, ()), *crisis.get(region.split("-")[0], ())]
    anywhere = [line for lines in crisis.values() for line in lines]
    return next((line for line in [*near, *anywhere] if line.emergency), None)


def what_to_do(workout: Workout) -> list[dict[str, str]]:
    """Advice for each symptom that was ticked, red ones first."""
    study = protocol.current()
    named = [study.symptom(code) for code in workout.symptoms or ()]
    ordered = sorted(named, key=lambda symptom: symptom.severity != "red")
    return [
        {"tone": "urgent" if s.severity == "red" else "warn",
         "title": str(s.label), "text": str(s.advice)}
        for s in ordered
    ]  # fmt: skip
