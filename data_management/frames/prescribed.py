"""What was asked: fitness assessments, prescriptions, and the sessions that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from data_management.frames.chunk import (
    Chunk,
    column,
    iso_dates,
    local_days,
    study_day,
    study_week,
    to_days,
)
from schedule.models import FitnessAssessment, Prescription
from schedule.rules import ExercisePlan, KindPlan, Outcome, PlannedSession, max_hr_bpm
from schedule.rules.adherence import Record, hr_place
from schedule.rules.plan import from_data
from schedule.rules.strength import one_rm_kg
from schedule.rules.weeks import version_in_force

BANDS = ("minutes", "hrr_percent", "effort")


def fitness_assessments(chunk: Chunk) -> pd.DataFrame:
    """Each assessment, with the maximum that intensity is reckoned from (bpm)."""
    frame = chunk.read(
        FitnessAssessment.objects, "pk", "assessed_on", "resting_hr_bpm", "max_hr_source",
        "max_hr_measured_bpm", "rate_limiting_drug", "sit_and_reach_cm", "limit_hr_bpm",
        "limit_effort", "limit_minutes", "equipment", "activities", "strength_tests",
    )  # fmt: skip
    days = to_days(frame["assessed_on"])
    ages = days.dt.year.astype("Int64") - frame["birth_year"]
    maximum = frame["max_hr_measured_bpm"].astype("Float64")
    for formula in ("tanaka", "fox"):
        reckoned = max_hr_bpm(formula, ages.astype("Float64"))
        maximum = maximum.where(frame["max_hr_source"] != formula, reckoned)
    return frame.assign(
        assessed=days, max_hr_bpm=maximum, date=iso_dates(days),
        study_day=study_day(days, frame["day_one"]),
        equipment=frame["equipment"].map(_codes), activities=frame["activities"].map(_codes),
        strength_tests=frame["strength_tests"].map(_strength_tests),
    )  # fmt: skip


def prescriptions(chunk: Chunk) -> pd.DataFrame:
    """Each kind of session of each version of a prescription."""
    versions = chunk.read(
        Prescription.objects, "version", "from_week", "content", "origin", "outside", "made_at",
        "by", "assessment__assessed_on",
    )  # fmt: skip
    first, home = versions["day_one"], versions["home"]
    written = local_days(versions["made_at"], home)
    assessed = to_days(versions["assessment__assessed_on"])
    begins = to_days(column(_begins(chunk, versions), object, index=versions.index))
    versions = versions.assign(
        start_day=study_day(begins, first), start_date=iso_dates(begins),
        written_day=study_day(written, first), assessed_day=study_day(assessed, first),
        instructor_code=versions["by"].map(lambda pk: chunk.scope.code("instructor", str(pk))),
    )  # fmt: skip
    kinds = [
        {"row": row, "place": place, "outside": _outside(left, kind.modality),
         **_kind(chunk, kind, heart_rate=plan.heart_rate)}
        for row, plan, left in zip(
            versions.index, map(from_data, versions["content"]), versions["outside"], strict=True
        )
        for place, kind in enumerate(plan.kinds)
    ]  # fmt: skip
    names = ("row", "place", "outside", "modality", "step", "per_week", *_ends(), "guided_by",
             "exercises", "activities")  # fmt: skip
    frame = pd.DataFrame(kinds, columns=names, dtype=object)
    # The person's own column of that name says whether they are asked to exercise at all.
    versions = versions.drop(columns=["exercises", "outside"])
    return frame.merge(versions, left_on="row", right_index=True, how="inner")


def sessions(chunk: Chunk) -> pd.DataFrame:
    """Each session of the weeks that have begun, and what became of it."""
    found = [
        {"person": person, **_session(chunk, record, session)}
        for person, record in chunk.records.items()
        for session in record.sessions
    ]
    names = ("first", "planned", "programme_week", "session_key", "prescription_version",
             "modality", *_ends(), "outcome", "done", "workout_id", "duration_min", "effort",
             "hr_place")  # fmt: skip
    frame = chunk.rows(found, names)
    first, planned = to_days(frame["first"]), to_days(frame["planned"])
    return frame.assign(
        study_week=study_week(study_day(first, frame["day_one"])),
        planned_day=study_day(planned, frame["day_one"]),
    )


def _session(chunk: Chunk, record: Record, session: PlannedSession) -> dict[str, Any]:
    programme, done = record.programme, record.answers.get(session.key)
    outcome = record.outcomes[session.key]
    return {
        "first": programme.span(session.week).first,
        "planned": programme.planned.get(session.key),
        "programme_week": session.week,
        "session_key": session.key,
        "prescription_version": version_in_force(programme.versions, session.week),
        "modality": session.modality,
        **_bands(session.minutes, session.hrr_percent, session.effort),
        "outcome": outcome.value,
        "done": outcome is Outcome.DONE,
        "workout_id": chunk.scope.stand_in("workout", str(done.workout_id)) if done else None,
        "duration_min": done.minutes if done else None,
        "effort": done.effort if done else None,
        "hr_place": hr_place(programme, session, done) if done else None,
    }


def _kind(chunk: Chunk, kind: KindPlan, *, heart_rate: bool) -> dict[str, Any]:
    guided = heart_rate and kind.hrr_percent is not None
    return {
        "modality": kind.modality,
        "step": kind.step,
        "per_week": kind.per_week,
        **_bands(kind.minutes, kind.hrr_percent if heart_rate else None, kind.effort),
        "guided_by": "heart_rate" if guided else "effort",
        "exercises": "+".join(_exercise(chunk, line) for line in kind.exercises) or None,
        "activities": _codes(kind.activities),
    }


def _outside(found: list[Mapping[str, Any]], modality: str) -> str | None:
    """Which fields of a kind leave the protocol's ranges or a clinician's limits."""
    return "+".join(sorted({one["what"] for one in found if one["modality"] == modality})) or None


def _begins(chunk: Chunk, versions: pd.DataFrame) -> list[Any]:
    """The day from which each version counts."""
    programmes = {person: record.programme for person, record in chunk.records.items()}
    return [
        programmes[person].span(week).first if programmes[person].starts_on else None
        for person, week in zip(versions["person"], versions["from_week"], strict=True)
    ]


def _ends() -> list[str]:
    return [f"{name}_{end}" for name in BANDS for end in ("low", "high")]


def _bands(*pairs: tuple[int, int] | None) -> dict[str, int | None]:
    values = [value for pair in pairs for value in (pair or (None, None))]
    return dict(zip(_ends(), values, strict=True))


def _exercise(chunk: Chunk, line: ExercisePlan) -> str:
    """`row:2x12@20kg`, `row:2x12@band-XXXXXXXX` (the code in strength_sets), `calf:2x30s`."""
    if line.hold_s is not None:
        return f"{line.exercise}:{line.sets}x{line.hold_s}s"
    load = ""
    if line.load_kg is not None:
        load = f"@{line.load_kg:g}kg"
    elif line.band_level:
        level = " ".join(line.band_level.casefold().split())
        load = f"@band-{chunk.scope.code('band_level', level)}"
    return f"{line.exercise}:{line.sets}x{line.reps}{load}"


def _strength_tests(tests: list[Mapping[str, Any]] | None) -> str | None:
    """`leg_press:40kgx10=53.3kg`: the load, how often, and the estimated one-repetition maximum."""
    return "+".join(_strength_test(test) for test in tests or []) or None


def _strength_test(test: Mapping[str, Any]) -> str:
    load, reps = float(test["load_kg"]), int(test["reps"])
    most = one_rm_kg(load, reps)
    return f"{test['exercise']}:{load:g}kgx{reps}" + (f"={most:.1f}kg" if most else "")


def _codes(codes: Any) -> str | None:
    """Codes of the protocol in one cell, in a stable order."""
    return "+".join(sorted(codes)) or None if codes else None
