"""The pages of visits: who comes today, what is to be arranged, one visit's booking."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.roles import Role
from assessments.models import Response, Visit
from enrollment.models import Participant
from tests import cast


@pytest.fixture
def person(db, settings):
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    with time_machine.travel(cast.NOW, tick=False):
        yield cast.participant()


def client_of(role, site):
    client = Client()
    client.force_login(cast.staff(role, at=site))
    return client


@pytest.fixture
def desk(person):
    return client_of(Role.COORDINATOR, person.site)


def book(desk, person, visit="week-6", **fields):
    sent = {"do": "book", "day": "2026-03-18", "at": "14:30", "place": "Room 2", **fields}
    return desk.post(f"/visits/{person.study_id}/{visit}/", sent)


def test_a_booked_visit_stands_on_its_day_in_local_time_and_no_other(person, desk):
    rater = cast.staff(Role.RATER, at=person.site)
    assert book(desk, person, rater=rater.pk).status_code == 302
    page = desk.get("/visits/").content.decode()
    for words in ("14:30", person.study_id, "Room 2", rater.name, "Week 6"):
        assert words in page
    assert desk.get("/visits/?date=2026-03-19").context["rows"] == []


def test_the_list_is_of_the_own_site_only(person, desk):
    book(desk, person)
    other = client_of(Role.COORDINATOR, cast.site("sh"))
    assert other.get("/visits/").context["rows"] == []
    assert other.get(f"/visits/{person.study_id}/week-6/").status_code == 404


def test_open_visit_without_a_time_is_to_be_arranged_until_it_has_one(person, desk):
    def waiting():
        return [row.visit.plan.code for row in desk.get("/visits/").context["to_arrange"]]

    assert waiting() == ["week-6"]
    book(desk, person)
    assert waiting() == []


def test_part_of_a_baseline_that_is_missing_is_arranged_before_allocation_only(person, desk):
    Visit.objects.create(participant=person, code="week-6", missed_reason="Away")
    early = cast.participant("early", week=None, at=person.site)
    early.state = Participant.State.ELIGIBLE
    early.save()
    for one in (person, early):
        visit = Visit.objects.create(participant=one, code="week-0")
        Response.objects.create(
            visit=visit, participant=one, instrument="phq9", instrument_version="PHQ9-1999"
        )
    rows = desk.get("/visits/").context["to_arrange"]
    found = [(row.visit.participant.study_id, row.visit.plan.code) for row in rows]
    assert found == [("EX-early", "screening"), ("EX-early", "week-0")]


def test_visit_that_opens_within_two_weeks_is_to_be_arranged(person):
    with time_machine.travel(cast.NOW + timedelta(days=30), tick=False):
        later = client_of(Role.COORDINATOR, person.site)
        found = later.get("/visits/").context["to_arrange"]
    assert [(row.visit.plan.code, row.visit.late) for row in found] == [
        ("week-6", True), ("week-12", False),
    ]  # fmt: skip


def test_day_that_is_past_is_told_beside_the_field(person, desk):
    answer = book(desk, person, day="2026-03-17")
    assert answer.status_code == 400
    assert "This is in the past." in answer.content.decode()
    assert not Visit.objects.exists()


def test_missed_visit_keeps_its_reason(person, desk):
    answer = desk.post(
        f"/visits/{person.study_id}/week-6/", {"do": "miss", "reason": "Away on a trip"}
    )
    assert answer.status_code == 302
    assert "Away on a trip" in desk.get(f"/visits/{person.study_id}/").content.decode()


def test_missing_without_a_reason_is_told_beside_the_field(person, desk):
    answer = desk.post(f"/visits/{person.study_id}/week-6/", {"do": "miss", "reason": ""})
    assert (answer.status_code, [*answer.context["missed"].errors]) == (400, ["reason"])


def test_clinician_opens_an_extra_visit_and_books_none(person):
    clinic = client_of(Role.CLINICIAN, person.site)
    answer = clinic.post(f"/visits/{person.study_id}/", {"kind": "unscheduled"})
    assert answer.url == f"/visits/{person.study_id}/unscheduled-1/"
    assert clinic.get(answer.url).context["may_book"] is False
    assert book(clinic, person).status_code == 403


def test_nothing_on_the_pages_tells_the_arm(person, desk):
    usual = cast.participant("usual", arm="control", at=person.site)
    pages = [
        desk.get(f"/visits/{one.study_id}/").content.decode().replace(one.study_id, "")
        for one in (person, usual)
    ]
    plain = [re.sub(r'middlewaretoken" value="\w+"', "", page).split("<main")[1] for page in pages]
    assert plain[0] == plain[1]


def test_nonsense_in_the_address_is_today(person, desk):
    for wrong in ("", "soon", "2026-13-45"):
        assert str(desk.get("/visits/", {"date": wrong}).context["day"]) == "2026-03-18"
