"""What was prescribed, what became of each session, and the weeks of the program, as exported."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

import protocol
from logging_app import selectors as log
from logging_app.models import SessionMatch, Supervision
from schedule.models import NotToday, Pause, SessionPlan
from schedule.rules import ExercisePlan, Plan, protocol_plan
from tests import cast
from tests.data_management import study

pytestmark = pytest.mark.django_db

OUTSIDE = [
    {
        "modality": "strength",
        "what": what,
        "asked": 9,
        "allowed": 3,
        "exercise": "",
        "by_limit": False,
    }
    for what in ("sets", "minutes", "sets")
]
HOLD = "HOLD-MARKER: suicidal thoughts"


def individual(**changes) -> Plan:
    """The protocol's first week with exercises for strength; `changes` are of the plan."""
    plan = protocol_plan(protocol.current(), 1)
    lines = (
        ExercisePlan("squat", 2, reps=12), ExercisePlan("row", 2, reps=10, load_kg=7.5),
        ExercisePlan("press", 1, reps=15, band_level="Red  Band"),
        ExercisePlan("calf", 3, hold_s=30),
    )  # fmt: skip
    kinds = tuple(
        replace(kind, exercises=lines) if kind.modality == "strength" else kind
        for kind in plan.kinds
    )
    return replace(plan, kinds=kinds, **changes)


def rows(folder, name, study_id="EX-patient"):
    found = study.table(folder / "out", name).to_dict("records")
    return [row for row in found if row["study_id"] == study_id]


def by_week(folder, study_id="EX-patient"):
    return {int(row["study_week"]): row for row in rows(folder, "weeks", study_id)}


# --- prescriptions


@pytest.fixture
def prescribed(tmp_path):
    person = cast.participant(prescribed=False)
    fitness = cast.fitness(person, assessed_on=person.day_one)
    reasons = {"reason": "REASON-MARKER", "made_at": study.at(person.day_one, 9)}
    cast.prescribe(
        person, individual(), assessment=fitness, starts_on=person.day_one + timedelta(days=2),
        **reasons,
    )  # fmt: skip
    cast.prescribe(
        person, individual(heart_rate=False), from_week=3, outside=OUTSIDE,
        outside_reason="REASON-MARKER", **reasons,
    )  # fmt: skip
    study.export(tmp_path, identified=True)
    return person, tmp_path


def test_each_kind_of_each_version_is_a_row(prescribed):
    found = rows(prescribed[1], "prescriptions")
    assert [(row["version"], row["modality"]) for row in found] == [
        (version, modality)
        for version in ("1", "2")
        for modality in ("aerobic", "strength", "flexibility")
    ]
    first = found[0]
    assert (first["from_week"], first["start_day"], first["written_day"]) == ("1", "3", "1")
    assert (first["assessed_day"], first["per_week"], first["step"]) == ("1", "3", "1")
    assert (first["minutes_low"], first["effort_high"], first["origin"]) == ("30", "3", "default")
    assert first["start_date"] == str(prescribed[0].day_one + timedelta(days=2))


def test_a_version_counts_from_the_first_day_of_its_week(prescribed):
    second = rows(prescribed[1], "prescriptions")[3]
    assert (second["from_week"], second["start_day"]) == ("3", "17")  # day 3 + 14


def test_a_plan_says_what_guides_and_only_then_the_share_of_the_reserve(prescribed):
    found = rows(prescribed[1], "prescriptions")
    assert [row["guided_by"] for row in found] == ["heart_rate", *["effort"] * 5]
    assert (found[0]["hrr_percent_low"], found[0]["hrr_percent_high"]) == ("40", "45")
    assert (found[3]["hrr_percent_low"], found[3]["hrr_percent_high"]) == ("", "")


def test_what_leaves_the_protocols_ranges_is_named_at_its_kind(prescribed):
    found = rows(prescribed[1], "prescriptions")
    assert [row["outside"] for row in found] == ["", "", "", "", "minutes+sets", ""]


def test_exercises_are_told_in_one_cell_and_a_bands_level_as_its_code(prescribed):
    strength = rows(prescribed[1], "prescriptions")[1]
    squat, row, press, calf = strength["exercises"].split("+")
    assert (squat, row, calf) == ("squat:2x12", "row:2x10@7.5kg", "calf:3x30s")
    assert press.startswith("press:1x15@band-")
    assert "red" not in press.lower()
    assert rows(prescribed[1], "prescriptions")[0]["exercises"] == ""


