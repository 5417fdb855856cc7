"""The desk's forms outlast a session that ended by rest: for their writer alone, for an hour."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.roles import Role
from accounts.services import deactivate_user
from enrollment.models import Unblinding
from schedule.models import FitnessAssessment
from tests import cast, doors

pytestmark = pytest.mark.django_db

ADD = "/admin/schedule/fitnessassessment/add/"
REST = timedelta(minutes=31)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(settings):
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    with time_machine.travel(cast.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def patient():
    return cast.participant()


@pytest.fixture
def clinician():
    return cast.staff(Role.CLINICIAN)


def entry(patient: Any, **fields: str) -> dict[str, str]:
    return {
        "participant": str(patient.pk), "assessed_on": "2026-03-01", "resting_hr_bpm": "66",
        "max_hr_source": "tanaka", "_save": "Save", **fields,
    }  # fmt: skip


def back(client: Client, who: Any) -> None:
    client.post("/account/login/", {"login": who.email, "password": cast.PASSWORD})


def hidden(answer: Any) -> dict[str, str]:
    return {f["name"]: f["value"] for f in answer.context["fields"]}


def test_a_form_sent_after_a_rest_waits_and_is_sent_after_signing_in(patient, clinician, clock):
    client = doors.cookie(clinician)
    clock.shift(REST)
    answer = client.post(ADD, entry(patient))
    assert answer["location"] == f"/account/login/?next={ADD}"
    assert not FitnessAssessment.objects.exists()
    back(client, clinician)
    page = client.get(ADD)
    text = page.content.decode()
    assert "Not saved yet" in text
    assert "<dd>66</dd>" in text
    assert client.post(ADD, hidden(page)).status_code == 302
    kept = FitnessAssessment.objects.get()
    assert (kept.resting_hr_bpm, kept.by) == (66, clinician)
    assert "Not saved yet" not in client.get(ADD).content.decode()


def test_a_form_with_a_mistake_comes_back_as_any_other(patient, clinician, clock):
    client = doors.cookie(clinician)
    clock.shift(REST)
    client.post(ADD, entry(patient, resting_hr_bpm="6"))
    back(client, clinician)
    answer = client.post(ADD, hidden(client.get(ADD)))
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not FitnessAssessment.objects.exists()


def test_a_form_left_open_beside_a_tab_that_signed_out_waits_as_well(patient, clinician, clock):
    """There is no session any more to say whose it is: the page says so itself."""
    client = doors.cookie(clinician)
    note = re.search(r'name="owner" value="([^"]+)"', client.get(ADD).content.decode())
    client.post("/account/logout/")
    client.post(ADD, entry(patient))
    assert "unsent" not in client.session
    client.post(ADD, entry(patient, owner=note[1]))
    assert client.session["unsent"]["owner"] == clinician.pk
    back(client, clinician)
    assert "<dd>66</dd>" in client.get(ADD).content.decode()


def test_it_may_be_left(patient, clinician, clock):
    client = doors.cookie(clinician)
    clock.shift(REST)
    client.post(ADD, entry(patient))
    back(client, clinician)
    assert "Not saved yet" in client.get(ADD).content.decode()
    assert client.post(ADD, {"unsent-leave": "1"})["location"] == ADD
    assert "Not saved yet" not in client.get(ADD).content.decode()
    assert not FitnessAssessment.objects.exists()


def test_nobody_else_sees_it_and_it_is_gone_once_somebody_else_signed_in(patient, clinician, clock):
    other = cast.staff(Role.CLINICIAN, name="other")
    client = doors.cookie(clinician)
    clock.shift(REST)
    client.post(ADD, entry(patient))
    back(client, other)
    assert "Not saved yet" not in client.get(ADD).content.decode()
    assert "unsent" not in client.session
    client.post("/account/logout/")
    back(client, clinician)
    assert "Not saved yet" not in client.get(ADD).content.decode()


def test_after_an_hour_it_is_gone(patient, clinician, clock):
    client = doors.cookie(clinician)
    clock.shift(REST)
    client.post(ADD, entry(patient))
    clock.shift(HOUR + timedelta(seconds=1))
    back(client, clinician)
    assert "Not saved yet" not in client.get(ADD).content.decode()


def test_it_waits_at_its_own_page_alone(patient, clinician, clock):
    client = doors.cookie(clinician)
    clock.shift(REST)
    client.post(ADD, entry(patient))
    back(client, clinician)
    assert "Not saved yet" not in client.get("/admin/").content.decode()
    assert "Not saved yet" in client.get(ADD).content.decode()


def test_passwords_pins_and_tokens_never_wait(patient, clinician, clock):
    secrets = ("password", "old_password", "pin", "pin-pin", "pin_again", "password1", "otp")
    client = doors.cookie(clinician)
    clock.shift(REST)
    client.post(ADD, entry(patient, **dict.fromkeys(secrets, "S3CRET-MARKER"), pinned="stays"))
    kept = client.session["unsent"]["fields"]
    assert "S3CRET-MARKER" not in kept
    assert "pinned=stays" in kept
    assert "csrfmiddlewaretoken" not in kept


def test_a_page_of_the_account_keeps_nothing(clinician, clock):
    client = doors.cookie(clinician)
    clock.shift(REST)
    client.post("/account/password/change/", {"oldpassword": "a", "hint": "b"})
    assert "unsent" not in client.session
    assert "unsent" not in json.dumps([s.get_decoded() for s in Session.objects.all()])


def test_a_closed_account_and_an_oversized_form_keep_nothing(patient, clinician, clock):
    client = doors.cookie(clinician)
    clock.shift(REST)
    client.post(ADD, entry(patient, notes="x" * 600_000))
    assert "unsent" not in client.session
    back(client, clinician)
    deactivate_user(user=clinician, by=cast.staff(Role.ADMIN), reason="left")
    client.post(ADD, entry(patient))
    assert "unsent" not in client.session


def test_who_may_not_use_the_form_any_more_may_not_send_it(patient, clinician, clock):
    client = doors.cookie(clinician)
    clock.shift(REST)
    client.post(ADD, entry(patient))
    clinician.staff_roles.update(ended_at=cast.NOW + REST, ended_by=clinician)
    back(client, clinician)
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, entry(patient)).status_code == 403
    assert not FitnessAssessment.objects.exists()


def test_an_unblinding_waits_and_shows_no_group(patient, clinician, clock):
    """The page that waits comes before the form, so it must not tell more than what was typed."""
    boss = cast.staff(Role.ADMIN)
    client = doors.cookie(boss)
    clock.shift(REST)
    path = "/admin/enrollment/unblinding/add/"
    client.post(path, {"participant": patient.pk, "shown_to": boss.pk, "reason": "asked"})
    back(client, boss)
    page = client.get(path)
    assert "Not saved yet" in page.content.decode()
    assert "Exercise programme" not in page.content.decode()
    assert not Unblinding.objects.exists()


def test_the_raters_page_keeps_what_was_chosen(clock):
    """It carries its own note, so it fills itself in again."""
    patient, rater = cast.participant(), cast.staff(Role.RATER)
    path = f"/rater/{patient.study_id}/week-6/"
    client = doors.cookie(rater)
    assert client.get(path).status_code == 200
    note = client.get(path).context["owner"]
    clock.shift(REST)
    answer = client.post(path, {"item_1": "3", "owner": note})
    assert answer["location"] == f"/account/login/?next={path}"
    back(client, rater)
    page = client.get(path)
    assert page.context["form"]["item_1"].value() == "3"
    assert page.context["form"].unsaved
    assert "unsent" not in client.session
