"""A small study with something of everything, and with markers that must never leave it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from assessments.models import RatingAgreement, Response, Visit
from data_management.rules import Kind
from data_management.services import Made, make_export
from enrollment.models import Participant, Withdrawal
from logging_app.models import SessionMatch, SleepNight, StrengthSet, Workout
from protocol import instrument
from tests import cast
from tests.assessments import rated

SHANGHAI = ZoneInfo("Asia/Shanghai")
MARKERS = (
    "Marker-Name", "marker@example.org", "+86-000-MARKER", "NOTE-MARKER", "REASON-MARKER",
    "MISSED-MARKER", "EXERCISE-MARKER", "BAND-MARKER", "VOID-MARKER", "39.9042",
)  # fmt: skip


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI)


def workout(person: Participant, day: date, **fields) -> Workout:
    defaults = {
        "modality": "aerobic", "activity": "cycling", "started_at": at(day, 18, 30),
        "zone": person.zone, "duration_min": 30, "received_at": at(day, 20),
        "sources": {"duration_min": "typed"}, "entered_by": person.user,
    }  # fmt: skip
    return Workout.objects.create(participant=person, **{**defaults, **fields})


def answered(person: Participant, visit: Visit, code: str, answers: dict, **fields) -> Response:
    defaults = {
        "submitted_at": at(visit.done_on, 10),
        "updated_at": at(visit.done_on, 10),
        "instrument_version": instrument(code).version,
    }
    return Response.objects.create(
        visit=visit, participant=person, instrument=code, answers=answers,
        **{**defaults, **fields},
    )  # fmt: skip


def full_marks(code: str) -> dict[str, int]:
    """Every item at its highest; item 16 by history."""
    return {item.key: item.range[1] for item in instrument(code).items if item.key != "16B"}


def small_study() -> dict[str, Participant]:
    """`mover` and `usual` in week 7, `gone` has left and stopped the use of the data."""
    bj, sh = cast.site(), cast.site("sh")
    mover = cast.participant("mover", at=bj, birth_year=1986)
    usual = cast.participant("usual", arm="control", at=sh)
    gone = cast.participant("gone", at=sh)
    cast.participant("new", week=None, consented=False, at=bj)
    user = mover.user
    user.name, user.email, user.phone = MARKERS[:3]
    user.save()
    _move(mover)
    _nights(mover)
    _questionnaires(mover, usual)
    workout(gone, gone.day_one)
    Withdrawal.objects.create(
        participant=gone, at=cast.NOW, stop_data_use=True,
        reason="REASON-MARKER",
    )  # fmt: skip
    # The data reach to the newest row: the withdrawal, at NOW.
    Participant.objects.update(created_at=cast.NOW - timedelta(days=60))
    return {"mover": mover, "usual": usual, "gone": gone}


def _move(mover: Participant) -> None:
    day = mover.day_one
    cast.fitness(
        mover, assessed_on=day, max_hr_source="measured", max_hr_measured_bpm=190, resting=70
    )
    first = workout(
        mover, day, effort=4, hr_mean_bpm=130, hr_max_bpm=160, energy_kcal=200.5,
        notes="NOTE-MARKER", symptoms=[], sources={"steps": "17", "notes": "39.9042"}, steps=10,
    )  # fmt: skip
    SessionMatch.objects.create(workout=first, participant=mover, session_key="w01-aerobic-1")
    second = workout(
        mover, day + timedelta(days=6), modality="strength", activity="elastic_bands",
        duration_min=40, effort=3, symptoms=["dizziness"],
    )  # fmt: skip
    SessionMatch.objects.create(workout=second, participant=mover, session_key="w01-strength-1")
    StrengthSet.objects.create(
        workout=second, participant=mover, position=1, exercise="EXERCISE-MARKER",
        equipment="Elastic bands", sets=2, reps=12, band_level="BAND-MARKER",
    )  # fmt: skip
    workout(mover, day + timedelta(days=7), duration_min=20)
    workout(
        mover, day + timedelta(days=8), voided_at=cast.NOW, voided_by=mover.user,
        void_reason="VOID-MARKER",
    )  # fmt: skip


def _nights(mover: Participant) -> None:
    SleepNight.objects.create(
        participant=mover, date=mover.day_one, zone=mover.zone, in_bed_at=time(22, 30),
        tried_to_sleep_at=time(23), sleep_onset_latency_min=30, wake_after_sleep_onset_min=45,
        woke_at=time(6, 30), out_of_bed_at=time(7), quality=6, received_at=at(mover.day_one, 8),
    )  # fmt: skip


def _questionnaires(mover: Participant, usual: Participant) -> None:
    rater = cast.user("rater")
    for person in (mover, usual):
        visit = Visit.objects.create(participant=person, code="week-0", done_on=person.day_one)
        answered(person, visit, "hdrs17", full_marks("hdrs17"), answered_by=rater)
        answered(person, visit, "wellbeing", {"mood": 3, "cognition": None}, submitted_at=None)
    Visit.objects.create(participant=mover, code="week-6", missed_reason="MISSED-MARKER")


def export(
    folder: Path, kind: Kind = Kind.CONDUCT, *, identified: bool = False, by=None, name: str = "out"
) -> Made:
    return make_export(out=folder / name, kind=kind, identified=identified, by=by, now=cast.NOW)


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


def texts(folder: Path) -> Iterable[tuple[str, str]]:
    return [(file.name, file.read_text()) for file in sorted(folder.iterdir())]


def rows(folder: Path, name: str, **wanted: str) -> list[dict[str, str]]:
    """A table's rows in which these cells hold these words."""
    found = table(folder, name).to_dict("records")
    return [row for row in found if wanted.items() <= row.items()]


def exported(tmp_path: Path, kind: Kind = Kind.CONDUCT, *, identified: bool = False) -> Path:
    """The folder of an export made now."""
    export(tmp_path, kind, identified=identified, name=f"{kind}-{identified}")
    return tmp_path / f"{kind}-{identified}"


def twice(person, raters, *, first=None, second=None, visit="week-6") -> RatingAgreement:
    """A visit that two raters signed, with what each scored otherwise than `rated.A_ONLY`."""
    one, other = raters
    rated.signed(person, visit, by=one, **(first or {}))
    rated.signed(person, visit, by=other, **(second or {}))
    return RatingAgreement.objects.get(visit__participant=person)
