"""What was done: workouts, weeks, strength sets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

import protocol
from data_management.frames import consent
from data_management.frames.chunk import (
    Chunk,
    Column,
    column,
    harmless,
    iso_dates,
    local,
    local_days,
    paper,
    study_day,
    study_week,
    to_days,
    to_moments,
)
from logging_app.models import SessionMatch, StrengthSet, Supervision, Workout
from schedule.models import NotToday
from schedule.rules import WeekLoad, hr_reserve_percent, week_load
from schedule.rules.adherence import Record
from schedule.rules.weeks import paused_days

ENTRY = (
    "modality", "activity", "duration_min", "mood_before", "mood_after", "mood_before_recalled",
    "feeling", "effort", "hr_before_bpm", "hr_after_bpm", "hr_mean_bpm", "hr_max_bpm",
    "hrv_rmssd_ms", "hrv_sdnn_ms", "resp_mean_brpm", "resp_max_brpm", "steps", "distance_m",
    "energy_kcal", "range_of_motion_cm", "stopped_early", "stopped_because",
)  # fmt: skip
# As for nights: later than this it was written in retrospect.
LATE_AFTER = timedelta(hours=24)
# Whose words they are: the participant's, or copied from their paper. All else is a file's id.
TYPED = frozenset({"typed", "paper"})


def workouts(chunk: Chunk) -> pd.DataFrame:
    """Each workout that counts, on its study day, with its session and its share of the reserve."""
    frame = chunk.read(
        Workout.objects.filter(voided_at=None), "pk", "started_at", "zone", "symptoms", "sources",
        "received_at", "device_time", "paper_date", *ENTRY,
    )  # fmt: skip
    made = [
        (person, typed if typed is not None and not pd.isna(typed) else started)
        for person, typed, started in zip(
            frame["person"], frame["device_time"], frame["started_at"], strict=True
        )
    ]
    began = to_moments(frame["started_at"])
    ended = began + pd.to_timedelta(frame["duration_min"].astype("int64"), unit="min")
    days = local_days(began, frame["zone"])
    received = local_days(frame["received_at"], frame["home"])
    number = study_day(days, frame["day_one"])
    frame = frame.assign(
        workout_id=[chunk.scope.stand_in("workout", str(pk)) for pk in frame["pk"]],
        day=days, date=iso_dates(days), study_day=number, study_week=study_week(number),
        started_time=local(began, frame["zone"]).dt.strftime("%H:%M").astype("string"),
        received_day=study_day(received, frame["day_one"]),
        late_entry=to_moments(frame["received_at"]) - ended > LATE_AFTER, **paper(frame),
        contamination=~frame["exercises"].astype(bool),
        made_while_consent_pending=consent.marks(chunk, made),
        stopped_because=frame["stopped_because"].map(lambda why: why or None),
        symptoms=frame["symptoms"].map(_symptoms), tracker_fields=frame["sources"].map(_tracker),
    )  # fmt: skip
    frame = frame.merge(_matches(chunk), on="pk", how="left")
    frame = frame.merge(_supervised(chunk), on="pk", how="left")
    return _with_reserve(frame.assign(session_chosen=_or_no(frame["session_chosen"])), chunk)


ATTENDED = (
    "programme_week", "sessions_asked", "sessions_done", "sessions_missed", "sessions_excused",
    "paused_days", "days_off", "attendance", "dose",
)  # fmt: skip


def weeks(chunk: Chunk) -> pd.DataFrame:
    """Participant × study week: minutes, energy (kcal), load (effort × minutes), and how far the
    week of the programme that begins in it was followed."""
    attended = _attended(chunk)
    frame = _weeks_reached(chunk, attended)
    frame = frame.merge(_logged(workouts(chunk)), on=["person", "study_week"], how="left")
    frame = frame.merge(attended, on=["person", "study_week"], how="left")
    counts = ["workouts", "minutes", "workouts_with_energy", "workouts_with_effort",
              "sessions_asked", "sessions_done", "sessions_missed", "sessions_excused"]  # fmt: skip
    frame[counts] = frame[counts].astype("Int64").fillna(0)
    frame.loc[~frame["complete"], [*SPREAD]] = pd.NA  # of a week that is not over
    return frame


def strength_sets(chunk: Chunk) -> pd.DataFrame:
    """Each line of strength work; typed words as codes."""
    frame = chunk.read(
        StrengthSet.objects.filter(workout__voided_at=None), "workout_id", "position", "exercise",
        "equipment", "sets", "reps", "load_kg", "band_level", "hold_s",
    )  # fmt: skip
    known = set(protocol.current().activities)
    words = frame["equipment"].map(lambda text: str(text).strip().lower().replace(" ", "_"))
    return frame.assign(
        workout_id=[chunk.scope.stand_in("workout", str(pk)) for pk in frame["workout_id"]],
        line=frame["position"],
        exercise=frame["exercise"].map(harmless),
        band_level=frame["band_level"].map(harmless),
        equipment=words.where(words.isin(known), "other"),
        exercise_code=_codes(chunk, "exercise", frame["exercise"]),
        band_level_code=_codes(chunk, "band_level", frame["band_level"]),
    )


def _weeks_reached(chunk: Chunk, attended: pd.DataFrame) -> pd.DataFrame:
    """The study weeks that had begun at the cut or at leaving; `complete`: they ended before it.

    One more for a programme that began after its first study week and so ends after the last.
    """
    people = chunk.used
    latest = attended.groupby("person")["study_week"].max().reindex(people.index)
    count = latest.astype("Int64").fillna(0).clip(lower=protocol.current().weeks)
    allocated = people.assign(weeks=count)[people["day_one"].notna()]
    numbers = pd.array(range(1, int(count.max() if len(count) else 0) + 1), dtype="Int64")
    frame = allocated.rename_axis("person").reset_index()
    frame = frame.merge(pd.DataFrame({"study_week": numbers}), how="cross")
    first = frame["day_one"] + pd.to_timedelta((frame["study_week"].astype(int) - 1) * 7, unit="D")
    end = frame[["left", "through"]].min(axis=1)
    frame = frame.assign(complete=first + pd.Timedelta(days=6) < end)
    return frame[(first <= end) & (frame["study_week"] <= frame["weeks"])]


def _attended(chunk: Chunk) -> pd.DataFrame:
    """Each week of the programme that has begun, by the study week that its first day lies in."""
    days_off = chunk.read(NotToday.objects, "date").groupby("person")["date"].agg(list).to_dict()
    found = [
        {"person": person, **_attended_week(record, week, days_off.get(person, []))}
        for person, record in chunk.records.items()
        for week in record.week_numbers
    ]
    frame = chunk.rows(found, ("first", *ATTENDED))
    began = study_day(to_days(frame["first"]), frame["day_one"])
    return frame.assign(study_week=study_week(began))[["person", "study_week", *ATTENDED]]


def _attended_week(record: Record, week: int, days_off: list[date]) -> Mapping[str, Any]:
    counts, span = record.week_summary(week), record.programme.span(week)
    over = week in record.complete_weeks
    return {
        "first": span.first,
        "programme_week": week,
        "sessions_asked": counts.due,
        "sessions_done": counts.done,
        "sessions_missed": counts.missed,
        "sessions_excused": counts.excused,
        "paused_days": paused_days(span, record.programme.pauses),
        "days_off": sum(span.holds(day) for day in days_off),
        "attendance": rounded(counts.attendance) if over else None,
        "dose": rounded(counts.dose) if over else None,
    }


def rounded(share: float | None) -> float | None:
    """A share as it is told, to four digits."""
    return None if share is None else round(share, 4)


def _matches(chunk: Chunk) -> pd.DataFrame:
    """Which session each workout answers; `chosen` also where the participant said none."""
    frame = chunk.read(SessionMatch.objects, "workout_id", "session_key", "released", "chosen")
    keys = frame["session_key"].mask(frame["released"].astype(bool), None)
    told = {"pk": frame["workout_id"], "session_key": keys, "session_chosen": frame["chosen"]}
    return pd.DataFrame(told)


def _supervised(chunk: Chunk) -> pd.DataFrame:
    """How each supervised workout was supervised, and how well it was done."""
    frame = chunk.read(Supervision.objects, "workout_id", "mode", "fidelity")
    shares = [fidelity_share(judged) for judged in frame["fidelity"]]
    return pd.DataFrame({
        "pk": frame["workout_id"], "supervised": frame["mode"],
        "fidelity": column(shares, "Float64", index=frame.index),
        "fidelity_judged": column([len(j) for j in frame["fidelity"]], "Int64", index=frame.index),
    })  # fmt: skip


FIDELITY = {"yes": 1.0, "partly": 0.5, "no": 0.0}


def fidelity_share(judged: Mapping[str, str]) -> float | None:
    """Of the points of the checklist that were judged, which share was done; partly is a half."""
    known = [FIDELITY[answer] for answer in judged.values() if answer in FIDELITY]
    return rounded(sum(known) / len(known)) if known else None


def _with_reserve(frame: pd.DataFrame, chunk: Chunk) -> pd.DataFrame:
    """Percent of the reserve by the heart rates in force on the day, as the site tells it."""
    days = [day.date() for day in frame["day"]]
    rates = [
        chunk.records[person].programme.rates(day)
        for person, day in zip(frame["person"], days, strict=True)
    ]
    for shown, bpm in (("mean", "hr_mean_bpm"), ("max", "hr_max_bpm")):
        values = [
            hr_reserve_percent(known, None if pd.isna(beats) else float(beats))
            for known, beats in zip(rates, frame[bpm], strict=True)
        ]
        frame[f"hr_reserve_percent_{shown}"] = column(values, "Float64", index=frame.index)
    return frame


def _logged(frame: pd.DataFrame) -> pd.DataFrame:
    minutes = frame["duration_min"].astype("Int64")
    effort = frame["effort"].astype("Int64")
    energy = frame["energy_kcal"].astype("Float64")
    grouped = frame.assign(minutes=minutes, load=effort * minutes, energy_kcal=energy)
    by_week = grouped.groupby(["person", "study_week"])
    counted = pd.DataFrame({
        "workouts": by_week.size(),
        "minutes": by_week["minutes"].sum(),
        "energy_kcal": by_week["energy_kcal"].sum(min_count=1).round(3),
        "workouts_with_energy": by_week["energy_kcal"].count(),
        "load": by_week["load"].sum(min_count=1),
        "workouts_with_effort": by_week["load"].count(),
    })  # fmt: skip
    spread = {place: _spread(rows) for place, rows in by_week}
    for name in SPREAD:
        values = [getattr(spread[place], name) for place in counted.index]
        counted[name] = column(values, "Float64", index=counted.index)
    return counted.reset_index()


SPREAD = ("monotony", "strain")


def _spread(week: pd.DataFrame) -> WeekLoad:
    """How a week's load lies over its seven days."""
    days: list[list[int | None]] = [[] for _ in range(7)]
    for day, load in zip(week["study_day"], week["load"], strict=True):
        days[(int(day) - 1) % 7].append(None if pd.isna(load) else int(load))
    return week_load(days)


def _or_no(flags: Column) -> Column:
    return flags.astype("boolean").fillna(False)


def _symptoms(codes: object) -> str | None:
    """`none` was asked and nothing was wrong; missing was not asked."""
    return "+".join(sorted(codes)) or "none" if isinstance(codes, list) else None


def _tracker(sources: dict[str, str]) -> str | None:
    return "+".join(sorted(n for n, source in sources.items() if source not in TYPED)) or None


def _codes(chunk: Chunk, what: str, texts: Column) -> Column:
    """Typed words as codes: case and spaces do not count, no words stay missing."""
    words = [" ".join(text.casefold().split()) if isinstance(text, str) else "" for text in texts]
    codes = [chunk.scope.code(what, word) if word else None for word in words]
    return column(codes, "string", index=texts.index)