def test_no_reason_and_no_name_of_an_instructor_leaves(prescribed):
    author = cast.investigator()
    for name, text in study.texts(prescribed[1] / "out"):
        assert "REASON-MARKER" not in text, name
        assert author.name not in text, name
    codes = {row["instructor_code"] for row in rows(prescribed[1], "prescriptions")}
    assert len(codes) == 1
    assert str(author.pk) not in codes


def test_a_session_holds_the_version_in_force_in_its_week(prescribed):
    found = rows(prescribed[1], "sessions")
    versions = {(row["programme_week"], row["prescription_version"]) for row in found}
    assert versions == {(str(week), "1" if week < 3 else "2") for week in range(1, 13)}
    aerobic = {
        r["programme_week"]: r["hrr_percent_low"] for r in found if r["modality"] == "aerobic"
    }
    assert (aerobic["2"], aerobic["3"]) == ("40", "")


# --- what became of the sessions


def test_sessions_tell_the_same_as_today_week_by_week(tmp_path):
    people = study.small_study()
    mover = people["mover"]
    Pause.objects.create(
        participant=mover, kind="travel", starts_on=mover.day_one + timedelta(days=8),
        ends_on=mover.day_one + timedelta(days=12), by=mover.user,
    )  # fmt: skip
    planned = mover.day_one + timedelta(days=43)
    SessionPlan.objects.create(
        participant=mover, session_key="w07-aerobic-1", planned_on=planned, by=mover.user
    )
    study.export(tmp_path, identified=True)
    exported = {
        (row["session_key"], row["outcome"], row["workout_id"])
        for row in rows(tmp_path, "sessions", "EX-mover")
    }
    told = {
        (one.plan.key, one.outcome.value, str(one.done_by or ""))
        for week in range(1, 8)
        for one in log.week_sessions(mover, cast.NOW, week)
    }
    assert exported == told
    assert {outcome for _, outcome, _ in told} == {"done", "missed", "excused", "open"}
    days = {
        row["session_key"]: row["planned_day"] for row in rows(tmp_path, "sessions", "EX-mover")
    }
    assert (days["w07-aerobic-1"], days["w07-aerobic-2"]) == ("44", "")


def test_where_the_mean_heart_rate_lay_is_told(tmp_path):
    study.small_study()
    study.export(tmp_path, identified=True)
    found = {row["session_key"]: row["hr_place"] for row in rows(tmp_path, "sessions", "EX-mover")}
    # 40–45 % of 70 … 190 is 118–124; the workout's mean was 130.
    assert (found["w01-aerobic-1"], found["w01-strength-1"]) == ("above", "")


# --- weeks


@pytest.mark.parametrize(("offset", "first"), [(0, 1), (4, 1), (6, 1), (7, 2)])
def test_a_week_of_the_program_stands_in_the_study_week_that_it_begins_in(tmp_path, offset, first):
    person = cast.participant(week=16, prescribed=False)
    cast.prescribe(person, individual(), starts_on=person.day_one + timedelta(days=offset))
    study.workout(person, person.day_one + timedelta(days=14), received_at=cast.NOW)
    study.export(tmp_path, identified=True)
    weeks = by_week(tmp_path)
    assert sorted(weeks) == list(range(1, first + 12))
    told = {week: row["programme_week"] for week, row in weeks.items() if row["programme_week"]}
    assert told == {first + n: str(n + 1) for n in range(12)}
    assert sum(int(row["sessions_asked"]) for row in weeks.values()) == 60
    assert len(rows(tmp_path, "sessions")) == 60


