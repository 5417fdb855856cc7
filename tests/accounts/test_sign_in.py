"""Signing in, by page and by token, and what it leaves in the trail."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client

from accounts import audit
from accounts.models import AuditEvent, OutgoingMessage, StaffRole, User
from accounts.roles import Role
from tests.accounts.people import person

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-enough-secret"
LOGIN = "/account/login/"
API = "/_allauth/app/v1/"
DAY = 24 * 3600


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def ann() -> User:
    return person("ST-0017", email="Ann@Example.org", password=PASSWORD)


@pytest.fixture
def monitor() -> User:
    user = person("mon", email="monitor@example.org", password=PASSWORD)
    StaffRole.objects.create(user=user, role=Role.MONITOR)
    return user


def events() -> list[tuple[str, int | None, dict[str, Any]]]:
    rows = AuditEvent.objects.order_by("seq")
    return [(row.action, row.actor_id, json.loads(row.changes)) for row in rows]


def sign_in(client: Client, login: str, password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": login, "password": password})


def code_in(mail: EmailMessage) -> str:
    found = re.search(r"^([A-Z0-9-]{6,})$", str(mail.body), re.MULTILINE)
    assert found, mail.body
    return found[1]


@pytest.mark.parametrize(
    "login", ["ann@example.org", "ANN@example.ORG", " Ann@Example.org ", "ST-0017", "st-0017"]
)
def test_sign_in_in_any_case_of_letters(client: Client, ann: User, login: str) -> None:
    assert sign_in(client, login).status_code == 302
    assert client.session["_auth_user_id"] == str(ann.pk)
    assert events() == [("accounts.signed_in", ann.pk, {"methods": ["password"]})]


def test_email_saved_by_any_hand_is_lower_case() -> None:
    user = User(sign_in_code="x", email="Bob@Example.ORG")
    user.save()
    user.refresh_from_db()
    assert user.email == "bob@example.org"


def test_participant_session_lasts_ninety_days(client: Client, ann: User) -> None:
    sign_in(client, "st-0017")
    assert client.session.get_expiry_age() == 90 * DAY
    assert client.cookies["sessionid"]["max-age"] == 90 * DAY


@pytest.mark.parametrize("login", ["ann@example.org", "ST-0017", "nobody@example.org", "nobody"])
def test_failed_sign_in_keeps_a_hash_only(client: Client, ann: User, login: str) -> None:
    response = sign_in(client, login, "wrong")
    assert response.status_code == 200
    assert "is not right" in response.content.decode()
    [(action, actor, changes)] = events()
    assert (action, actor) == ("accounts.sign_in_failed", None)
    assert changes == {"identifier_hmac": audit.fingerprint(login), "method": "password"}
    assert login.lower() not in str(AuditEvent.objects.values_list()[0]).lower()


def test_known_and_unknown_accounts_get_the_same_answer(client: Client, ann: User) -> None:
    def text(login: str) -> str:
        page = sign_in(client, login, "wrong").content.decode()
        return re.sub(r'(value|nonce)="[^"]*"', "", page)

    assert text("ann@example.org") == text("bob@example.org")


def test_too_many_attempts_are_stopped(client: Client, ann: User) -> None:
    for _ in range(5):
        assert "is not right" in sign_in(client, "st-0017", "wrong").content.decode()
    response = sign_in(client, "st-0017")
    assert "wait five minutes" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_closed_account_does_not_sign_in(client: Client, ann: User) -> None:
    User.objects.update(is_active=False)
    sign_in(client, "st-0017")
    assert "_auth_user_id" not in client.session


def test_sign_out_is_recorded(client: Client, ann: User) -> None:
    sign_in(client, "st-0017")
    client.post("/account/logout/")
    assert events()[-1] == ("accounts.signed_out", ann.pk, {})
    assert "_auth_user_id" not in client.session


def test_sign_in_by_mailed_code(client: Client, ann: User, mailoutbox: list[EmailMessage]) -> None:
    asked = client.post("/account/login/code/", {"email": "ANN@example.org"})
    assert asked.status_code == 302
    [mail] = mailoutbox
    assert mail.to == ["ann@example.org"]
    assert client.post(asked["location"], {"code": "WRONG1"}).status_code == 200
    assert client.post(asked["location"], {"code": code_in(mail)}).status_code == 302
    assert client.session["_auth_user_id"] == str(ann.pk)
    assert events() == [
        ("accounts.sign_in_failed", None, {"last_attempt": False, "method": "code"}),
        ("accounts.signed_in", ann.pk, {"methods": ["code"]}),
    ]
    message = OutgoingMessage.objects.get()
    assert (message.user, message.kind) == (ann, "account/email/login_code")
    for word in ("depress", "trial", "exercise"):
        assert word not in f"{mail.subject} {mail.body}".lower()


def test_mail_is_in_the_persons_language(
    client: Client, ann: User, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.update(language="zh-hans")
    client.post("/account/login/code/", {"email": "ann@example.org"}, HTTP_ACCEPT_LANGUAGE="en")
    assert re.search("[\u4e00-\u9fff]", str(mailoutbox[0].body))


def test_unknown_address_gets_the_same_answer_and_no_mail(
    client: Client, ann: User, mailoutbox: list[EmailMessage]
) -> None:
    known = client.post("/account/login/code/", {"email": "ann@example.org"})
    unknown = Client().post("/account/login/code/", {"email": "bob@example.org"})
    assert (unknown.status_code, unknown["location"]) == (known.status_code, known["location"])
    assert len(mailoutbox) == OutgoingMessage.objects.count() == 1


def test_mail_that_fails_does_not_fail_the_page(client: Client, ann: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.accounts.test_services.Failing"
    assert client.post("/account/login/code/", {"email": "ann@example.org"}).status_code == 302
    assert OutgoingMessage.objects.get().state == "failed"


def test_password_reset_by_code(client: Client, ann: User, mailoutbox: list[EmailMessage]) -> None:
    asked = client.post("/account/password/reset/", {"email": "ann@example.org"})
    entered = client.post(asked["location"], {"code": code_in(mailoutbox[0])})
    new = {"password1": "another-long-secret", "password2": "another-long-secret"}
    assert client.post(entered["location"], new).status_code == 302
    assert ("accounts.password_reset", ann.pk, {}) in events()
    assert sign_in(Client(), "st-0017", "another-long-secret").status_code == 302


def test_password_change_is_recorded(client: Client, monitor: User, settings: Any) -> None:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    sign_in(client, "mon")
    new = "another-long-secret"
    response = client.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert response.status_code == 302
    assert ("accounts.password_changed", monitor.pk, {}) in events()


@time_machine.travel(datetime.now(UTC), tick=False)
def test_second_factor_is_added_asked_for_and_taken_away(
    client: Client, monitor: User, settings: Any
) -> None:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    sign_in(client, "mon")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.get("/account/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]

    [counter] = totp.yield_hotp_counters_from_time()
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))

    client.post("/account/2fa/totp/activate/", {"code": code})
    added = {"type": "totp", "user": monitor.pk}
    assert ("accounts.mfa_added", monitor.pk, added) in events()

    other = Client()
    asked = sign_in(other, "mon")
    assert "_auth_user_id" not in other.session
    other.post(asked["location"], {"code": "not-it"})
    failed = ("accounts.sign_in_failed", None, {"method": "mfa", "type": "totp"})
    assert events()[-1] == failed
    other.post(asked["location"], {"code": code})
    assert events()[-1] == ("accounts.signed_in", monitor.pk, {"methods": ["password", "mfa"]})

    client.post("/account/2fa/totp/deactivate/")
    assert ("accounts.mfa_removed", monitor.pk, added) in events()
    assert not Authenticator.objects.exists()


def test_session_ended_from_the_list_is_recorded(
    client: Client, monitor: User, settings: Any
) -> None:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    other = Client()
    sign_in(other, "mon")
    lost = UserSession.objects.get()
    sign_in(client, "mon")
    client.post("/account/sessions/")
    assert UserSession.objects.count() == Session.objects.count() == 1
    assert events()[-1] == ("accounts.session_ended", monitor.pk, {"user": monitor.pk})
    assert AuditEvent.objects.order_by("seq").last().object_id == str(lost.pk)  # type: ignore[union-attr]


def test_sign_up_is_closed_and_kind(client: Client) -> None:
    page = client.get("/account/signup/").content.decode()
    assert "invitation" in page
    client.post("/account/signup/", {"email": "new@example.org", "password1": PASSWORD})
    answer = client.post(
        f"{API}auth/signup",
        {"email": "new@example.org", "password": PASSWORD},
        content_type="application/json",
    )
    assert answer.status_code == 403
    assert not User.objects.exists()


@pytest.mark.parametrize("who", [{"email": "Ann@example.org"}, {"username": "st-0017"}])
def test_headless_sign_in_gives_a_token(ann: User, who: dict[str, str]) -> None:
    phone = Client()
    answer = phone.post(
        f"{API}auth/login", {**who, "password": PASSWORD}, content_type="application/json"
    )
    assert answer.status_code == 200
    assert answer.json()["meta"]["session_token"]
    assert events() == [("accounts.signed_in", ann.pk, {"methods": ["password"]})]


def test_headless_token_signs_out(monitor: User, settings: Any) -> None:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    phone = Client()
    answer = phone.post(
        f"{API}auth/login",
        {"email": "monitor@example.org", "password": PASSWORD},
        content_type="application/json",
    )
    token = answer.json()["meta"]["session_token"]
    session = phone.get(f"{API}auth/session", headers={"X-Session-Token": token})
    assert session.status_code == 200
    assert session.json()["meta"]["is_authenticated"] is True
    ended = phone.delete(f"{API}auth/session", headers={"X-Session-Token": token})
    assert (ended.status_code, ended.json()["meta"]["is_authenticated"]) == (401, False)
    assert events()[-1] == ("accounts.signed_out", monitor.pk, {})
    again = phone.get(f"{API}auth/session", headers={"X-Session-Token": token})
    assert again.status_code == 410


def test_headless_browser_client_is_off(client: Client) -> None:
    assert client.get("/_allauth/browser/v1/auth/session").status_code == 404


def test_headless_wrong_password_is_recorded(ann: User) -> None:
    answer = Client().post(
        f"{API}auth/login", {"email": "ann@example.org", "password": "wrong"},
        content_type="application/json",
    )  # fmt: skip
    assert answer.status_code == 400
    assert events()[0][0] == "accounts.sign_in_failed"
