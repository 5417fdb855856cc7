"""What was asked and what was done: fitness, sessions, workouts, weeks, strength sets."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Any

import pandas as pd

import protocol
from data_management.frames import consent
from data_management.frames.chunk import (
    Chunk,
    Column,
    column,
    iso_dates,
    local,
    study_day,
    study_week,
    to_days,
    to_moments,
)
from logging_app.models import SessionMatch, StrengthSet, Workout
from protocol import Study
from schedule.models import FitnessAssessment
from schedule.rules import HeartRates, hr_reserve_percent, max_hr_bpm, week_sessions

ENTRY = (
    "modality", "activity", "duration_min", "mood_before", "mood_after", "mood_before_recalled",
    "feeling", "effort", "hr_before_bpm", "hr_after_bpm", "hr_mean_bpm", "hr_max_bpm",
    "hrv_rmssd_ms", "hrv_sdnn_ms", "resp_mean_brpm", "resp_max_brpm", "steps", "distance_m",
    "energy_kcal", "range_of_motion_cm", "stopped_early",
)  # fmt: skip


def fitness_assessments(chunk: Chunk) -> pd.DataFrame:
    """Each assessment, with the maximum that intensity is reckoned from (bpm)."""
    frame = chunk.read(
        FitnessAssessment.objects, "pk", "assessed_on", "resting_hr_bpm", "max_hr_source",
        "max_hr_measured_bpm", "rate_limiting_drug",
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
    )  # fmt: skip


def workouts(chunk: Chunk) -> pd.DataFrame:
    """Each workout that counts, on its study day, with its session and its share of the reserve."""
    frame = chunk.read(
        Workout.objects.filter(voided_at=None), "pk", "started_at", "zone", "symptoms", "sources",
        "received_at", "device_time", *ENTRY,
    )  # fmt: skip
    made = [
        (person, typed if typed is not None and not pd.isna(typed) else started)
        for person, typed, started in zip(
            frame["person"], frame["device_time"], frame["started_at"], strict=True
        )
    ]
    began = to_moments(frame["started_at"])
    days = local(began, frame["zone"]).dt.normalize()
    received = local(to_moments(frame["received_at"]), frame["home"]).dt.normalize()
    number = study_day(days, frame["day_one"])
    frame = frame.assign(
        workout_id=[chunk.scope.stand_in("workout", str(pk)) for pk in frame["pk"]],
        day=days, date=iso_dates(days), study_day=number, study_week=study_week(number),
        started_time=local(began, frame["zone"]).dt.strftime("%H:%M").astype("string"),
        received_day=study_day(received, frame["day_one"]),
        made_while_consent_pending=consent.marks(chunk, made),
        symptoms=frame["symptoms"].map(_symptoms), tracker_fields=frame["sources"].map(_tracker),
    )  # fmt: skip
    return _with_reserve(frame.merge(_matches(chunk), on="pk", how="left"), chunk)


def sessions(chunk: Chunk) -> pd.DataFrame:
    """Each planned session of the weeks reached, and the workout that answered it."""
    people = chunk.used[chunk.used["exercises"]]
    plans = _plans(protocol.current())
    asked = _weeks_reached(chunk, people).merge(plans, on="study_week", how="inner")
    done = workouts(chunk)[["person", "session_key", "workout_id", "duration_min", "effort"]]
    found = asked.merge(
        done.dropna(subset=["session_key"]), on=["person", "session_key"], how="left"
    )
    return found.assign(done=found["workout_id"].notna())


def weeks(chunk: Chunk) -> pd.DataFrame:
    """Participant × study week: minutes, energy (kcal), load (effort × minutes), attendance."""
    frame = _weeks_reached(chunk, chunk.used)
    frame = frame.merge(_logged(workouts(chunk)), on=["person", "study_week"], how="left")
    frame = frame.merge(_attended(sessions(chunk)), on=["person", "study_week"], how="left")
    counts = ["workouts", "minutes", "workouts_with_energy", "workouts_with_effort",
              "sessions_asked", "sessions_done"]  # fmt: skip
    frame[counts] = frame[counts].astype("Int64").fillna(0)
    whole = frame["complete"] & (frame["sessions_asked"] > 0)
    share = frame["sessions_done"].astype("Float64") / frame["sessions_asked"].where(whole)
    return frame.assign(attendance=share.round(4))


def strength_sets(chunk: Chunk) -> pd.DataFrame:
    """Each line of strength work; typed words as codes."""
    frame = chunk.read(
        StrengthSet.objects.filter(workout__voided_at=None), "workout_id", "position", "exercise",
        "equipment", "sets", "reps", "load_kg", "band_level",
    )  # fmt: skip
    known = set(protocol.current().activities)
    words = frame["equipment"].map(lambda text: str(text).strip().lower().replace(" ", "_"))
    return frame.assign(
        workout_id=[chunk.scope.stand_in("workout", str(pk)) for pk in frame["workout_id"]],
        line=frame["position"],
        exercise=frame["exercise"].map(_harmless),
        band_level=frame["band_level"].map(_harmless),
        equipment=words.where(words.isin(known), "other"),
        exercise_code=_codes(chunk, "exercise", frame["exercise"]),
        band_level_code=_codes(chunk, "band_level", frame["band_level"]),
    )


@cache
def _plans(study: Study) -> pd.DataFrame:
    rows = [
        asdict(plan) for week in range(1, study.weeks + 1) for plan in week_sessions(study, week)
    ]
    table = []
    for row in rows:
        bands = {f"{n}_{end}": pair[place] if pair else None
                 for n, pair in (("minutes", row["minutes"]), ("hrr_percent", row["hrr_percent"]),
                                 ("effort", row["effort"]))
                 for place, end in enumerate(("low", "high"))}  # fmt: skip
        table.append({"study_week": row["week"], "session_key": row["key"],
                      "modality": row["modality"], **bands})  # fmt: skip
    return pd.DataFrame(table).astype({"study_week": "Int64"})


def _weeks_reached(chunk: Chunk, people: pd.DataFrame) -> pd.DataFrame:
    """The study weeks that had begun at the cut or at leaving; `complete`: they ended before it."""
    count = protocol.current().weeks
    numbers = pd.DataFrame({"study_week": pd.array(range(1, count + 1), dtype="Int64")})
    allocated = people[people["day_one"].notna()].rename_axis("person").reset_index()
    frame = allocated.merge(numbers, how="cross")
    first = frame["day_one"] + pd.to_timedelta((frame["study_week"].astype(int) - 1) * 7, unit="D")
    end = frame[["left", "through"]].min(axis=1)
    frame = frame.assign(complete=first + pd.Timedelta(days=6) < end)
    return frame[first <= end]


def _matches(chunk: Chunk) -> pd.DataFrame:
    frame = chunk.read(SessionMatch.objects.filter(released=False), "workout_id", "session_key")
    return frame[["workout_id", "session_key"]].rename(columns={"workout_id": "pk"})


def _with_reserve(frame: pd.DataFrame, chunk: Chunk) -> pd.DataFrame:
    """Percent of the reserve by the assessment in force on the day, by the rule of `schedule`."""
    fitness = fitness_assessments(chunk).sort_values(["assessed", "pk"])
    fitness = fitness.rename(columns={"resting_hr_bpm": "resting", "max_hr_bpm": "maximum"})
    frame = pd.merge_asof(
        frame.sort_values("day", kind="stable"),
        fitness[["person", "assessed", "resting", "maximum"]].astype({"person": "int64"}),
        left_on="day", right_on="assessed", by="person",
    )  # fmt: skip
    for shown, bpm in (("mean", "hr_mean_bpm"), ("max", "hr_max_bpm")):
        values = [
            _reserve(*row)
            for row in zip(frame["resting"], frame["maximum"], frame[bpm], strict=True)
        ]
        frame[f"hr_reserve_percent_{shown}"] = column(values, "Float64", index=frame.index)
    return frame


def _reserve(resting: Any, maximum: Any, bpm: Any) -> float | None:
    if pd.isna(resting) or pd.isna(maximum) or pd.isna(bpm):
        return None
    return hr_reserve_percent(HeartRates(float(resting), float(maximum)), float(bpm))


def _logged(frame: pd.DataFrame) -> pd.DataFrame:
    minutes = frame["duration_min"].astype("Int64")
    effort = frame["effort"].astype("Int64")
    energy = frame["energy_kcal"].astype("Float64")
    grouped = frame.assign(minutes=minutes, load=effort * minutes, energy_kcal=energy)
    by_week = grouped.groupby(["person", "study_week"])
    return pd.DataFrame({
        "workouts": by_week.size(),
        "minutes": by_week["minutes"].sum(),
        "energy_kcal": by_week["energy_kcal"].sum(min_count=1).round(3),
        "workouts_with_energy": by_week["energy_kcal"].count(),
        "load": by_week["load"].sum(min_count=1),
        "workouts_with_effort": by_week["load"].count(),
    }).reset_index()  # fmt: skip


def _attended(frame: pd.DataFrame) -> pd.DataFrame:
    by_week = frame.groupby(["person", "study_week"])
    return pd.DataFrame(
        {"sessions_asked": by_week.size(), "sessions_done": by_week["done"].sum()}
    ).reset_index()


def _symptoms(codes: object) -> str | None:
    """`none` was asked and nothing was wrong; missing was not asked."""
    return "+".join(sorted(codes)) or "none" if isinstance(codes, list) else None


def _tracker(sources: dict[str, str]) -> str | None:
    return "+".join(sorted(n for n, source in sources.items() if source != "typed")) or None


def _harmless(text: object) -> object:
    """Typed words that a spreadsheet would take for a formula begin with an apostrophe."""
    formula = isinstance(text, str) and text.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{text}" if formula else text


def _codes(chunk: Chunk, what: str, texts: Column) -> Column:
    """Typed words as codes: case and spaces do not count, no words stay missing."""
    words = [" ".join(text.casefold().split()) if isinstance(text, str) else "" for text in texts]
    codes = [chunk.scope.code(what, word) if word else None for word in words]
    return column(codes, "string", index=texts.index)
