"""A demo of every study file can be seeded, and its pages open."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

import protocol
from accounts.models import User
from assessments.models import Response
from enrollment import selectors
from enrollment.models import AllocationSlot, Participant
from enrollment.services.ready import stratum_of
from schedule.models import Prescription
from tests import doors
from tests.exdep_site.seeding import NOW, seed

pytestmark = pytest.mark.django_db
PEOPLE = 20


@pytest.fixture(params=protocol.study_names())
def study(request, settings):
    settings.EXDEP_STUDY = request.param
    with time_machine.travel(NOW, tick=False):
        seed(participants=PEOPLE)
        yield protocol.current()


def person(account):
    return Participant.objects.get(user__email=f"{account}@example.org")


def test_demo_of_a_study_is_whole(study, client):
    # One seed is looked at from every side: it takes seconds.
    is_a_whole_study(study)
    has_people_in_their_places()
    has_totals_of_paper_forms(study)
    opens_for_everyone(client)


def is_a_whole_study(study):
    assert selectors.unconfirmed_assumptions() == ()
    everyone = Participant.objects.exclude(arm="")
    assert everyone.count() == PEOPLE
    shares = {arm.code: arm.ratio * PEOPLE / sum(a.ratio for a in study.arms) for arm in study.arms}
    for arm, share in shares.items():
        assert abs(everyone.filter(arm=arm).count() - share) <= 1
    youngest, oldest = study.eligibility.age
    for one in everyone:
        assert youngest < one.day_one.year - one.birth_year <= oldest
    walker = person("participant")
    assert 1 <= (NOW.date() - walker.day_one).days < study.days
    assert walker.workouts.exists()
    assert Prescription.objects.filter(participant=walker, version=1).exists()


def has_people_in_their_places():
    for slot in AllocationSlot.objects.exclude(participant=None).select_related("participant"):
        assert slot.stratum == stratum_of(slot.participant)


def has_totals_of_paper_forms(study):
    codes = {code for visit in study.visits for code in visit.instruments}
    on_paper = {code for code in codes if protocol.instrument(code).score_only}
    rows = Response.objects.filter(instrument__in=on_paper)
    assert set(rows.values_list("instrument", flat=True)) == on_paper
    for row in rows:
        low, high = protocol.instrument(row.instrument).scoring.total_range
        assert low <= row.answers["total"] <= high
        assert row.answered_by == User.objects.get(email="coordinator@example.org")


def opens_for_everyone(client):
    for account in ("participant", "control", "newcomer"):
        client.force_login(person(account).user)
        assert client.get("/today/", follow=True).status_code == 200
        client.logout()
    desk = User.objects.get(email="coordinator@example.org")
    doors.second_factor(desk)
    client.force_login(desk)
    walker = person("participant")
    for address in (
        reverse("admin:index"),
        reverse("admin:enrollment_participant_changelist"),
        reverse("admin:enrollment_participant_change", args=[walker.pk]),
        reverse("admin:assessments_response_changelist"),
        reverse("admin:enrollment_protocolconfirmation_add"),
    ):
        assert client.get(address).status_code == 200, address
