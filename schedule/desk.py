"""What staff read about plans and proposals: every sentence that depends on data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

import protocol
from schedule.models import FitnessAssessment
from schedule.rules.plan import ExercisePlan, KindPlan, Plan
from schedule.rules.prescribing import ALWAYS
from schedule.rules.progression import Kind, Reason
from schedule.rules.ranges import Outside

IMPOSSIBLE = {
    "order": _lazy("The first number is the smaller one."),
    "range": _lazy("This number is not possible. Please check it."),
    "unknown": _lazy("This study does not know it."),
    "empty": _lazy("Please choose at least one."),
    "twice": _lazy("This stands there twice."),
}
EQUIPMENT = {
    "bodyweight": _lazy("body weight"),
    "elastic_bands": _lazy("elastic bands"),
    "dumbbells": _lazy("dumbbells"),
    "machines": _lazy("weight machines"),
    "chair": _lazy("chair"),
    "mat": _lazy("mat"),
    "wall": _lazy("wall"),
}
BANDS = {
    "light": _lazy("light band"),
    "medium": _lazy("medium band"),
    "heavy": _lazy("heavy band"),
}
KINDS = {
    Kind.UP: _lazy("A step up"),
    Kind.BACK: _lazy("A step back"),
    Kind.LOAD: _lazy("More load"),
}
WHAT = {
    "per_week": _lazy("times a week"),
    "minutes": _lazy("minutes"),
    "effort": _lazy("effort (0–10)"),
    "hrr_percent": _lazy("% of heart-rate reserve"),
    "activities": _lazy("activity"),
    "exercises": _lazy("exercise"),
    "sets": _lazy("sets"),
    "reps": _lazy("repetitions"),
    "hold_s": _lazy("seconds of a hold"),
}


def reasons(found: Iterable[Reason]) -> str:
    """Why, in one line."""
    return _(" · ").join(reason_words(reason) for reason in found)


def reason_words(reason: Reason) -> str:
    """One reason for a proposal, or against a step up."""
    value = reason.value
    if reason.code in ("attendance", "attendance_low"):
        share = {"percent": round(100 * float(value or 0))}
        if reason.code == "attendance":
            return _("%(percent)d %% of last week's sessions done") % share
        return _("Only %(percent)d %% of last week's sessions done") % share
    if reason.code in ("effort", "effort_high"):
        mean = {"effort": formats.localize(round(float(value or 0), 1))}
        if reason.code == "effort":
            return _("mean effort %(effort)s") % mean
        return _("Mean effort %(effort)s is too high") % mean
    if reason.code == "days_off":
        days = int(value or 0)
        return ngettext("%(days)d day off", "%(days)d days off", days) % {"days": days}
    if reason.code == "lifted":
        exercise = protocol.current().exercises[str(value)].label
        return _("%(exercise)s: above the target in two sessions running") % {"exercise": exercise}
    return str(PLAIN_REASONS[reason.code])


PLAIN_REASONS = {
    "no_red_flag": _lazy("no red flag"),
    "recheck": _lazy("assess fitness again"),
    "attendance_unknown": _lazy("No session was due in the last week"),
    "effort_unknown": _lazy("Nobody knows how hard it was: no effort was told"),
    "red_flag": _lazy("A red-flag symptom was told"),
    "paused": _lazy("Sessions are paused"),
}


def outside_words(one: Outside) -> str:
    """What leaves a range: "Aerobic session: minutes 20–20 (protocol 30–45)"."""
    study = protocol.current()
    kind = study.kind(one.modality)
    about = str(kind.label) if kind else one.modality
    if one.exercise:
        about = f"{about}, {study.exercises[one.exercise].label}"
    if one.by_limit:
        said = _("%(about)s: %(what)s %(asked)s (the clinician's limit is %(allowed)s)")
    elif one.what in ("activities", "exercises"):
        said = _("%(about)s: %(asked)s is not in the protocol")
    else:
        said = _("%(about)s: %(what)s %(asked)s (protocol %(allowed)s)")
    return said % {
        "about": about, "what": WHAT[one.what], "asked": _value(one, one.asked),
        "allowed": _value(one, one.allowed),
    }  # fmt: skip


def outside_lines(stored: Iterable[dict[str, Any]]) -> list[str]:
    """What a stored prescription says of leaving the ranges."""
    return [outside_words(Outside(**one)) for one in stored]


def _value(one: Outside, value: Any) -> str:
    study = protocol.current()
    if isinstance(value, str):
        known: Any = study.activities if one.what == "activities" else study.exercises
        return str(known[value].label) if value in known else value
    if isinstance(value, tuple | list) and len(value) == 2 and isinstance(value[0], int):
        return span(value)
    return str(value)


def span(pair: Any) -> str:
    """A pair as people write it: "30–45", or one number where both are the same."""
    low, high = pair
    return str(low) if low == high else f"{low}–{high}"


def exercise_words(line: ExercisePlan) -> str:
    """ "Row: 2 × 10, 8 kg"."""
    exercise = protocol.current().exercises[line.exercise]
    if line.hold_s is not None:
        said = _("%(exercise)s: %(sets)d × %(hold)d s")
        return said % {"exercise": exercise.label, "sets": line.sets, "hold": line.hold_s}
    return _("%(exercise)s: %(sets)d × %(reps)d, %(load)s") % {
        "exercise": exercise.label, "sets": line.sets, "reps": line.reps or 0,
        "load": load_words(line),
    }  # fmt: skip


def load_words(line: ExercisePlan) -> str:
    """What an exercise is loaded with."""
    if line.load_kg is not None:
        return _("%(load)s kg") % {"load": formats.localize(kilograms(line.load_kg))}
    if line.band_level is not None:
        return str(BANDS.get(line.band_level, line.band_level))
    needs = set(protocol.current().exercises[line.exercise].equipment)
    if needs & (ALWAYS | {"mat"}):
        return _("body weight")
    return _("a weight that feels easy")


def kilograms(load: float) -> float | int:
    """Without a decimal that says nothing."""
    return int(load) if float(load).is_integer() else load


def limits(assessment: FitnessAssessment) -> list[str]:
    """What a clinician wrote for whoever instructs, one line each."""
    numbers = (
        (assessment.limit_hr_bpm, _("heart rate at most %(value)d beats a minute")),
        (assessment.limit_effort, _("effort at most %(value)d of 10")),
        (assessment.limit_minutes, _("at most %(value)d minutes a session")),
    )
    lines = [said % {"value": value} for value, said in numbers if value is not None]
    return [assessment.restrictions, *lines] if assessment.restrictions else lines


def plan_lines(plan: Plan) -> list[str]:
    """A whole plan, a line for each kind and each exercise."""
    found = []
    for kind in plan.kinds:
        label = protocol.current().kind(kind.modality)
        numbers = [
            f"{WHAT[what]} {_number(getattr(kind, what))}"
            for what in ("per_week", "minutes", "effort", "hrr_percent")
            if getattr(kind, what) is not None
        ]
        found.append(f"{label.label if label else kind.modality}: {', '.join(numbers)}")
        found += [exercise_words(line) for line in kind.exercises]
    return found


def changes(before: Plan | None, after: Plan) -> list[str]:
    """What another plan would change, one line each; empty where nothing does."""
    found = []
    for kind in after.kinds:
        old = before.kind(kind.modality) if before else None
        if old == kind:
            continue
        label = protocol.current().kind(kind.modality)
        name = str(label.label) if label else kind.modality
        found += [f"{name}: {line}" for line in _kind_changes(old, kind)]
    if before is not None and before.heart_rate != after.heart_rate:
        found.append(
            _("Heart rate guides again.") if after.heart_rate else _("Effort and talk test guide.")
        )
    return found


def _kind_changes(old: KindPlan | None, new: KindPlan) -> list[str]:
    if old is None:
        return [_("new")]
    found = []
    for what in ("per_week", "minutes", "effort", "hrr_percent"):
        was, becomes = getattr(old, what), getattr(new, what)
        if was != becomes:
            found.append(f"{WHAT[what]} {_number(was)} → {_number(becomes)}")
    if old.activities != new.activities:
        known = protocol.current().activities
        found.append(_(", ").join(str(known[code].label) for code in new.activities))
    lines = {line.exercise: line for line in old.exercises}
    for line in new.exercises:
        if lines.get(line.exercise) != line:
            found.append(exercise_words(line))
    gone = [code for code in lines if code not in {line.exercise for line in new.exercises}]
    labels = protocol.current().exercises
    found += [_("without %(exercise)s") % {"exercise": labels[code].label} for code in gone]
    return found


def _number(value: Any) -> str:
    if value is None:
        return "–"
    return span(value) if isinstance(value, tuple) else str(value)