def test_a_week_makes_up_what_was_asked_and_excused_days_hide_their_reason(tmp_path):
    person = cast.participant()
    begins = person.day_one + timedelta(days=7)
    Pause.objects.create(
        participant=person, kind="hold", starts_on=begins, ends_on=begins + timedelta(days=4),
        reason=HOLD, by=person.user, source_kind="alert", source_id="77",
    )  # fmt: skip
    NotToday.objects.create(participant=person, date=begins + timedelta(days=5), reason="unwell")
    NotToday.objects.create(participant=person, date=begins + timedelta(days=30))
    kept = study.workout(person, begins + timedelta(days=6), duration_min=15)
    SessionMatch.objects.create(workout=kept, participant=person, session_key="w02-aerobic-1")
    study.export(tmp_path, identified=True)
    week = by_week(tmp_path)[2]
    counts = [week[f"sessions_{name}"] for name in ("asked", "done", "missed", "excused")]
    assert counts == ["5", "1", "2", "2"]  # five days of seven excuse 3 × 5 // 7 = 2 aerobic ones
    assert (week["attendance"], week["paused_days"], week["days_off"]) == ("0.3333", "5", "1")
    assert week["dose"] == "0.1875"  # 15 of 30 + 30 + 20 minutes
    for name, text in study.texts(tmp_path / "out"):
        # Columns of a stretch's hold (hold_s) are no safety hold.
        told = text.replace("hold_s", "")
        for secret in ("HOLD-MARKER", "suicidal", "unwell", "hold", "alert"):
            assert secret not in told or name in ("codebook.csv", "manifest.json"), (name, secret)


def test_the_weeks_of_the_control_arm_have_no_program(tmp_path):
    cast.participant("usual", arm="control")
    study.export(tmp_path, identified=True)
    week = by_week(tmp_path, "EX-usual")[3]
    assert {week[name] for name in ("programme_week", "attendance", "dose", "paused_days")} == {""}
    assert {week[name] for name in ("sessions_asked", "sessions_excused", "workouts")} == {"0"}


# --- assessments and supervision


def test_an_assessment_tells_strength_limits_and_equipment_and_no_words(tmp_path):
    person = cast.participant()
    cast.fitness(
        person, assessed_on=person.day_one, sit_and_reach_cm=-3.5, limit_hr_bpm=150,
        limit_minutes=40, equipment=["mat", "dumbbells"], preferences="NOTE-MARKER",
        restrictions="NOTE-MARKER", reason="NOTE-MARKER",
        strength_tests=[{"exercise": "row", "load_kg": 20, "reps": 10},
                        {"exercise": "squat", "load_kg": 12.5, "reps": 12}],
    )  # fmt: skip
    study.export(tmp_path, identified=True)
    (found,) = rows(tmp_path, "fitness_assessments")
    # Epley: 20 × (1 + 10 / 30) = 26.7; twelve repetitions are too many for a formula.
    assert found["strength_tests"] == "row:20kgx10=26.7kg+squat:12.5kgx12"
    assert (found["sit_and_reach_cm"], found["equipment"]) == ("-3.5", "dumbbells+mat")
    assert (found["limit_hr_bpm"], found["limit_effort"], found["limit_minutes"]) == (
        "150", "", "40",
    )  # fmt: skip
    assert all("NOTE-MARKER" not in text for _, text in study.texts(tmp_path / "out"))


@pytest.mark.parametrize(
    ("judged", "share", "points"),
    [
        ({"warm_up": "yes", "effort": "partly", "talk": "no"}, "0.5", "3"),
        ({"warm_up": "yes", "effort": "yes", "talk": "partly"}, "0.8333", "3"),
        ({}, "", "0"),
    ],
)
def test_a_supervised_workout_tells_how_and_how_well(tmp_path, judged, share, points):
    person = cast.participant()
    alone = study.workout(person, person.day_one)
    watched = study.workout(person, person.day_one + timedelta(days=1))
    SessionMatch.objects.create(
        workout=alone, participant=person, session_key="w01-aerobic-1", released=True, chosen=True
    )
    Supervision.objects.create(
        workout=watched, participant=person, mode="group", fidelity=judged, note="NOTE-MARKER",
        by=cast.investigator(),
    )  # fmt: skip
    study.export(tmp_path, identified=True)
    first, second = rows(tmp_path, "workouts")
    assert (second["supervised"], second["fidelity"], second["fidelity_judged"]) == (
        "group", share, points,
    )  # fmt: skip
    assert (first["supervised"], first["fidelity"], first["fidelity_judged"]) == ("", "", "")
    assert [(row["session_key"], row["session_chosen"]) for row in (first, second)] == [
        ("", "1"), ("", "0"),
    ]  # fmt: skip
    assert all("NOTE-MARKER" not in text for _, text in study.texts(tmp_path / "out"))
