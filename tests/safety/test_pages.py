"""The page of an alert: what those who answer must know, and nothing that tells the arm."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from accounts.roles import Role
from safety.models import SafetyAlert
from safety.services import raise_alert
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.EXDEP_REQUIRE_STAFF_MFA = False


def as_(role, site):
    client = Client()
    client.force_login(cast.staff(role, at=site))
    return client


def answer_of(patient, *, value=2):
    return raise_alert(
        participant=patient, kind=SafetyAlert.Kind.RISK_ANSWER, tier="same_day",
        source_kind="response", source_id=f"1:3:{value}", by=patient.user,
        detail={"instrument": "hdrs17-self", "item": "3", "value": value},
    )  # fmt: skip


def test_who_answers_reads_what_was_chosen_and_who_watches_does_not():
    patient = cast.participant()
    alert = answer_of(patient)
    words = "I wished I were dead"
    for role, sees in ((Role.CLINICIAN, True), (Role.COORDINATOR, False), (Role.MONITOR, False)):
        page = as_(role, patient.site).get(f"/safety/{alert.pk}/")
        assert page.status_code == 200
        assert (words in page.text) is sees


def test_times_are_those_of_the_site_where_it_happened():
    with time_machine.travel(cast.NOW, tick=False):
        patient = cast.participant(at=cast.site("berlin", zone="Europe/Berlin"))
        alert = answer_of(patient)
        clinician = as_(Role.CLINICIAN, patient.site)
        clinician.post(f"/safety/{alert.pk}/step/", {"event": "acknowledge", "words": "Rang"})
        assert "18 March 2026, 05:00" in (page := clinician.get(f"/safety/{alert.pk}/").text)
        assert "18 Mar 2026, 05:00" in page
        assert "18 Mar 05:00" in clinician.get("/safety/").text
