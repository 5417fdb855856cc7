"""The participant's own button: one tap, one alert, and an honest answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.roles import Role
from safety.models import SafetyAlert
from safety.services import take_step
from tests import cast

pytestmark = pytest.mark.django_db
TAP = "/help-now/not-safe/"
NOBODY = "Nobody has received this"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(cast.NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def patient():
    person = cast.participant()
    person.user.phone = "13800000000"
    person.user.save()
    return person


def of(user, **options):
    client = Client(**options)
    client.force_login(user)
    return client


def test_one_tap_raises_the_most_urgent_alert_without_a_token(patient):
    duty = cast.cover(patient.site)
    page = of(patient.user, enforce_csrf_checks=True).post(TAP)
    assert page.status_code == 200
    alert = SafetyAlert.objects.get()
    assert (alert.kind, alert.tier, alert.owner) == ("not_safe", "immediate", duty[0])
    assert NOBODY not in page.text


def test_the_numbers_come_before_what_happens_next(patient):
    cast.cover(patient.site)
    text = of(patient.user).post(TAP).text
    assert text.index('href="tel:120"') < text.index("is asked to call you by 13:00")
    assert "They call you on 13800000000." in text
    assert text.index("is asked to call") < text.index("Put both feet on the floor")


def test_where_nobody_is_on_duty_no_time_is_promised(patient):
    text = of(patient.user).post(TAP).text
    assert "Nobody of the study team is on duty at this hour" in text
    assert "asked to call you by" not in text
    assert SafetyAlert.objects.count() == 1


def test_without_a_telephone_number_no_call_is_promised():
    person = cast.participant()
    cast.cover(person.site)
    text = of(person.user).post(TAP).text
    assert "no telephone number of yours" in text
    assert "call you" not in text


@pytest.mark.parametrize(("minutes", "alerts"), [(0, 1), (9, 1), (11, 2)])
def test_a_second_tap_within_minutes_is_the_first(patient, clock, minutes, alerts):
    client = of(patient.user)
    client.post(TAP)
    clock.move_to(cast.NOW + timedelta(minutes=minutes))
    assert client.post(TAP).status_code == 200
    assert SafetyAlert.objects.count() == alerts


def test_a_tap_after_the_alert_was_closed_is_a_new_one(patient, clock):
    client, (first, _second) = of(patient.user), cast.cover(patient.site)
    client.post(TAP)
    for event in ("acknowledge", "assess", "close"):
        alert = SafetyAlert.objects.get()
        take_step(alert=alert, event=event, words="Spoke with them.", by=first, now=cast.NOW)
    clock.move_to(cast.NOW + timedelta(minutes=1))
    client.post(TAP)
    assert SafetyAlert.objects.count() == 2


def test_signed_out_it_says_that_nobody_received_it_and_whom_to_call():
    page = Client().post(TAP)
    assert page.status_code == 403
    assert NOBODY in page.text
    assert 'href="tel:120"' in page.text
    assert "?next=/help-now/" in page.text
    assert not SafetyAlert.objects.exists()


def test_staff_are_told_that_it_is_not_theirs(patient):
    page = of(cast.staff(Role.RATER, at=patient.site)).post(TAP)
    assert (page.status_code, NOBODY in page.text) == (403, True)
    assert not SafetyAlert.objects.exists()


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://testserver", 200), ("https://elsewhere.example", 403), ("null", 403)],
)
def test_another_site_cannot_tap(patient, origin, status):
    page = of(patient.user).post(TAP, headers={"origin": origin})
    assert page.status_code == status
    assert SafetyAlert.objects.exists() is (status == 200)


def test_neither_pending_consent_nor_withdrawal_keeps_it_from_being_heard():
    for name, fields in (("pending", {"consented": False}), ("gone", {})):
        person = cast.participant(name, **fields)
        if name == "gone":
            cast.withdraw(person)
        assert of(person.user).post(TAP).status_code == 200
    assert SafetyAlert.objects.count() == 2


def test_looking_at_it_raises_nothing(patient):
    assert of(patient.user).get(TAP).status_code == 405
    assert not SafetyAlert.objects.exists()


@pytest.mark.parametrize("arm", ["exercise", "control"])
def test_the_answer_is_the_same_in_both_arms(arm):
    person = cast.participant(arm=arm)
    text = of(person.user).post(TAP).text.lower()
    assert not any(word in text for word in ("exercise", "control", "session"))
