"""The desk's page of notes and voids: coordinators and clinicians of the site, each with words."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

import protocol
from accounts.roles import Role
from assessments import services
from assessments.models import Annotation, Response
from tests import cast


@pytest.fixture
def row(db, settings) -> Response:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    with time_machine.travel(cast.NOW, tick=False):
        person = cast.participant()
        yield services.save_answers(
            participant=person, visit="week-6", instrument="wellbeing",
            answers=dict.fromkeys(protocol.instrument("wellbeing").keys, 5), complete=True,
            by=person.user, now=cast.NOW,
        )  # fmt: skip


def client_of(role, site) -> Client:
    client = Client()
    client.force_login(cast.staff(role, at=site))
    return client


def mind(client, row, **data):
    path = reverse("admin:assessments_response_mind", args=[row.pk])
    return client.post(path, data) if data else client.get(path)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CLINICIAN])
def test_a_note_is_kept_and_shown_beside_the_answers(row, role):
    client = client_of(role, row.participant.site)
    assert mind(client, row, do="note", item="mood", words="Told by phone").status_code == 302
    assert Annotation.objects.get().words == "Told by phone"
    page = client.get(reverse("admin:assessments_response_change", args=[row.pk])).content.decode()
    assert "Told by phone" in page


def test_voided_answers_say_why_and_are_not_voided_again(row):
    client = client_of(Role.COORDINATOR, row.participant.site)
    assert b'value="void"' in mind(client, row).content
    assert mind(client, row, do="void", reason="Answered by a child").status_code == 302
    row.refresh_from_db()
    assert row.void_reason == "Answered by a child"
    listed = client.get(reverse("admin:assessments_response_changelist")).content.decode()
    assert "voided: Answered by a child" in listed
    assert b'value="void"' not in mind(client, row).content


@pytest.mark.parametrize("data", [{"do": "note", "words": ""}, {"do": "void", "reason": ""}])
def test_without_words_nothing_is_kept(row, data):
    client = client_of(Role.COORDINATOR, row.participant.site)
    assert mind(client, row, **data).status_code == 200
    row.refresh_from_db()
    assert (Annotation.objects.count(), row.voided_at) == (0, None)


def test_others_and_other_sites_see_no_such_page(row):
    far = client_of(Role.COORDINATOR, cast.site("sh"))
    assert mind(far, row).status_code == 404
    assert mind(client_of(Role.MONITOR, row.participant.site), row).status_code == 403
