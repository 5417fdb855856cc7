"""The history by week: what was done, how it felt, days of rest; and what an entry said before."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from logging_app import moods
from logging_app.moods import Felt
from logging_app.services import record_workout
from schedule.models import NotToday
from tests import cast


def test_moods_are_drawn_as_said_and_told_in_words() -> None:
    picture = moods.picture([
        Felt(date(2026, 3, 18), 4, 6), Felt(date(2026, 3, 16), None, 10),
        Felt(date(2026, 3, 17), 0, None), Felt(date(2026, 3, 19), None, None),
    ])  # fmt: skip
    assert picture is not None
    assert picture.words == (
        "Monday 16: 10 after; Tuesday 17: 0 before; Wednesday 18: 4 before, 6 after"
    )
    first, second, third = picture.marks
    assert (first.before, first.after) == (None, picture.top)
    assert (second.before, second.after) == (picture.bottom, None)
    assert third.before > third.after
    assert first.x < second.x < third.x < picture.width


def test_nothing_said_is_no_picture() -> None:
    assert moods.picture([Felt(date(2026, 3, 18), None, None)]) is None


def test_many_sessions_stay_inside() -> None:
    picture = moods.picture(Felt(date(2026, 3, 1), n % 11, 5) for n in range(40))
    assert picture is not None
    assert max(mark.x for mark in picture.marks) < picture.width


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def person(db: Any) -> Any:
    return cast.participant()


@pytest.fixture
def phone(person: Any) -> Client:
    client = Client()
    client.force_login(person.user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def logged(
    person: Any, days: int = 0, *, entry: Any = None, edit: int = 1, by: Any = None, **fields: Any
) -> Any:
    return record_workout(
        participant=person, uuid=entry or uuid.uuid4(), edit=edit, by=by or person.user,
        now=cast.NOW,
        entry={
            "modality": "aerobic", "activity": "jogging", "duration_min": 30,
            "started_at": cast.NOW - timedelta(days=days, hours=1), **fields,
        },
    ).workout  # fmt: skip


def rested(person: Any, days: int, reason: str = "") -> None:
    day = cast.NOW.date() - timedelta(days=days)
    NotToday.objects.create(participant=person, date=day, reason=reason, by=person.user)


def shape(page: Any) -> list[tuple[int | None, list[str]]]:
    return [
        (week.number, ["rest" if row.get("rest") else "done" for row in week.rows])
        for week in page.context["weeks"]
    ]


def test_rest_stands_among_what_was_done_in_its_own_week(phone: Client, person: Any) -> None:
    logged(person, 0)
    rested(person, 1, "tired")
    logged(person, 9)
    rested(person, 10)
    page = phone.get("/history/")
    assert shape(page) == [(7, ["done", "rest"]), (6, ["done"]), (5, ["rest"])]
    assert "No energy today" in page.content.decode()


def test_each_day_of_rest_stands_on_one_page_only(phone: Client, person: Any) -> None:
    for number in range(31):
        logged(person, number + 1)
        rested(person, number + 1)
    both = [phone.get(f"/history/?page={page}") for page in (1, 2)]
    rests = [row["day"] for page in both for week in page.context["weeks"]
             for row in week.rows if row.get("rest")]  # fmt: skip
    assert len(rests) == len(set(rests)) == 31


def test_the_weeks_have_their_moods_as_a_picture_with_words(phone: Client, person: Any) -> None:
    logged(person, 0, mood_before=4, mood_after=6)
    text = phone.get("/history/").content.decode()
    assert 'role="img" aria-label="Mood. Wednesday 18: 4 before, 6 after"' in text
    assert "style=" not in text


def test_the_history_costs_as_many_queries_for_thirty_weeks_as_for_one(
    phone: Client, person: Any
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert phone.get("/history/").status_code == 200
        return len(found)

    logged(person, 0, mood_before=3)
    rested(person, 1)
    queries()
    few = queries()
    for number in range(29):
        logged(person, number + 2, mood_before=number % 11, mood_after=5)
        rested(person, number + 2)
    assert queries() == few


def test_an_entry_shows_what_it_said_before_when_and_by_whom(phone: Client, person: Any) -> None:
    workout = logged(person, 0, effort=3, mood_after=5, notes="a fine day", symptoms=["dizziness"])
    logged(person, 0, entry=workout.pk, edit=2, effort=7, mood_after=5)
    coordinator = cast.staff(Role.COORDINATOR, at=person.site)
    logged(person, 0, entry=workout.pk, edit=3, effort=7, mood_after=5, duration_min=45,
           by=coordinator)  # fmt: skip
    latest, first = phone.get(f"/log/{workout.pk}/").context["earlier"]
    assert (latest["who"], latest["changes"]) == ("by the study team", [("Minutes", "30")])
    assert first["who"] == "by you"
    assert dict(first["changes"]) == {
        "Effort": "3", "Anything wrong": "Dizziness", "Notes": "a fine day",
    }  # fmt: skip


def test_an_entry_that_was_never_changed_has_no_earlier_versions(
    phone: Client, person: Any
) -> None:
    workout = logged(person, 0)
    page = phone.get(f"/log/{workout.pk}/")
    assert page.context["earlier"] == []
    assert b"Earlier versions" not in page.content


def test_why_it_was_stopped_is_shown_and_no_clears_it(phone: Client, person: Any) -> None:
    workout = logged(person, 0, stopped_because="pain")
    assert (workout.stopped_early, workout.stopped_because) == (True, "pain")
    assert "Something hurt" in phone.get(f"/log/{workout.pk}/").content.decode()
    fields = {
        "modality": "aerobic", "activity": "jogging", "duration_min": 30, "edit": 2,
        "uuid": str(workout.pk), "started_at": "2026-03-18T11:00", "stopped_early": "no",
        "stopped_because": "pain",
    }  # fmt: skip
    assert phone.post(f"/log/{workout.pk}/change/", fields).status_code == 302
    workout.refresh_from_db()
    assert (workout.stopped_early, workout.stopped_because) == (False, "")
