"""The demo's people came in as the site itself lets people in."""

from __future__ import annotations

from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command

from enrollment.models import AllocationSlot, BaselineRecord, Participant, Screening
from enrollment.rules.eligibility import Outcome
from enrollment.services import screening
from exdep_site.demo.people import SMALLEST, cohort
from tests.exdep_site.seeding import seeded

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def study(django_db_setup, django_db_blocker):
    with seeded(django_db_blocker) as said:
        yield said


def test_seed_uses_its_list_in_order_and_the_proof_holds(study):
    out = StringIO()
    call_command("verify_allocation", stdout=out)
    assert "100 places, 100 used in order" in out.getvalue()


def test_seed_arms_are_25_and_25_of_each_sex(study):
    used = AllocationSlot.objects.values_list("stratum", "participant__arm")
    assert set(Counter(used).values()) == {25}


def test_seed_everyone_was_found_eligible_and_signed_for(study):
    rows = Screening.objects.select_related("participant")
    assert rows.count() == 100
    for row in rows:
        assert screening.verdict(row.participant, row).outcome is Outcome.ELIGIBLE
        assert row.decided_by.email == "clinician@example.org"
        signed = row.participant.consents.get().signed_at
        assert signed < row.own_sent_at < row.decided_at < row.participant.allocation_slot.used_at


def test_seed_everyone_has_a_whole_baseline_before_the_allocation(study):
    assert BaselineRecord.objects.filter(complete=True).count() == 300
    nights = BaselineRecord.objects.filter(part="nights").values_list("count", flat=True)
    assert min(nights) >= 5
    for person in Participant.objects.exclude(arm=""):
        at = person.allocation_slot.used_at
        answers = person.responses.filter(visit__code="week-0", submitted_at__lt=at)
        assert {"hdrs17", "wellbeing"} <= set(answers.values_list("instrument", flat=True))


@pytest.mark.parametrize("size", [SMALLEST, 20, 250])
def test_cohort_of_any_size_is_in_the_order_of_its_days(size):
    people = cohort(size, 20230101)
    days = [person.day for person in people]
    assert days == sorted(days, reverse=True)
    assert all(person.left_on is None or person.left_on < person.day for person in people)
