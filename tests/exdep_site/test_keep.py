"""What a phone takes along, so that its day goes on without a network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

import protocol
from enrollment.models import Participant
from tests import cast

pytestmark = pytest.mark.django_db
HDRS = "/assessments/week-6/hdrs17-self/"
PHQ9 = "/assessments/week-6/phq9/"


@pytest.fixture
def person() -> Participant:
    found = cast.participant()
    cast.cover(found.site)
    return found


@pytest.fixture
def phone(person: Participant) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(cast.NOW, tick=False) as moved:
        yield moved


def pages(phone: Client) -> list[str]:
    found: list[str] = phone.get("/offline/keep/").json()["pages"]
    return found


def test_every_page_can_be_taken_along(phone):
    """Each answers, and none says that it must not be kept."""
    for page in pages(phone):
        answer = phone.get(page, follow=True)
        assert answer.status_code == 200, page
        assert "X-Once" not in answer, page
        assert answer["X-Person"]


def test_questions_are_taken_along_but_for_those_that_have_to_reach_somebody(phone):
    found = pages(phone)
    for page in (HDRS, f"{HDRS}1/", f"{HDRS}17/", f"{PHQ9}8/", f"{PHQ9}10/"):
        assert page in found
    for page in (f"{HDRS}3/", f"{HDRS}check/", f"{PHQ9}9/", f"{PHQ9}check/"):
        assert page not in found
        assert f"{page}waits/" in found
        assert phone.get(page)["X-Once"] == "1"


def test_page_that_waits_does_not_tell_what_is_asked(phone):
    page = phone.get(f"{PHQ9}9/waits/").content.decode()
    assert "This question waits for the network" in page
    assert "Question 9 of 10" in page
    for word in ("dead", "hurting", "die", "suicide"):
        assert word not in page
    assert phone.get(f"{PHQ9}8/waits/").status_code == 404


def test_questions_that_were_sent_are_forgotten(phone):
    here = "/assessments/week-6/wellbeing/"
    answers = dict.fromkeys(protocol.instrument("wellbeing").keys, 5)
    body = {"answers": answers, "complete": True}
    sent = phone.put(f"/api/v1{here}", body, content_type="application/json")
    assert sent.status_code == 200
    assert phone.get(here)["X-Done"] == here
    assert not [page for page in pages(phone) if page.startswith(here)]


def test_tomorrows_night_is_taken_along_and_shown_from_tomorrow_on(phone):
    assert "/sleep/2026-03-19/?ahead=1" in pages(phone)
    for page in ("/today/", "/sleep/"):
        text = phone.get(page).content.decode()
        assert 'hidden data-from="2026-03-19"' in text
        assert 'href="/sleep/2026-03-19/?ahead=1"' in text
    assert phone.get("/sleep/2026-03-19/").status_code == 404
    assert phone.get("/sleep/2026-03-20/?ahead=1").status_code == 404
    page = phone.get("/sleep/2026-03-19/?ahead=1").content.decode()
    assert "How was the night?" in page  # it is read tomorrow
    sent = phone.post("/sleep/2026-03-19/?ahead=1", {"quality": 3, "edit": 1})
    assert sent.status_code == 404


@pytest.mark.parametrize(
    ("today", "hour", "offset"),
    [("2026-10-25", 0, 2), ("2026-10-25", 23, 1), ("2026-03-28", 23, 1), ("2026-03-29", 23, 2)],
)
def test_tomorrow_is_the_next_date_where_clocks_change(clock, today, hour, offset):
    """In Berlin 25 October 2026 has 25 hours, and 29 March has 23."""
    now = datetime.fromisoformat(f"{today}T{hour:02}:30:00+0{offset}:00")
    clock.move_to(now)
    tomorrow = date.fromisoformat(today) + timedelta(days=1)
    person = cast.participant(arm="control", zone="Europe/Berlin", now=now)
    Participant.objects.filter(pk=person.pk).update(
        day_one=tomorrow - timedelta(days=52)  # the check-in of day 56 opens on day 53
    )
    client = Client()
    client.force_login(person.user)
    ahead = [page for page in pages(client) if page.endswith("?ahead=1")]
    due = tomorrow + timedelta(days=3)
    assert ahead == [f"/sleep/{tomorrow}/?ahead=1", f"/check-in/{due}/?ahead=1"]
    for page in ahead:
        assert client.get(page).status_code == 200
        assert client.get(page.partition("?")[0]).status_code == 404
    assert "How was the night?" in client.get(ahead[0]).content.decode()
    day_after = tomorrow + timedelta(days=1)
    assert client.get(f"/sleep/{day_after}/?ahead=1").status_code == 404


def test_check_in_that_opens_tomorrow_is_taken_along_once(phone, clock):
    """Day 56 is 29 March; it may be written from the 26th on."""
    coming = "/check-in/2026-03-29/"
    for day, expected in ((24, []), (25, [f"{coming}?ahead=1"]), (26, [coming])):
        clock.move_to(cast.NOW + timedelta(days=day - 18))
        assert [page for page in pages(phone) if page.startswith(coming)] == expected
        for page in expected:
            assert phone.get(page).status_code == 200
    clock.move_to(cast.NOW + timedelta(days=25 - 18))
    assert phone.get(coming).status_code == 404
    row = f'hidden data-from="2026-03-26"><li><a class="row" href="{coming}?ahead=1"'
    assert row in phone.get("/today/").content.decode()
