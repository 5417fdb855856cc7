"""Leaving, erasing who somebody was, and the procedures of the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.roles import Role
from accounts.services import remove_second_factor
from core.errors import IllegalStep, Withdrawn
from enrollment.models import (
    STATES,
    ConsentIdentity,
    ConsentRecord,
    Deviation,
    Erasure,
    Invitation,
    Participant,
    Withdrawal,
)
from enrollment.seal import BrokenSealError
from enrollment.selectors import may_write
from enrollment.services import leaving
from enrollment.services.invitations import Wanted, issue, join
from safety.models import SafetyAlert
from tests import cast, doors

NOW = cast.NOW
S = Participant.State
PNG = b"\x89PNG\r\n\x1a\n signature"
ALL = {"stop_exercise": True, "stop_contact": True, "stop_data_use": True}


@pytest.fixture
def desk(db):
    return cast.staff(Role.COORDINATOR, at=cast.site())


@pytest.fixture
def patient(db):
    return cast.participant()


def leave(person, by=None, **choices):
    choices = {"stop_exercise": True, "stop_contact": False, "stop_data_use": False, **choices}
    return leaving.withdraw(participant=person, by=by or person.user, now=NOW, **choices)


def signed(person, name="Wang Fang"):
    record = ConsentRecord.objects.get(participant=person)
    ConsentIdentity.objects.create(
        record=record,
        printed_name=name,
        signature_png=PNG,
        address_hash="a" * 64,
        copy_pdf=b"%PDF of Wang Fang",
    )
    return record


def erase(person, desk, reason="asked by telephone, called back", now=NOW):
    return leaving.erase_identity(participant=person, by=desk, now=now, reason=reason)


# --- leaving


def test_withdraw_takes_one_step_and_no_reason(patient):
    row = leave(patient)
    assert (row.stop_exercise, row.stop_contact, row.stop_data_use) == (True, False, False)
    assert Participant.objects.get().state == S.WITHDRAWN
    with pytest.raises(Withdrawn):
        may_write(patient, NOW)
    assert AuditEvent.objects.get(action="enrollment.withdrawn").actor_id == patient.user_id
    assert Withdrawal.history.get().history_user == patient.user


@pytest.mark.parametrize("choice", list(ALL))
def test_withdraw_takes_each_choice_by_itself(patient, choice):
    row = leave(patient, **{**dict.fromkeys(ALL, False), choice: True})
    assert [name for name in ALL if getattr(row, name)] == [choice]


def test_withdraw_that_stops_nothing_is_refused(patient):
    with pytest.raises(ValidationError):
        leave(patient, stop_exercise=False)
    assert Participant.objects.get().state == S.ALLOCATED


def test_withdraw_twice_is_an_illegal_step(patient):
    leave(patient)
    with pytest.raises(IllegalStep):
        leave(patient)


def test_withdraw_of_somebody_invited_is_a_no(db):
    person = cast.participant(week=None, consented=False)
    assert leave(person) is None
    assert Participant.objects.get().state == S.DECLINED
    assert not Withdrawal.objects.exists()


@pytest.mark.parametrize("state", S.values)
def test_may_leave_is_what_the_table_says(patient, state):
    patient.state = state
    steps = {event for a, event in STATES.steps if a == state}
    assert leaving.may_leave(patient) == bool(steps & {"withdraw", "decline"})


# --- erasing who somebody was


def test_erase_takes_the_person_and_leaves_the_numbers(patient, desk):
    record = signed(patient)
    Invitation.objects.create(
        code_sha256="0" * 64, site=patient.site, email="patient@example.org", note="clinic",
        expires_at=NOW + timedelta(days=1), issued_at=NOW, issued_by=desk, used_at=NOW,
        participant=patient,
    )  # fmt: skip
    User.objects.filter(pk=patient.user_id).update(phone="010 1234", name="Wang Fang")
    browser = doors.cookie(patient.user)
    EmailAddress.objects.create(user=patient.user, email="second@example.org")
    leave(patient)
    erase(patient, desk)
    assert not EmailAddress.objects.filter(user=patient.user).exists()
    user = User.objects.get(pk=patient.user_id)
    assert (user.name, user.phone, user.email) == ("", "", None)
    assert (user.sign_in_code, user.is_active) == (patient.study_id, False)
    assert not user.has_usable_password()
    assert browser.get("/today/").status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.note) == ("", "")
    identity = ConsentIdentity.objects.get()
    assert (identity.printed_name, identity.signature_png, identity.address_hash) == ("", None, "")
    assert identity.copy_pdf is None
    assert b"Wang" not in bytes(identity.sealed)
    assert leaving.reopened(record) == leaving.Reopened("Wang Fang", PNG, b"%PDF of Wang Fang")
    stands = Participant.objects.get()
    assert (stands.birth_year, stands.arm, stands.state) == (1990, "exercise", S.WITHDRAWN)
    event = AuditEvent.objects.get(action="enrollment.identity_erased")
    assert "Wang" not in event.changes + event.reason


def test_a_sealed_identity_opens_only_at_its_own_record(patient, desk):
    record = signed(patient)
    other = cast.participant("other")
    second = signed(other, "Li Na")
    for person in (patient, other):
        leave(person)
        erase(person, desk)
    one, two = ConsentIdentity.objects.order_by("pk")
    one.sealed, two.sealed = two.sealed, one.sealed
    one.save()
    two.save()
    for moved in (record, second):
        with pytest.raises(BrokenSealError):
            leaving.reopened(moved)


def test_erase_needs_a_reason_and_that_they_left(patient, desk):
    with pytest.raises(ValidationError):
        erase(patient, desk)
    leave(patient)
    with pytest.raises(ValidationError):
        erase(patient, desk, reason=" ")
    assert User.objects.get(pk=patient.user_id).email
    erase(patient, desk)
    with pytest.raises(ValidationError):
        erase(patient, desk)


def test_an_open_alert_delays_erasure_until_a_person_closes_it(patient, desk):
    leave(patient)
    alert = SafetyAlert.objects.create(
        participant=patient, kind="red_flag_symptom", tier="urgent", source_kind="t", source_id="1"
    )
    with pytest.raises(leaving.Delayed) as delayed:
        erase(patient, desk)
    assert (delayed.value.code, delayed.value.status) == ("erasure_delayed", 409)
    assert User.objects.get(pk=patient.user_id).email
    SafetyAlert.objects.filter(pk=alert.pk).update(state="closed")
    assert erase(patient, desk).done_at == NOW


def test_ask_erasure_is_noted_once_and_done_later(patient, desk):
    leave(patient)
    first = leaving.ask_erasure(participant=patient, by=patient.user, now=NOW)
    again = leaving.ask_erasure(participant=patient, by=patient.user, now=NOW + timedelta(days=1))
    assert (again.pk, again.asked_at) == (first.pk, NOW)
    done = erase(patient, desk, now=NOW + timedelta(days=2))
    assert (done.pk, done.asked_at, done.done_by) == (first.pk, NOW, desk)


def test_ask_erasure_is_for_those_who_left(patient):
    with pytest.raises(ValidationError):
        leaving.ask_erasure(participant=patient, by=patient.user, now=NOW)
    assert not Erasure.objects.exists()


# --- the wrong person, another site, a lost factor


def test_void_enrollment_closes_the_account_and_lets_nothing_count(patient, desk):
    browser = doors.cookie(patient.user)
    leaving.void_enrollment(participant=patient, by=desk, now=NOW, reason="her sister joined")
    row = Participant.objects.get()
    assert (row.state, row.arm) == (S.WITHDRAWN, "exercise")
    assert Withdrawal.objects.get().stop_data_use
    assert not User.objects.get(pk=patient.user_id).is_active
    assert browser.get("/today/").status_code == 302
    deviation = Deviation.objects.get()
    assert (deviation.category, deviation.major) == ("eligibility", True)


def test_void_enrollment_before_a_consent_is_a_no(desk):
    issued = issue(site=cast.site(), wanted=[Wanted()], by=desk, now=NOW)[0]
    person = join(code=issued.code, secret="480159", language="en", now=NOW)
    leaving.void_enrollment(participant=person, by=desk, now=NOW, reason="someone else's card")
    assert Participant.objects.get().state == S.DECLINED
    with pytest.raises(ValidationError):
        leaving.void_enrollment(participant=person, by=desk, now=NOW, reason="again")


def test_move_site_keeps_group_and_tells_both_histories(patient, desk):
    there = cast.site("sh")
    leaving.move_site(participant=patient, site=there, by=desk, now=NOW, reason="moved house")
    row = Participant.objects.get()
    assert (row.site, row.arm, row.day_one) == (there, patient.arm, patient.day_one)
    assert Participant.history.first().history_change_reason == "moved house"
    event = AuditEvent.objects.get(action="enrollment.site_changed")
    assert event.changes == '{"site":["bj","sh"]}'
    with pytest.raises(ValidationError):
        leaving.move_site(participant=row, site=there, by=desk, now=NOW, reason="again")
    with pytest.raises(ValidationError):
        leaving.move_site(participant=row, site=cast.site(), by=desk, now=NOW, reason="")


def test_remove_second_factor_needs_a_reason_and_another_person(desk):
    doors.second_factor(desk)
    admin = cast.staff(Role.ADMIN)
    for by, reason in ((desk, "lost it"), (admin, " ")):
        with pytest.raises(ValidationError):
            remove_second_factor(user=desk, by=by, reason=reason)
    browser = doors.cookie(desk)
    assert remove_second_factor(user=desk, by=admin, reason="lost phone, saw her badge") == 1
    assert not Authenticator.objects.filter(user=desk).exists()
    assert browser.get("/admin/")["location"].startswith("/account/login/")
    event = AuditEvent.objects.get(action="accounts.second_factor_removed")
    assert (event.actor_id, event.reason) == (admin.pk, "lost phone, saw her badge")
    with pytest.raises(ValidationError):
        remove_second_factor(user=desk, by=admin, reason="once more")


# --- the desk


@pytest.fixture
def browser(desk):
    doors.second_factor(desk)
    with time_machine.travel(NOW, tick=False):
        yield doors.cookie(desk)


def procedures(person):
    return f"/admin/enrollment/participant/{person.pk}/procedures/"


def test_desk_lets_somebody_leave(browser, patient):
    assert browser.get(procedures(patient)).status_code == 200
    sent = {"action": "leave", "leave-stop_exercise": "on", "leave-stop_contact": "on"}
    assert browser.post(procedures(patient), sent).status_code == 302
    row = Withdrawal.objects.get()
    assert (row.stop_contact, row.stop_data_use, row.reason) == (True, False, "")


def test_desk_erases_only_after_a_tick_and_a_reason(browser, patient):
    leave(patient)
    for sent in ({}, {"erase-reason": "wish"}, {"erase-sure": "on"}):
        answer = browser.post(procedures(patient), {"action": "erase", **sent})
        assert answer.status_code == 200
    assert not Erasure.objects.exists()
    sent = {"action": "erase", "erase-sure": "on", "erase-reason": "by letter, signed"}
    assert browser.post(procedures(patient), sent).status_code == 302
    assert Erasure.objects.get().done_at == NOW
    assert "Done on" in browser.get(procedures(patient)).content.decode()


def test_desk_says_that_an_open_alert_delays(browser, patient):
    leave(patient)
    SafetyAlert.objects.create(
        participant=patient, kind="red_flag_symptom", tier="urgent", source_kind="t", source_id="1"
    )
    sent = {"action": "erase", "erase-sure": "on", "erase-reason": "by letter"}
    answer = browser.post(procedures(patient), sent)
    assert "still open" in answer.content.decode()


def test_desk_sets_a_new_pin_in_person(browser, desk):
    issued = issue(site=cast.site(), wanted=[Wanted()], by=desk, now=NOW)[0]
    person = join(code=issued.code, secret="480159", language="en", now=NOW)
    sent = {"action": "pin", "pin-secret": "111111", "pin-again": "111111", "pin-reason": "card"}
    assert "easily guessed" in browser.post(procedures(person), sent).content.decode()
    sent |= {"pin-secret": "730294", "pin-again": "730294"}
    assert browser.post(procedures(person), sent).status_code == 302
    answer = Client().post("/account/login/", {"login": "EX-101", "password": "730294"})
    assert answer.status_code == 302


def test_desk_moves_and_closes(browser, patient):
    sent = {"action": "wrong", "wrong-sure": "on", "wrong-reason": "her sister joined"}
    assert browser.post(procedures(patient), sent).status_code == 302
    other = cast.participant("other")
    sent = {"action": "move", "move-site": cast.site("sh").pk, "move-reason": "moved house"}
    assert browser.post(procedures(other), sent).status_code == 302
    assert browser.get(procedures(other)).status_code == 404
    assert browser.get(procedures(patient)).status_code == 200


def test_desk_takes_a_lost_factor_away(desk):
    admin = cast.staff(Role.ADMIN)
    doors.second_factor(admin)
    doors.second_factor(desk)
    with time_machine.travel(NOW, tick=False):
        browser = doors.cookie(admin)
        page = f"/admin/accounts/user/{desk.pk}/roles/"
        assert "second factor" in browser.get(page).content.decode()
        sent = {"action": "factor", "factor-reason": "lost phone, saw her badge"}
        assert browser.post(page, sent).status_code == 302
    assert not Authenticator.objects.filter(user=desk).exists()
