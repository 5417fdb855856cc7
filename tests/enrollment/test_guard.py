"""The one guard: in which order it refuses, and how long a session lives, by cookie and token."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as conf
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import StaffRole, User
from accounts.roles import EVERYONE, STAFF_ROLES, Role
from accounts.services import deactivate_user, end_role, grant_role
from core.errors import (
    ConsentPending,
    Forbidden,
    Locked,
    NotSignedIn,
    SecondFactorMissing,
    Withdrawn,
)
from enrollment.guard import LAST_SEEN, Needs, judge, touch
from enrollment.models import DataLock
from tests import cast, doors

NOW = cast.NOW
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
EVERYBODY = Needs()
STAFF_PAGE = Needs(roles=STAFF_ROLES)
PATIENTS_OWN = Needs(roles=frozenset({Role.PARTICIPANT}), gate_writes=True)
TODAY = "/api/v1/today/"
SCHEMA = "/api/schema/"
STYLEGUIDE = "/styleguide/"
WALK = {
    "modality": "aerobic", "activity": "jogging",
    "started_at": "2026-03-18T10:00:00+08:00", "duration_min": 30,
}  # fmt: skip

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    """As the next request would load it."""
    return User.objects.get(pk=user.pk)


def verdict(user: Any, needs: Needs = EVERYBODY, *, seen=None, now=NOW, writes=False) -> Any:
    session = {} if seen is None else {LAST_SEEN: seen.isoformat()}
    refused = judge(user=user, session=session, needs=needs, now=now, writes=writes)
    return refused if refused is None else type(refused)


@pytest.fixture
def patient():
    return cast.participant()


@pytest.fixture
def monitor():
    person = cast.staff(Role.MONITOR, name="monitor")
    doors.second_factor(person)
    return person


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


# --- the order of refusals


def test_judge_asks_for_sign_in_first():
    assert verdict(AnonymousUser(), STAFF_PAGE) is NotSignedIn


def test_judge_puts_idle_before_second_factor_before_role(monitor):
    unproved = cast.staff(Role.COORDINATOR)
    long_ago = NOW - 31 * MINUTE
    assert verdict(unproved, PATIENTS_OWN, seen=long_ago) is NotSignedIn
    assert verdict(unproved, PATIENTS_OWN, seen=NOW) is SecondFactorMissing
    assert verdict(monitor, PATIENTS_OWN, seen=NOW) is Forbidden
    assert verdict(monitor, STAFF_PAGE, seen=NOW) is None


def test_judge_puts_role_before_the_gate(patient):
    cast.withdraw(patient)
    gated = Needs(roles=STAFF_ROLES, gate_writes=True)
    assert verdict(patient.user, gated, writes=True) is Forbidden
    assert verdict(patient.user, PATIENTS_OWN, writes=True) is Withdrawn


def test_judge_lets_a_withdrawn_or_locked_participant_read(patient, monitor):
    DataLock.objects.create(participant=patient, at=NOW - DAY, by=monitor, reason="closed")
    assert verdict(patient.user, PATIENTS_OWN) is None
    assert verdict(fresh(patient.user), PATIENTS_OWN, writes=True) is Locked
    cast.withdraw(patient)
    assert verdict(fresh(patient.user), PATIENTS_OWN) is None
    assert verdict(fresh(patient.user), PATIENTS_OWN, writes=True) is Withdrawn


def test_judge_gates_a_writing_participant_with_consent_pending():
    newcomer = cast.participant("newcomer", consented=False).user
    assert verdict(newcomer, PATIENTS_OWN, writes=True) is ConsentPending
    assert verdict(newcomer, PATIENTS_OWN) is None
    assert verdict(newcomer, Needs(roles=EVERYONE), writes=True) is None  # page without the gate


# --- who somebody is


def test_judge_a_participant_needs_no_second_factor_and_never_idles(patient):
    assert verdict(patient.user, seen=NOW - 89 * DAY) is None
    assert verdict(patient.user, STAFF_PAGE) is Forbidden


def test_judge_an_account_that_is_neither_staff_nor_participant_gets_nowhere():
    nobody = cast.user("nobody")
    assert verdict(nobody) is Forbidden
    assert verdict(nobody, Needs(second_factor=False)) is Forbidden


def test_judge_a_deactivated_account_is_signed_out(patient, monitor):
    deactivate_user(user=patient.user, by=monitor, reason="asked to")
    assert verdict(fresh(patient.user)) is NotSignedIn


def test_judge_a_superuser_is_an_administrator_and_needs_a_second_factor():
    root = cast.user("root", is_superuser=True)
    assert verdict(root) is SecondFactorMissing
    doors.second_factor(root)
    assert verdict(root, Needs(roles=frozenset({Role.ADMIN}))) is None
    assert verdict(root, Needs(roles=frozenset({Role.MONITOR}))) is Forbidden
    assert verdict(root, seen=NOW - 31 * MINUTE) is NotSignedIn


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_judge_every_staff_role_needs_a_second_factor(role, settings):
    person = cast.staff(role)
    only = Needs(roles=frozenset({role}))
    assert verdict(person, only) is SecondFactorMissing
    assert verdict(person, Needs(second_factor=False)) is None
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    assert verdict(person, only) is None
    assert verdict(person, Needs(roles=EVERYONE - {role})) is Forbidden


def test_judge_someone_who_takes_part_and_works_here_meets_both_rules(patient):
    StaffRole.objects.create(user=patient.user, role=Role.MONITOR)
    both = fresh(patient.user)
    assert verdict(both, PATIENTS_OWN) is SecondFactorMissing
    doors.second_factor(both)
    assert verdict(both, PATIENTS_OWN) is None
    assert verdict(both, STAFF_PAGE) is None
    assert verdict(both, PATIENTS_OWN, seen=NOW - 31 * MINUTE) is NotSignedIn


def test_role_that_ends_in_mid_session_ends_access_at_the_next_request(monitor, clock):
    browser, phone = doors.cookie(monitor), doors.by_token(monitor)
    assert (browser.get(STYLEGUIDE).status_code, phone.get(SCHEMA).status_code) == (200, 200)
    end_role(staff_role=monitor.staff_roles.get(), by=cast.staff(Role.ADMIN))
    assert (browser.get(STYLEGUIDE).status_code, phone.get(SCHEMA).status_code) == (403, 403)
    assert browser.get("/").status_code == 403


def test_role_that_begins_in_mid_session_asks_for_a_second_factor(patient, clock):
    browser, phone = doors.cookie(patient.user), doors.by_token(patient.user)
    grant_role(user=patient.user, role=Role.MONITOR, by=cast.staff(Role.ADMIN))
    assert browser.get("/today/")["location"] == "/account/2fa/"
    assert phone.get(TODAY).json()["code"] == "second_factor_missing"


def test_deactivated_account_loses_cookie_and_token_at_once(patient, monitor, clock):
    browser, phone = doors.cookie(patient.user), doors.by_token(patient.user)
    deactivate_user(user=patient.user, by=monitor, reason="asked to")
    assert browser.get("/today/")["location"] == "/account/login/?next=/today/"
    assert (phone.get(TODAY).status_code, browser.get(TODAY).status_code) == (401, 401)


# --- how long a session lives


def test_judge_staff_idle_is_more_than_thirty_minutes(monitor):
    assert conf.STAFF_IDLE_MINUTES == 30
    assert verdict(monitor, seen=NOW - 30 * MINUTE) is None
    assert verdict(monitor, seen=NOW - 30 * MINUTE - timedelta(seconds=1)) is NotSignedIn


@pytest.mark.parametrize(("role", "step"), [(None, DAY), (Role.MONITOR, MINUTE)])
def test_touch_writes_once_a_day_for_participants_and_once_a_minute_for_staff(role, step):
    person = cast.staff(role) if role else cast.user("someone")
    session: dict[str, str] = {}
    touch(person, session, NOW)
    assert session[LAST_SEEN] == NOW.isoformat()
    touch(person, session, NOW + step - timedelta(microseconds=1))
    assert session[LAST_SEEN] == NOW.isoformat()
    touch(person, session, NOW + step)
    assert session[LAST_SEEN] == (NOW + step).isoformat()


def staff_ways(monitor):
    """The two ways of the same person: a page by cookie, an endpoint by token."""
    browser, phone = doors.cookie(monitor), doors.by_token(monitor)
    return [lambda: browser.get(STYLEGUIDE).status_code, lambda: phone.get(SCHEMA).status_code]


def test_staff_who_work_on_stay_signed_in_by_cookie_and_token(monitor, clock):
    ways = staff_ways(monitor)
    for _ in range(4):
        clock.shift(29 * MINUTE)
        assert [ask() for ask in ways] == [200, 200]


def test_staff_who_rest_over_thirty_minutes_are_signed_out_by_cookie_and_token(monitor, clock):
    ways = staff_ways(monitor)
    assert [ask() for ask in ways] == [200, 200]
    clock.shift(31 * MINUTE)
    assert [ask() for ask in ways] == [302, 401]
    assert [ask() for ask in ways] == [302, 401]


def test_staff_who_rest_right_after_signing_in_are_signed_out_too(monitor, clock):
    ways = staff_ways(monitor)
    clock.shift(31 * MINUTE)
    assert [ask() for ask in ways] == [302, 401]


def test_idle_staff_are_refused_by_the_token_endpoints_of_the_account_too(monitor, clock):
    phone = doors.by_token(monitor)
    clock.shift(31 * MINUTE)
    for path in ("account/email", "account/authenticators", "auth/sessions"):
        answer = phone.get(f"/_allauth/app/v1/{path}")
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_reading_does_not_write_the_session_at_each_request(monitor, clock):
    phone = doors.by_token(monitor)
    assert phone.get(SCHEMA).status_code == 200
    before = Session.objects.get(pk=doors_key(phone)).session_data
    clock.shift(30)
    assert phone.get(SCHEMA).status_code == 200
    assert Session.objects.get(pk=doors_key(phone)).session_data == before
    clock.shift(31)
    assert phone.get(SCHEMA).status_code == 200
    assert Session.objects.get(pk=doors_key(phone)).session_data != before


def doors_key(phone: Client) -> str:
    return phone.defaults["HTTP_X_SESSION_TOKEN"]


def test_participant_cookie_slides_by_ninety_days(patient, clock):
    browser = doors.cookie(patient.user)
    assert browser.cookies["sessionid"]["max-age"] == 90 * 24 * 3600
    for _ in range(3):
        clock.shift(89 * DAY)
        assert browser.get("/today/").status_code == 200
        assert browser.cookies["sessionid"]["max-age"] == 90 * 24 * 3600
    clock.shift(90 * DAY + MINUTE)
    assert browser.get("/today/").status_code == 302


def test_participant_token_slides_by_ninety_days(patient, clock):
    phone = doors.by_token(patient.user)
    for _ in range(3):
        clock.shift(89 * DAY)
        assert phone.get(TODAY).status_code == 200
    clock.shift(90 * DAY + MINUTE)
    assert phone.get(TODAY).status_code == 401


# --- the second factor, at the door


def test_staff_without_a_second_factor_reach_only_what_sets_it_up(clock):
    browser = doors.cookie(cast.staff(Role.COORDINATOR))
    assert browser.get("/admin/")["location"] == "/account/2fa/"
    assert browser.get("/account/email/")["location"] == "/account/2fa/"
    assert browser.get("/account/2fa/").status_code == 200
    browser.post("/account/reauthenticate/", {"password": cast.PASSWORD})
    assert browser.get("/account/2fa/totp/activate/").status_code == 200
    assert browser.get("/help-now/").status_code == 200


def test_staff_without_a_second_factor_by_token_reach_only_what_sets_it_up(clock):
    phone = doors.by_token(cast.staff(Role.COORDINATOR))
    assert phone.get(SCHEMA).json()["code"] == "second_factor_missing"
    for path in ("account/email", "auth/sessions"):
        answer = phone.get(f"/_allauth/app/v1/{path}")
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_missing")
    assert phone.get("/_allauth/app/v1/auth/session").status_code == 200
    assert phone.get("/_allauth/app/v1/account/authenticators").status_code == 200


# --- cookies need CSRF, tokens do not


def test_api_write_by_cookie_needs_csrf(patient, clock):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(patient.user)
    url = f"/api/v1/workouts/{uuid.uuid4()}/"
    refused = browser.put(url, WALK, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    browser.get("/log/", follow=True)
    value = browser.cookies["csrftoken"].value
    sent = browser.put(url, WALK, content_type="application/json", headers={"X-CSRFToken": value})
    assert sent.status_code == 201


def test_api_write_by_token_needs_no_csrf(patient, clock):
    phone = Client(enforce_csrf_checks=True, headers={"X-Session-Token": doors.token(patient.user)})
    url = f"/api/v1/workouts/{uuid.uuid4()}/"
    assert phone.put(url, WALK, content_type="application/json").status_code == 201


def test_token_beside_a_cookie_decides_who_is_asking(patient, clock):
    browser = doors.cookie(patient.user)
    other = cast.participant("other", week=3)
    answer = browser.get(TODAY, headers={"X-Session-Token": doors.token(other.user)})
    assert answer.json()["study_week"] == 3


@pytest.mark.parametrize("token", ["nonsense", "0" * 32, " ", "a" * 4000, "\x00", "é"])
def test_bad_token_is_not_signed_in_even_beside_a_good_cookie(patient, clock, token):
    browser = doors.cookie(patient.user)
    assert browser.get(TODAY).status_code == 200
    answer = browser.get(TODAY, headers={"X-Session-Token": token})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_token_of_a_session_that_was_signed_out_is_not_signed_in(patient, clock):
    phone = doors.by_token(patient.user)
    phone.delete("/_allauth/app/v1/auth/session")
    assert phone.get(TODAY).status_code == 401


def test_token_from_before_a_changed_password_is_not_signed_in(patient, clock):
    phone, browser = doors.by_token(patient.user), doors.cookie(patient.user)
    patient.user.set_password("another long phrase")
    patient.user.save()
    assert (phone.get(TODAY).status_code, browser.get(TODAY).status_code) == (401, 401)
