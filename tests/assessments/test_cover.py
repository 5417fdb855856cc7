"""A questionnaire that asks about harming oneself opens only where somebody answers for it."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
import time_machine
from django.test import Client

import protocol
from accounts.roles import Role
from assessments.models import Response
from safety.models import DutyShift, SafetyAlert
from tests import cast

SELF = "/assessments/week-6/hdrs17-self/"
API = f"/api/v1{SELF}"
ZEROS = dict.fromkeys(protocol.instrument("hdrs17-self").keys, 0)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(cast.NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def patient(db):
    return cast.participant()


@pytest.fixture
def client(patient):
    client = Client()
    client.force_login(patient.user)
    return client


def duty(patient, *, hours=(time(9), time(18)), people=2):
    """Noon on the cast's day is within the hours of these clinicians, called one by one."""
    for order in range(1, people + 1):
        person = cast.staff(Role.CLINICIAN, at=patient.site, name=f"duty{order}")
        DutyShift.objects.create(
            site=patient.site, clinician=person, order=order, phone="010-1",
            weekdays=list(range(7)), starts_at=hours[0], ends_at=hours[1],
            since=cast.NOW.date() - timedelta(days=30), by=person,
        )  # fmt: skip


def put(client, answers, *, complete=False):
    return client.put(
        API, {"answers": answers, "complete": complete}, content_type="application/json"
    )


@pytest.mark.parametrize("people", [0, 1])
def test_without_two_on_duty_it_does_not_open_and_says_why(client, patient, people):
    duty(patient, people=people)
    page = client.get(SELF)
    assert page.status_code == 409
    assert "clinicians of the study are on duty" in page.text
    assert 'href="tel:120"' in page.text
    for number in (1, 3):
        assert client.get(f"{SELF}{number}/").status_code == 409
    answer = put(client, {"1": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_open")
    assert answer["Retry-After"] == "600"
    assert not Response.objects.exists()


def test_with_two_on_duty_it_opens(client, patient):
    duty(patient)
    assert client.get(SELF).status_code == 200
    assert put(client, ZEROS, complete=True).status_code == 200


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "open again on Thursday, 19 March, 09:00"), ("zh-hans", "3月19日 星期四 09:00")],
)
def test_outside_hours_it_says_when_it_opens_again_by_the_participants_clock(
    client, patient, clock, language, words
):
    duty(patient)
    patient.user.language = language
    patient.user.save()
    clock.move_to(cast.NOW + timedelta(hours=7))  # 19:00
    assert words in client.get(SELF).text


def test_another_sites_duty_does_not_count(client, patient):
    cast.cover(cast.site("sh"))
    assert client.get(SELF).status_code == 409


def test_questions_without_risk_stay_open(client):
    assert client.get("/assessments/week-6/wellbeing/").status_code == 200
    answer = client.put(
        "/api/v1/assessments/week-6/wellbeing/", {"answers": {"mood": 4}},
        content_type="application/json",
    )  # fmt: skip
    assert answer.status_code == 200


@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (61, 409)])
def test_what_was_just_begun_may_be_finished(client, patient, clock, minutes, status):
    """18:00 is the end of the hours; the first answer came a minute before it."""
    duty(patient)
    clock.move_to(cast.NOW + timedelta(hours=5, minutes=59))
    put(client, {"1": 1})
    clock.move_to(cast.NOW + timedelta(hours=5, minutes=59 + minutes))
    assert client.get(f"{SELF}3/").status_code == status
    assert put(client, {"3": 0}).status_code == status


def test_later_the_other_questions_of_a_draft_stay_open_and_the_one_of_risk_waits(
    client, patient, clock
):
    duty(patient)
    put(client, {"1": 1})
    clock.move_to(cast.NOW + timedelta(hours=12))
    for page in (SELF, f"{SELF}1/", f"{SELF}check/"):
        assert client.get(page).status_code == 200
    assert client.get(f"{SELF}3/").status_code == 409
    assert put(client, {"2": 1}).status_code == 200


def test_one_whose_risk_was_answered_in_time_can_be_sent_at_night(client, patient, clock):
    duty(patient)
    put(client, {"3": 0})
    clock.move_to(cast.NOW + timedelta(hours=12))
    assert put(client, ZEROS, complete=True).status_code == 200


@pytest.mark.parametrize("begun", [True, False])
def test_an_answer_that_tells_of_danger_is_never_turned_away(client, patient, clock, begun):
    """The page was opened in time and answered in the night: it is kept, and somebody is told."""
    duty(patient)
    if begun:
        put(client, {"1": 1})
    clock.move_to(cast.NOW + timedelta(hours=12))
    page = client.post(f"{SELF}3/", {"answer": "3"})
    assert page.url == f"{SELF}3/support/"
    alert = SafetyAlert.objects.get()
    assert (alert.tier, alert.owner is not None) == ("immediate", True)
    assert Response.objects.get().answers["3"] == 3
