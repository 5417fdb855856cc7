"""Exercises line by line: offered from the plan and from last time, ticked, never assumed."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client

from logging_app.forms import sets
from logging_app.models import Workout
from logging_app.selectors import set_lines
from logging_app.services import record_workout
from schedule.rules import ExercisePlan
from schedule.rules.plan import KindPlan, Plan
from tests import cast

ROW = ExercisePlan("row", sets=2, reps=12, load_kg=7.5)
CALVES = ExercisePlan("calf_raise", sets=2, reps=15)
LINE = {
    "exercise": "row", "equipment": "dumbbells", "sets": 3, "reps": 10, "load_kg": 8.0,
    "band_level": None, "hold_s": None,
}  # fmt: skip


def test_the_plan_is_offered_filled_in_but_not_ticked() -> None:
    row, calves = sets.offered([ROW, CALVES], [])
    assert row.shown == {
        "sets": "2", "reps": "12", "load_kg": "7.5", "band_level": "", "hold_s": "",
    }  # fmt: skip
    assert (row.ticked, row.asks_load, calves.asks_load) == (False, True, False)


def test_last_time_stands_beside_the_plan_and_what_was_not_planned_follows() -> None:
    plank = {**LINE, "exercise": "plank_knees", "equipment": "bodyweight", "load_kg": None}
    row, calves, extra = sets.offered([ROW, CALVES], [LINE, plank])
    assert row.last_time["load_kg"] == "8"
    assert calves.last_time == {}
    assert (extra.exercise, extra.ticked) == ("plank_knees", False)


def test_an_exercise_written_by_its_name_is_the_same_exercise() -> None:
    (row,) = sets.offered([ROW], [{**LINE, "exercise": "Row"}])
    assert row.last_time["sets"] == "3" or row.last == {}
    assert len(sets.with_lines([row], [LINE])) == 1


def test_what_was_sent_is_ticked_and_two_lines_of_one_exercise_stay_two() -> None:
    rows = sets.with_lines(sets.offered([ROW], []), [LINE, {**LINE, "load_kg": 9.0}])
    assert [(row.ticked, row.shown["load_kg"]) for row in rows] == [(True, "8"), (True, "9")]


def posted(**fields: str) -> list[dict[str, Any]]:
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        number, _, what = name.partition("_")
        data[f"sets[{number[1:]}].{what}"] = value
    return sets.posted(data)


def test_only_ticked_lines_are_read() -> None:
    lines = posted(
        n0_exercise="row", n0_equipment="dumbbells", n0_sets="2", n0_reps="12", n0_load_kg="7,5",
        n1_equipment="bodyweight", n1_sets="2", n1_reps="15",
    )  # fmt: skip
    kept, wrong = sets.read(lines)
    assert wrong == []
    assert kept == [{**LINE, "sets": 2, "reps": 12, "load_kg": 7.5}]


def test_a_hold_counts_once_each() -> None:
    lines = posted(n0_exercise="calf_stretch", n0_sets="4", n0_hold_s="20")
    kept, _wrong = sets.read(lines)
    assert (kept[0]["sets"], kept[0]["reps"], kept[0]["hold_s"]) == (4, 1, 20)


@pytest.mark.parametrize(
    "fields",
    [
        {"n0_sets": "two", "n0_reps": "12"},
        {"n0_sets": "", "n0_reps": "12"},
        {"n0_sets": "0", "n0_reps": "12"},
        {"n0_sets": "2", "n0_reps": "99999"},
        {"n0_sets": "2", "n0_reps": "12", "n0_load_kg": "heavy"},
        {"n0_sets": "2", "n0_reps": "12", "n0_load_kg": "nan"},
    ],
)
def test_what_cannot_be_read_is_told_by_name(fields: dict[str, str]) -> None:
    kept, wrong = sets.read(posted(n0_exercise="row", **fields))
    assert kept == []
    assert wrong == ["Row: please write how often, in digits."] or "digits" in wrong[0]


# --- on the page


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def person(db: Any) -> Any:
    who = cast.participant(prescribed=False)
    kinds = (
        KindPlan("strength", 1, 1, (30, 40), ("dumbbells",), (2, 4), exercises=(ROW, CALVES)),
        KindPlan(
            "flexibility", 1, 1, (20, 30), ("stretching",), (1, 3),
            exercises=(ExercisePlan("calf_stretch", sets=2, hold_s=20),),
        ),
    )  # fmt: skip
    cast.prescribe(who, Plan(kinds))
    return who


@pytest.fixture
def phone(person: Any) -> Client:
    client = Client()
    client.force_login(person.user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def lifted(person: Any, *lines: dict[str, Any], **fields: Any) -> Workout:
    return record_workout(
        participant=person, uuid=uuid.uuid4(), by=person.user, now=cast.NOW, sets=lines,
        entry={
            "modality": "strength", "activity": "dumbbells", "duration_min": 30,
            "started_at": cast.NOW - timedelta(days=8), **fields,
        },
    ).workout  # fmt: skip


def lines_of(page: Any, kind: str = "strength") -> list[sets.Row]:
    group = next(group for group in page.context["lines"] if group["kind"] == kind)
    return [row for _n, row in group["rows"]]


def test_the_page_offers_the_plan_and_same_as_last_time_without_script(
    phone: Client, person: Any
) -> None:
    lifted(person, LINE)
    plain = phone.get("/log/?session=w07-strength-1", follow=True)
    assert [(row.exercise, row.ticked) for row in lines_of(plain)] == [
        ("row", False), ("calf_raise", False),
    ]  # fmt: skip
    assert plain.context["form"]["duration_min"].value() == 30
    filled = phone.get("/log/?session=w07-strength-1&fill=last", follow=True)
    assert [(row.exercise, row.ticked, row.shown["sets"]) for row in lines_of(filled)] == [
        ("row", True, "3"), ("calf_raise", False, "2"),
    ]  # fmt: skip


def sent(person: Any, **fields: str) -> dict[str, str]:
    return {
        "uuid": str(uuid.uuid4()), "edit": "1", "modality": "strength", "activity": "dumbbells",
        "duration_min": "30", "started_at": "2026-03-18T10:00", "sets_shown": "1",
        "sets[0].exercise": "row", "sets[0].equipment": "dumbbells", "sets[0].sets": "2",
        "sets[0].reps": "12", "sets[0].load_kg": "7.5", **fields,
    }  # fmt: skip


def test_ticked_lines_are_saved_and_shown(phone: Client, person: Any) -> None:
    answer = phone.post("/log/", sent(person), follow=True)
    assert "Row 2 × 12 7.5 kg" in answer.content.decode()
    assert [line["load_kg"] for line in set_lines(Workout.objects.get())] == [7.5]


def test_a_line_that_cannot_be_read_keeps_the_whole_form(phone: Client, person: Any) -> None:
    answer = phone.post("/log/", sent(person, **{"sets[0].sets": "two"}))
    assert answer.status_code == 400
    assert next((row.ticked, row.shown["sets"]) for row in lines_of(answer)) == (True, "two")
    assert not Workout.objects.exists()


def test_a_correction_shows_the_lines_and_can_take_one_away(phone: Client, person: Any) -> None:
    workout = lifted(person, LINE, {**LINE, "exercise": "calf_raise", "load_kg": None})
    page = phone.get(f"/log/{workout.pk}/change/")
    assert [row.ticked for row in lines_of(page)] == [True, True]
    fields = sent(person, uuid=str(workout.pk), edit="2")
    assert phone.post(f"/log/{workout.pk}/change/", fields).status_code == 302
    assert [line["sets"] for line in set_lines(Workout.objects.get())] == [2]
    assert "Row 3 × 10 8 kg" in phone.get(f"/log/{workout.pk}/").content.decode()


def test_a_form_without_the_lines_leaves_them(phone: Client, person: Any) -> None:
    workout = lifted(person, LINE)
    fields = {k: v for k, v in sent(person).items() if not k.startswith("sets")}
    phone.post(f"/log/{workout.pk}/change/", {**fields, "uuid": str(workout.pk), "edit": "2"})
    assert set_lines(Workout.objects.get()) == [LINE]


def test_stretches_are_held_and_reach_is_asked_with_them(phone: Client, person: Any) -> None:
    page = phone.get("/log/?session=w07-flexibility-1", follow=True)
    (row,) = lines_of(page, "flexibility")
    assert (row.is_hold, row.shown["hold_s"]) == (True, "20")
    assert b"range_of_motion_cm" in page.content
