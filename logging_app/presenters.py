"""The sentences of the log that depend on data."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django.forms.boundfield import BoundField, BoundWidget
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

import protocol
from core.errors import ConsentPending, Refused
from logging_app.models import Workout
from logging_app.selectors import WeekSession
from schedule.rules import ExercisePlan, KindPlan, Outcome, PlannedSession
from schedule.rules.plan import talk_test

ICONS = {"aerobic": "walk", "strength": "strength", "flexibility": "stretch"}


BANDS = {"light": _lazy("light band"), "medium": _lazy("medium band"), "heavy": _lazy("heavy band")}


def kind_cards(sessions: list[WeekSession], today: date) -> list[dict[str, Any]]:
    """The week by kind of session: how many are done, and the next one in words, beats second."""
    kinds = groupby(sessions, lambda s: s.plan.modality)
    return [_kind_card(list(group), today) for _key, group in kinds]


def _kind_card(group: list[WeekSession], today: date) -> dict[str, Any]:
    upcoming = next_open(group, today)
    session = upcoming or group[0]
    return {
        "title": str(session.plan.label),
        "icon": ICONS.get(session.plan.modality, "log"),
        "asked": asked(group),
        "done": done(group),
        "next_key": upcoming.plan.key if upcoming else "",
        "rests": upcoming is None and done(group) < len(group),
        "planned": planned_for(upcoming.planned_on, today) if upcoming else "",
        **how(session.plan, session.hr_bpm),
    }


def session_card(session: WeekSession) -> dict[str, Any]:
    """One session as the log offers it: what, how long, how hard."""
    return {
        "key": session.plan.key,
        "title": str(session.plan.label),
        "icon": ICONS.get(session.plan.modality, "log"),
        **how(session.plan, session.hr_bpm),
    }


def next_open(group: list[WeekSession], today: date) -> WeekSession | None:
    """The session to do next: one planned for today, else the first that is still open."""
    still_open = [session for session in group if session.outcome is Outcome.OPEN]
    planned = (session for session in still_open if session.planned_on == today)
    return next(planned, next(iter(still_open), None))


def asked(sessions: list[WeekSession]) -> int:
    """How many sessions a week asks for, without those that a pause excuses."""
    return sum(session.outcome is not Outcome.EXCUSED for session in sessions)


def done(sessions: list[WeekSession]) -> int:
    return sum(session.outcome is Outcome.DONE for session in sessions)


def how(plan: PlannedSession | KindPlan, hr_bpm: tuple[int, int] | None) -> dict[str, Any]:
    """What a session asks: how long, how hard in words, then in numbers, and with what."""
    low, high = plan.effort
    words = (
        plan.talk_test if isinstance(plan, PlannedSession) else talk_test(protocol.current(), plan)
    )
    return {
        "minutes": minutes_range(plan.minutes),
        "how_hard": str(words),
        "effort": _("Effort %(low)d–%(high)d of 10") % {"low": low, "high": high},
        "beats": beats(hr_bpm),
        "activities": activities(plan.activities),
        "exercises": [_exercise(line) for line in plan.exercises],
    }


def _exercise(line: ExercisePlan) -> dict[str, Any]:
    exercise = protocol.current().exercises[line.exercise]
    return {
        "code": exercise.code,
        "title": str(exercise.label),
        "drawing": f"schedule/drawings/{exercise.drawing}.svg",
        "asked": _(" · ").join(filter(None, [_times(line), _load(line)])),
    }


def _times(line: ExercisePlan) -> str:
    if line.hold_s is not None:
        return _("%(sets)d × %(hold)d seconds") % {"sets": line.sets, "hold": line.hold_s}
    return _("%(sets)d × %(reps)d times") % {"sets": line.sets, "reps": line.reps or 0}


def _load(line: ExercisePlan) -> str:
    if line.load_kg is not None:
        return _("%(load)s kg") % {"load": plain(line.load_kg)}
    return str(BANDS.get(line.band_level, line.band_level)) if line.band_level else ""


def session_name(plan: PlannedSession, of: int) -> str:
    """A session among those of its kind: "Aerobic session, 2 of 3"."""
    if of == 1:
        return str(plan.label)
    return _("%(kind)s, %(number)d of %(of)d") % {
        "kind": plan.label, "number": plan.number, "of": of,
    }  # fmt: skip


def planned_for(day: date | None, today: date) -> str:
    """The day somebody set for a session, as seen today; nothing where none is set."""
    if day is None or day < today:
        return ""
    if day == today:
        return _("Planned for today")
    return _("Planned for %(day)s") % {"day": formats.date_format(day, "l")}


def answers_line(workout: Workout, sessions: list[WeekSession]) -> str:
    """Which of `sessions`, those a workout may answer, it answers; empty where there is none."""
    if not sessions:
        return ""
    mine = next((s.plan for s in sessions if s.done_by == workout.pk), None)
    if mine is None:
        return _("An extra: it answers none of your sessions.")
    return _("It counts as: %(session)s.") % {"session": session_name(mine, len(sessions))}


def session_choices(workout: Workout, sessions: list[WeekSession]) -> list[tuple[str, str]]:
    """The sessions a workout may answer, by key, with what choosing one means for another entry."""
    named = [(s, session_name(s.plan, len(sessions))) for s in sessions]
    swaps = _("%(session)s (changes places with another entry)")
    return [
        (s.plan.key, name if s.done_by in (None, workout.pk) else swaps % {"session": name})
        for s, name in named
    ]


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
    if done >= asked:
        return _("Everything for this week is done. Rest is part of it.")
    if done == 0:
        return _("Any day of the week will do, in any order.")
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
    said = [
        (capfirst(str(field.verbose_name)), _in_words(field.name, value))
        for field, value in values
        if value is not None
    ]
    if workout.stopped_early:
        said.append((_("Stopped early"), workout.get_stopped_because_display() or _("Yes")))
    return said


def _in_words(name: str, value: float) -> str:
    if name == "feeling":
        return f"{value:+d}".replace("-", "\N{MINUS SIGN}") if value else "0"
    return plain(value)


def plain(value: float) -> str:
    """A number without a decimal that says nothing."""
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
