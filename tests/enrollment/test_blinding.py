"""Who may do what with a participant, by role and site; and showing an arm, with a reason."""

from __future__ import annotations

import json

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from accounts.roles import STAFF_ROLES, WORKS_WITH_PARTICIPANTS, Role
from assessments.rater.services import save_draft
from core.errors import Forbidden
from enrollment.models import DataLock, Deviation, Participant, Unblinding
from enrollment.permissions import PERMISSIONS
from enrollment.services.unblinding import unblind
from tests import cast

pytestmark = pytest.mark.django_db

# Who may what where they work; at another site nobody but the participant may anything.
ALLOWED: dict[str, set[Role]] = {
    "enrollment.know_arm": {Role.INSTRUCTOR, Role.CLINICIAN, Role.COORDINATOR, Role.MONITOR},
    "enrollment.see_participant": {
        Role.INSTRUCTOR, Role.CLINICIAN, Role.COORDINATOR, Role.MONITOR,
    },
    "enrollment.change_participant": {Role.CLINICIAN, Role.COORDINATOR},
    "enrollment.reach_person": {Role.COORDINATOR},
    "enrollment.unblind_participant": {Role.CLINICIAN, Role.ADMIN},
    "enrollment.rate_participant": {Role.RATER},
}  # fmt: skip
OWN = {"enrollment.know_arm", "enrollment.see_participant", "enrollment.reach_person"}
ADD = "/admin/enrollment/unblinding/add/"
GROUP = "Exercise programme"


@pytest.fixture(autouse=True)
def _noon(settings):
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def patient():
    return cast.participant()


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- predicates, by role and site


def test_every_permission_stands_in_the_table():
    assert set(PERMISSIONS) == set(ALLOWED)


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
@pytest.mark.parametrize("where", ["here", "everywhere", "elsewhere", "ended"])
def test_what_a_role_may_at_a_site(patient, role, where):
    at = {"here": patient.site, "everywhere": None, "ended": patient.site}
    person = cast.staff(role, at=at.get(where, cast.site("sh")))
    if where == "ended":
        person.staff_roles.update(ended_at=cast.NOW, ended_by=person, granted_at=cast.NOW)
    may = {name for name in PERMISSIONS if fresh(person).has_perm(name, patient)}
    works = where in {"here", "everywhere"}
    assert may == {name for name, roles in ALLOWED.items() if works and role in roles}


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
@pytest.mark.parametrize("where", ["bj", "sh", None])
def test_the_queryset_and_the_predicate_say_the_same(role, where):
    for code in ("bj", "sh"):
        cast.participant(f"p-{code}", at=cast.site(code))
    person = cast.staff(role, at=cast.site(where) if where else None)
    everyone = Participant.objects.all()
    seen = {p for p in everyone if person.has_perm("enrollment.see_participant", p)}
    assert seen == set(Participant.objects.visible_to(person))
    assert bool(seen) == (role in WORKS_WITH_PARTICIPANTS)


def test_a_participant_may_see_themselves_and_nobody_else(patient):
    other = cast.participant("other")
    own = {name for name in PERMISSIONS if patient.user.has_perm(name, patient)}
    assert own == OWN
    assert not any(patient.user.has_perm(name, other) for name in PERMISSIONS)


def test_a_superuser_is_an_administrator_and_no_more(patient):
    root = cast.user("root", is_superuser=True)
    may = {name for name in PERMISSIONS if root.has_perm(name, patient)}
    assert may == {"enrollment.unblind_participant"}


def test_nobody_may_anything_without_an_account_or_with_a_closed_one(patient):
    closed = cast.staff(Role.CLINICIAN)
    closed.is_active = False
    closed.save()
    patient.user.is_active = False
    for name in PERMISSIONS:
        assert not AnonymousUser().has_perm(name, patient)
        assert not fresh(closed).has_perm(name, patient)
        assert not patient.user.has_perm(name, patient)


