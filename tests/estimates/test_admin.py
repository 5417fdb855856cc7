"""Estimates in the study desk: to read, at one's own sites, and never for a rater."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.roles import Role
from estimates import services
from estimates.models import Estimate
from tests import cast

pytestmark = pytest.mark.django_db
LIST = "/admin/estimates/estimate/"


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.EXDEP_REQUIRE_STAFF_MFA = False


@pytest.fixture
def kept(person, model):
    return services.request_estimate(participant=person, by=person.user, now=cast.NOW)


def desk(role, at=None) -> Client:
    client = Client()
    client.force_login(cast.staff(role, at=at))
    return client


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CLINICIAN, Role.MONITOR])
def test_staff_read_estimates_and_change_none(kept, role):
    client = desk(role)
    assert kept.participant.study_id in client.get(LIST).content.decode()
    page = client.get(f"{LIST}{kept.pk}/change/")
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert client.post(f"{LIST}{kept.pk}/change/", {"change": 9}).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.get(f"{LIST}{kept.pk}/delete/").status_code == 403
    assert client.get("/admin/estimates/estimatorversion/").status_code == 200


def test_staff_of_another_site_see_none(kept):
    client = desk(Role.COORDINATOR, at=cast.site("sh"))
    assert kept.participant.study_id not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}{kept.pk}/change/").status_code == 404


@pytest.mark.parametrize("role", [Role.RATER, Role.STATISTICIAN, Role.INSTRUCTOR])
def test_raters_and_others_without_the_desk_reach_no_estimate_by_any_door(kept, role):
    """The whole desk is closed to them, and the page and the API are the participant's own."""
    client = desk(role)
    version = f"/admin/estimates/estimatorversion/{kept.version_id}"
    one = f"{LIST}{kept.pk}"
    for address in (
        "/admin/", "/admin/estimates/", LIST, f"{one}/change/", f"{one}/history/",
        "/admin/estimates/estimatorversion/", f"{version}/change/", f"{version}/history/",
        "/estimate/",
    ):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == 403, address
        assert kept.participant.study_id not in answer.content.decode(), address
        assert str(kept.pk) not in answer.content.decode(), address
    assert client.post("/estimate/").status_code == 403
    asked = client.post("/api/v1/estimates/", {}, content_type="application/json")
    assert asked.status_code == 403
    assert Estimate.objects.count() == 1


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CLINICIAN, Role.MONITOR])
def test_nobody_of_the_desk_asks_for_a_participant(kept, role):
    client = desk(role)
    assert client.post("/estimate/").status_code == 403
    asked = client.post("/api/v1/estimates/", {}, content_type="application/json")
    assert asked.status_code == 403
    assert Estimate.objects.count() == 1
