"""The gate's facts on real rows, and who of the staff sees which participants."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.roles import Role
from core.errors import ConsentPending, Locked, Withdrawn
from enrollment.models import ConsentDocument, ConsentRecord, DataLock, Participant
from enrollment.selectors import (
    may_write,
    participant_of,
    refusal,
    visible_participants,
    visits_before_start,
    write_facts,
)
from tests import cast

NOW = cast.NOW
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def patient(db):
    return cast.participant()


@pytest.fixture
def coordinator(db):
    return cast.staff(Role.COORDINATOR)


def sign(patient, version, *, at):
    document = ConsentDocument.objects.get(version=version)
    return ConsentRecord.objects.create(
        participant=patient, document=document, language="en", signed_at=at
    )


def lock(by, *, of=None, at=NOW - DAY, lifted=None):
    return DataLock.objects.create(
        participant=of, at=at, by=by, reason="visit closed",
        lifted_at=lifted, lifted_by=by if lifted else None,
    )  # fmt: skip


# --- consent


def test_write_facts_of_a_signed_participant(patient):
    facts = write_facts(patient, NOW)
    assert (facts.withdrawn, facts.locked) == (False, False)
    assert facts.signed_versions == {"1"}
    assert facts.version_in_force == "1"
    assert refusal(patient, NOW) is None


def test_write_facts_take_one_query(patient, coordinator, django_assert_num_queries):
    lock(coordinator, of=patient)
    cast.consent_document("2", approved_at=NOW - DAY)
    with django_assert_num_queries(1):
        write_facts(patient, NOW)


def test_refusal_without_a_signature_is_consent_pending(db):
    assert refusal(cast.participant(consented=False), NOW) is ConsentPending


def test_refusal_without_an_approved_document_is_consent_pending(patient):
    before = ConsentDocument.objects.get().approved_at - INSTANT
    facts = write_facts(patient, before)
    assert facts.version_in_force is None
    assert refusal(patient, before) is ConsentPending


def test_refusal_from_the_moment_a_renewed_document_is_approved_until_it_is_signed(patient):
    cast.consent_document("2", approved_at=NOW)
    assert refusal(patient, NOW - INSTANT) is None
    assert refusal(patient, NOW) is ConsentPending
    sign(patient, "2", at=NOW + DAY)
    assert refusal(patient, NOW + DAY - INSTANT) is ConsentPending
    assert refusal(patient, NOW + DAY) is None


def test_refusal_ignores_a_document_that_is_not_approved_yet(patient):
    ConsentDocument.objects.create(version="2")
    cast.consent_document("3", approved_at=NOW + DAY)
    assert refusal(patient, NOW) is None


def test_refusal_ignores_another_participants_signature(db):
    cast.participant("someone-else")
    assert refusal(cast.participant(consented=False), NOW) is ConsentPending


# --- locks


def test_refusal_between_lock_and_lifting_only(patient, coordinator):
    lock(coordinator, of=patient, at=NOW, lifted=NOW + DAY)
    assert refusal(patient, NOW - INSTANT) is None
    assert refusal(patient, NOW) is Locked
    assert refusal(patient, NOW + DAY - INSTANT) is Locked
    assert refusal(patient, NOW + DAY) is None


def test_refusal_under_a_lock_of_the_whole_study_holds_for_everyone(patient, coordinator):
    other = cast.participant("other", at=cast.site("sh"))
    lock(coordinator)
    assert refusal(patient, NOW) is Locked
    assert refusal(other, NOW) is Locked


def test_refusal_under_a_lock_of_another_participant_is_none(patient, coordinator):
    lock(coordinator, of=cast.participant("other"))
    assert refusal(patient, NOW) is None


def test_refusal_where_one_lock_was_lifted_and_another_stands_is_locked(patient, coordinator):
    lock(coordinator, of=patient, at=NOW - 3 * DAY, lifted=NOW - 2 * DAY)
    lock(coordinator, at=NOW - DAY)
    assert refusal(patient, NOW) is Locked


# --- withdrawal


def test_refusal_after_a_withdrawal_outranks_everything(patient, coordinator):
    cast.withdraw(patient)
    lock(coordinator)
    cast.consent_document("2", approved_at=NOW - DAY)
    assert refusal(patient, NOW) is Withdrawn


def test_refusal_before_a_withdrawal_that_lies_ahead_is_none(patient):
    moment = cast.withdraw(patient, at=NOW + DAY).at
    assert refusal(patient, NOW) is None
    assert refusal(patient, moment - INSTANT) is None
    assert refusal(patient, moment) is Withdrawn


def test_may_write_raises_what_refusal_says(patient):
    may_write(patient, NOW)
    cast.withdraw(patient)
    with pytest.raises(Withdrawn):
        may_write(patient, NOW)


# --- who is who


def test_participant_of_is_asked_once_per_request(patient, django_assert_num_queries):
    user = type(patient.user).objects.get(pk=patient.user_id)
    with django_assert_num_queries(1):
        assert participant_of(user) == patient
        assert participant_of(user).site.code == "bj"
    staff = cast.staff(Role.MONITOR)
    with django_assert_num_queries(1):
        assert participant_of(staff) is None
        assert participant_of(staff) is None


# Whose participants a role sees: those of its own site, nobody's, or everyone's.
SEES = {
    Role.INSTRUCTOR: True,
    Role.CLINICIAN: True,
    Role.COORDINATOR: True,
    Role.MONITOR: True,
    Role.RATER: False,
    Role.STATISTICIAN: False,
    Role.ADMIN: False,
}


def seen_by(user):
    return set(visible_participants(user).values_list("study_id", flat=True))


@pytest.fixture
def two_sites(db):
    cast.participant("here", at=cast.site("bj"))
    cast.participant("there", at=cast.site("sh"))


def test_every_staff_role_has_a_line_in_the_table():
    assert set(SEES) == set(Role) - {Role.PARTICIPANT}


@pytest.mark.parametrize("role", SEES)
def test_visible_participants_at_one_site(two_sites, role):
    assert seen_by(cast.staff(role, at=cast.site("bj"))) == ({"EX-here"} if SEES[role] else set())
    assert seen_by(cast.staff(role, at=cast.site("gz"))) == set()


@pytest.mark.parametrize("role", SEES)
def test_visible_participants_at_every_site(two_sites, role):
    expected = {"EX-here", "EX-there"} if SEES[role] else set()
    assert seen_by(cast.staff(role)) == expected


def test_visible_participants_of_two_roles_at_two_sites_is_the_union(two_sites):
    person = cast.staff(Role.CLINICIAN, at=cast.site("bj"), name="two")
    person.staff_roles.create(role=Role.MONITOR, site=cast.site("sh"))
    person.__dict__.pop("active_roles", None)
    assert seen_by(person) == {"EX-here", "EX-there"}


def test_visible_participants_of_a_participant_or_a_former_member_of_staff_is_empty(two_sites):
    assert seen_by(Participant.objects.get(study_id="EX-here").user) == set()
    former = cast.staff(Role.COORDINATOR, name="former")
    former.staff_roles.update(ended_at=NOW + 400 * DAY, ended_by=former)
    former.__dict__.pop("active_roles", None)
    assert seen_by(former) == set()


def test_visible_participants_of_a_superuser_is_empty_without_a_role_that_sees(two_sites):
    """An administrator keeps the machine running; seeing participants takes a role of its own."""
    assert seen_by(cast.user("root", is_superuser=True)) == set()


def test_in_study_is_allocated_and_not_withdrawn(db):
    cast.participant("inside")
    cast.participant("invited", week=None)
    cast.withdraw(cast.participant("gone"))
    inside = Participant.objects.all().in_study()
    assert list(inside.values_list("study_id", flat=True)) == ["EX-inside"]


@pytest.mark.parametrize(
    ("state", "asked"),
    [
        ("invited", []), ("declined", []), ("consented", ["screening"]),
        ("eligible", ["screening", "week-0"]), ("ready", ["screening", "week-0"]),
        ("not_eligible", []), ("allocated", []), ("completed", []), ("withdrawn", []),
    ],
)  # fmt: skip
def test_baseline_is_asked_once_somebody_may_take_part_and_until_allocation(state, asked):
    person = Participant(state=Participant.State(state))
    assert [visit.code for visit in visits_before_start(person)] == asked


def test_study_without_a_first_visit_asks_nothing_while_it_screens(settings):
    settings.EXDEP_STUDY = "gordon8"
    found = {
        state: [visit.code for visit in visits_before_start(Participant(state=state))]
        for state in ("consented", "eligible")
    }
    assert found == {"consented": [], "eligible": ["week-0"]}