def test_a_row_is_judged_by_its_participant_and_nothing_by_nobody(patient):
    clinician = cast.staff(Role.CLINICIAN, at=patient.site)
    assert clinician.has_perm("enrollment.see_participant", patient.consents.get())
    assert not clinician.has_perm("enrollment.see_participant", patient.site)
    assert not clinician.has_perm("enrollment.see_participant")
    assert not clinician.has_perm("enrollment.no_such_thing", patient)


# --- showing an arm


def shown(patient, to, by, reason="fell ill; which drug may be given") -> Unblinding:
    row = Unblinding(participant=patient, shown_to=to, reason=reason)
    return unblind(unblinding=row, by=by, now=cast.NOW)


def test_a_rater_who_was_told_knows_it_and_rates_no_more(patient):
    rater, other = cast.staff(Role.RATER), cast.participant("other")
    shown(patient, rater, cast.staff(Role.CLINICIAN))
    rater = fresh(rater)
    assert rater.has_perm("enrollment.know_arm", patient)
    assert not rater.has_perm("enrollment.rate_participant", patient)
    assert rater.has_perm("enrollment.rate_participant", other)
    assert not rater.has_perm("enrollment.see_participant", patient)


def test_what_a_rater_was_told_takes_the_person_off_their_list(patient):
    rater, other = cast.staff(Role.RATER), cast.participant("other")
    client, path = signed_in(rater), f"/rater/{patient.study_id}/week-6/"
    assert client.get(path).status_code == 200
    shown(patient, rater, cast.staff(Role.CLINICIAN))
    listed = client.get("/rater/").content.decode()
    assert patient.study_id not in listed
    assert other.study_id in listed
    assert client.get(path).status_code == 404
    with pytest.raises(Forbidden):
        save_draft(
            participant=patient, visit="week-6", answers={}, notes={}, edit=1, by=fresh(rater),
            now=cast.NOW,
        )  # fmt: skip
    assert signed_in(cast.staff(Role.RATER, name="blind")).get(path).status_code == 200


def test_showing_is_in_the_trail_without_the_arm_and_is_a_deviation(patient):
    rater, clinician = cast.staff(Role.RATER), cast.staff(Role.CLINICIAN)
    row = shown(patient, rater, clinician)
    event = AuditEvent.objects.get(action="enrollment.unblinded")
    assert (event.actor_id, event.participant_id) == (clinician.pk, patient.pk)
    assert json.loads(event.changes) == {"shown_to": rater.pk}
    assert event.reason == row.reason
    found = Deviation.objects.get(participant=patient)
    assert (found.category, found.major, found.noted_by) == ("unblinding", True, clinician)
    for text in (event.changes, event.reason, found.what):
        assert "exercise" not in text.lower()


def test_showing_to_somebody_who_does_not_rate_is_a_minor_deviation(patient):
    shown(patient, cast.staff(Role.STATISTICIAN), cast.staff(Role.ADMIN))
    assert Deviation.objects.get().major is False


def test_after_the_lock_it_is_no_deviation_and_may_be_done(patient):
    clinician = cast.staff(Role.CLINICIAN)
    DataLock.objects.create(at=cast.NOW, by=clinician, reason="database lock")
    shown(patient, cast.staff(Role.STATISTICIAN), clinician)
    assert Unblinding.objects.count() == 1
    assert not Deviation.objects.exists()


@pytest.mark.parametrize("role", sorted(STAFF_ROLES - {Role.CLINICIAN, Role.ADMIN}))
def test_only_clinicians_and_administrators_show(patient, role):
    by = cast.staff(role, name="by")
    with pytest.raises(Forbidden):
        shown(patient, cast.staff(Role.RATER, name="told"), by)
    assert not Unblinding.objects.exists()
    assert not AuditEvent.objects.filter(action="enrollment.unblinded").exists()


def test_a_clinician_of_another_site_does_not_show(patient):
    with pytest.raises(Forbidden):
        shown(patient, cast.staff(Role.RATER), cast.staff(Role.CLINICIAN, at=cast.site("sh")))


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_reason_is_needed(patient, reason):
    with pytest.raises(ValidationError) as caught:
        shown(patient, cast.staff(Role.RATER), cast.staff(Role.CLINICIAN), reason)
    assert set(caught.value.message_dict) == {"reason"}


