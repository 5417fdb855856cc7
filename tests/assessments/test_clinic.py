"""A link that opens one questionnaire on a device of the clinic, once, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEvent
from accounts.roles import Role
from assessments.models import Response
from enrollment.models import Participant
from safety.models import SafetyAlert
from tests import cast
from tests.exdep_site import walk_objects
from tests.exdep_site.addresses import addresses
from tests.exdep_site.test_urlconf import PUBLIC

HERE = "/assessments/week-6/phq9/"
ASKED = {"visit": "week-6", "instrument": "phq9"}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def person() -> Participant:
    found = cast.participant()
    cast.cover(found.site)
    return found


@pytest.fixture
def desk(person: Participant, settings: Any) -> Client:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    client = Client()
    client.force_login(cast.staff(Role.COORDINATOR, at=person.site))
    return client


def link_for(desk: Client, person: Participant, **asked: str) -> str:
    answer = desk.post(f"/clinic/link/{person.study_id}/", {**ASKED, **asked})
    assert answer.status_code == 200
    return urlsplit(answer.context["link"]).path


@pytest.fixture
def device(desk: Client, person: Participant) -> Client:
    """A tablet on which the link was opened."""
    device = Client()
    answer = device.post(link_for(desk, person))
    assert answer["Location"] == HERE
    return device


def test_desk_lists_what_is_open_and_makes_a_link(desk, person):
    page = desk.get(f"/clinic/link/{person.study_id}/").content.decode()
    assert 'value="phq9"' in page
    assert 'value="hdrs17"' not in page  # a rater's
    answer = desk.post(f"/clinic/link/{person.study_id}/", ASKED)
    assert "data:image/svg+xml" in answer.content.decode()
    assert AuditEvent.objects.filter(action="clinic.link_made").count() == 1


def test_no_link_to_what_is_not_open(desk, person):
    for asked in ({"visit": "week-12"}, {"instrument": "hdrs17"}, {"visit": "never"}):
        answer = desk.post(f"/clinic/link/{person.study_id}/", {**ASKED, **asked})
        assert answer.status_code == 400
        assert "link" not in answer.context


def test_looking_at_a_link_uses_nothing_up_and_opening_it_does(desk, person):
    link = link_for(desk, person)
    for _ in range(2):
        assert person.study_id in Client().get(link).content.decode()
    assert Client().post(link)["Location"] == HERE
    for again in (Client().get(link), Client().post(link)):
        assert again.status_code == 404
        assert person.study_id not in again.content.decode()
    assert AuditEvent.objects.filter(action="clinic.opened").count() == 1


def test_link_ends_after_two_hours(desk, person):
    link = link_for(desk, person)
    with time_machine.travel(cast.NOW + timedelta(hours=2, seconds=2), tick=False):
        assert Client().post(link).status_code == 404


def test_link_of_others_words_opens_nothing(desk, person):
    link = link_for(desk, person)
    assert Client().post(f"{link[:-3]}xx/").status_code == 404


def test_staff_are_signed_out_where_they_open_it(desk, person):
    desk.post(link_for(desk, person))
    assert desk.get("/admin/").status_code != 200
    assert desk.get(f"/clinic/link/{person.study_id}/").status_code == 403


def test_device_opens_nothing_else(person, desk, device):
    """Every address of the site, with things of this participant behind it."""
    things = {**walk_objects.PLACES, "<slug:study_id>": person.study_id}
    opened = []
    for address in addresses():
        if address.route in PUBLIC or address.route.startswith("_allauth/"):
            continue
        path = walk_objects.fill(address.route, things)
        if device.get(path).status_code == 200:
            opened.append(path)
    assert opened == ["/account/logout/"] or opened == []


def test_questions_have_no_navigation_and_stay_off_the_device(device):
    for path in (HERE, f"{HERE}1/", f"{HERE}check/"):
        answer = device.get(path)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "X-Person" not in answer
        assert "data-person" not in page
        assert "/today/" not in page
        assert 'class="nav"' not in page
    assert "data-online" in device.get(f"{HERE}1/").content.decode()


def test_danger_alerts_as_on_the_phone(device, person):
    answer = device.post(f"{HERE}9/", {"answer": "3"})
    assert answer["Location"] == f"{HERE}9/support/"
    assert device.get(answer["Location"]).status_code == 200
    assert SafetyAlert.objects.get().participant == person


def test_after_the_end_the_device_knows_nobody(device):
    for number in range(1, 11):
        device.post(f"{HERE}{number}/", {"answer": "0", "seen_help": "1"})
    answer = device.post(f"{HERE}check/", follow=True)
    assert answer.redirect_chain[-1][0] == "/clinic/thanks/"
    assert "Please hand the device back" in answer.content.decode()
    assert Response.objects.get().submitted_at == cast.NOW
    assert "login" in device.get(HERE)["Location"]


def test_stopping_keeps_what_was_answered(device):
    device.put(f"/api/v1{HERE}", {"answers": {"1": 2}}, content_type="application/json")
    assert device.post("/clinic/stop/")["Location"] == "/clinic/thanks/"
    assert Response.objects.get().answers == {"1": 2}
    assert "login" in device.get(HERE)["Location"]


def test_session_ends_after_two_hours(device):
    with time_machine.travel(cast.NOW + timedelta(hours=2), tick=False):
        assert "login" in device.get(HERE)["Location"]


def test_a_participant_who_stops_on_their_own_phone_stays_signed_in(person):
    phone = Client()
    phone.force_login(person.user)
    assert phone.post("/clinic/stop/")["Location"] == "/today/"
    assert phone.get("/today/").status_code == 200