def test_there_must_be_an_arm_and_somebody_who_does_not_know_it(patient):
    clinician, rater = cast.staff(Role.CLINICIAN), cast.staff(Role.RATER)
    with pytest.raises(ValidationError) as caught:
        shown(cast.participant("new", week=None), rater, clinician)
    assert set(caught.value.message_dict) == {"participant"}
    with pytest.raises(ValidationError) as caught:
        shown(patient, cast.staff(Role.COORDINATOR), clinician)
    assert set(caught.value.message_dict) == {"shown_to"}
    shown(patient, rater, clinician)
    with pytest.raises(ValidationError) as caught:
        shown(patient, rater, clinician)
    assert set(caught.value.message_dict) == {"shown_to"}


def test_the_database_keeps_it_whoever_writes(patient):
    row = shown(patient, cast.staff(Role.RATER), cast.staff(Role.CLINICIAN))
    for change in (
        lambda: Unblinding.objects.filter(pk=row.pk).update(reason="another"),
        lambda: Unblinding.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="never taken back"), transaction.atomic():
            change()
    assert Unblinding.objects.get().reason == row.reason


# --- on the desk


def test_an_administrator_is_shown_a_group_and_it_is_written_down(patient):
    boss = cast.staff(Role.ADMIN)
    client = signed_in(boss)
    assert GROUP not in client.get(ADD).content.decode()
    entry = {"participant": patient.pk, "shown_to": boss.pk, "reason": "asked by the committee"}
    answer = client.post(ADD, entry)
    row = Unblinding.objects.get()
    assert answer["location"] == reverse("admin:enrollment_unblinding_change", args=[row.pk])
    assert (row.by, row.shown_to, row.at) == (boss, boss, cast.NOW)
    assert GROUP in client.get(answer["location"]).content.decode()


def test_who_notes_that_another_was_told_is_not_told_themselves(patient):
    boss, rater = cast.staff(Role.ADMIN), cast.staff(Role.RATER)
    client = signed_in(boss)
    entry = {"participant": patient.pk, "shown_to": rater.pk, "reason": "the patient told them"}
    page = client.post(ADD, entry, follow=True).content.decode()
    assert "the patient told them" in page
    assert GROUP not in page
    row = Unblinding.objects.get()
    path = reverse("admin:enrollment_unblinding_change", args=[row.pk])
    assert GROUP in signed_in(cast.staff(Role.MONITOR)).get(path).content.decode()
    assert signed_in(rater).get(path).status_code == 403
    assert signed_in(cast.staff(Role.MONITOR, at=cast.site("sh"))).get(path).status_code == 404


def test_the_form_says_what_is_missing_and_lists_nobody_of_another_site(patient):
    there = cast.participant("there", at=cast.site("sh"))
    new = cast.participant("new", week=None)
    client = signed_in(cast.staff(Role.CLINICIAN, at=patient.site))
    page = client.get(ADD).content.decode()
    assert patient.study_id in page
    assert there.study_id not in page
    assert new.study_id not in page
    assert patient.user.name not in page
    rater = cast.staff(Role.RATER)
    for entry in (
        {"participant": patient.pk, "shown_to": rater.pk},
        {"participant": there.pk, "shown_to": rater.pk, "reason": "why"},
        {"participant": patient.pk, "shown_to": patient.user_id, "reason": "why"},
    ):
        assert client.post(ADD, entry).status_code == 200
    coordinator = cast.staff(Role.COORDINATOR)
    entry = {"participant": patient.pk, "shown_to": coordinator.pk, "reason": "why"}
    assert "knows the group already" in client.post(ADD, entry).content.decode()
    assert not Unblinding.objects.exists()


def test_what_was_written_down_is_not_changed(patient):
    clinician = cast.staff(Role.CLINICIAN)
    row = shown(patient, cast.staff(Role.RATER), clinician)
    path = reverse("admin:enrollment_unblinding_change", args=[row.pk])
    assert signed_in(clinician).post(path, {"reason": "another"}).status_code == 403
    row.refresh_from_db()
    assert row.reason.startswith("fell ill")
