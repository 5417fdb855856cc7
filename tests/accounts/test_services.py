"""Roles granted and ended, accounts closed, languages, and mail that fails."""

from __future__ import annotations

import smtplib
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import translation

from accounts import rules, services
from accounts.models import AuditEvent, OutgoingMessage, Site, StaffRole, User
from accounts.roles import Role
from tests.accounts.people import person

pytestmark = pytest.mark.django_db
ADDRESS = "somebody@example.org"


@pytest.fixture
def boss() -> User:
    return person("boss", is_superuser=True)


@pytest.fixture
def site() -> Site:
    return Site.objects.create(code="bj", name="A hospital", region="CN-11")


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("seq").values_list("action", flat=True))


def test_grant_role_gives_it_and_says_so(boss: User, site: Site) -> None:
    user = person()
    assert user.active_roles == {}
    granted = services.grant_role(user=user, role=Role.CLINICIAN, site=site, by=boss, reason="new")
    assert user.active_roles == {Role.CLINICIAN: frozenset({site.pk})}
    assert granted.granted_by == boss
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_id, event.role) == ("accounts.role_granted", boss.pk, "admin")
    assert event.changes == f'{{"role":"clinician","site":{site.pk},"user":{user.pk}}}'
    assert (event.object_type, event.reason) == ("accounts.staffrole", "new")


def test_grant_role_by_the_command_line_has_nobody(site: Site) -> None:
    assert services.grant_role(user=person(), role=Role.ADMIN, by=None).granted_by is None
    assert AuditEvent.objects.get().actor_id is None


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (Role.RATER, Role.MONITOR, "rater_alone"),
        (Role.MONITOR, Role.RATER, "rater_alone"),
        (Role.MONITOR, Role.MONITOR, "held_already"),
        (None, Role.PARTICIPANT, "not_staff"),
    ],
)
def test_grant_role_refuses_kindly(boss: User, first: Role | None, second: Role, code: str) -> None:
    user = person()
    if first:
        services.grant_role(user=user, role=first, by=boss)
    before = actions()
    with pytest.raises(ValidationError) as caught:
        services.grant_role(user=user, role=second, by=boss)
    assert caught.value.code == code
    assert caught.value.messages == [str(services.WHY_NOT_GRANT[code])]
    assert actions() == before


def test_grant_role_remembers_what_has_ended(boss: User) -> None:
    user = person()
    held = services.grant_role(user=user, role=Role.MONITOR, by=boss)
    services.end_role(staff_role=held, by=boss)
    with pytest.raises(ValidationError) as caught:
        services.grant_role(user=user, role=Role.RATER, by=boss)
    assert caught.value.code == "rater_alone"
    services.grant_role(user=user, role=Role.MONITOR, by=boss)
    assert user.active_roles == {Role.MONITOR: None}


def test_grant_role_refuses_a_superuser_who_would_rate(boss: User) -> None:
    with pytest.raises(ValidationError) as caught:
        services.grant_role(user=boss, role=Role.RATER, by=boss)
    assert caught.value.code == "superuser_rates"


@pytest.mark.parametrize("problem", services.WHY_NOT_GRANT)
def test_each_refusal_has_a_sentence(problem: rules.Problem) -> None:
    with translation.override("en"):
        assert str(services.WHY_NOT_GRANT[problem]).endswith(".")


def test_end_role_keeps_the_row(boss: User) -> None:
    user = person()
    held = services.grant_role(user=user, role=Role.INSTRUCTOR, by=boss)
    ended = services.end_role(staff_role=held, by=boss, reason="left")
    assert ended.ended_by == boss
    assert ended.ended_at is not None
    assert StaffRole.objects.get().ended_at is not None
    assert held.user.active_roles == {}
    assert actions() == ["accounts.role_granted", "accounts.role_ended"]
    with pytest.raises(ValidationError) as caught:
        services.end_role(staff_role=held, by=boss)
    assert caught.value.code == "ended"


def test_deactivate_user_ends_every_session(boss: User) -> None:
    from allauth.usersessions.models import UserSession

    user = person()
    for _ in range(2):
        store = SessionStore()
        store["a"] = 1
        store.save()
        UserSession.objects.create(user=user, ip="127.0.0.1", session_key=store.session_key)
    services.deactivate_user(user=user, by=boss, reason="asked for it")
    user.refresh_from_db()
    assert not user.is_active
    assert Session.objects.count() == 0
    assert actions() == ["accounts.user_deactivated", *["accounts.session_ended"] * 2]
    assert AuditEvent.objects.get(seq=1).reason == "asked for it"
    with pytest.raises(ValidationError) as caught:
        services.deactivate_user(user=user, by=boss, reason="again")
    assert caught.value.code == "closed"


def test_deactivate_user_refuses_ones_own_account(boss: User) -> None:
    with pytest.raises(ValidationError) as caught:
        services.deactivate_user(user=boss, by=boss, reason="x")
    assert caught.value.code == "own"


def test_change_language_is_kept_and_audited_once() -> None:
    user = person()
    services.change_language(user=user, language="zh-hans")
    services.change_language(user=user, language="zh-hans")
    user.refresh_from_db()
    assert user.language == "zh-hans"
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_id) == ("accounts.language_changed", user.pk)
    assert event.changes == '{"language":["en","zh-hans"]}'
    with pytest.raises(ValidationError):
        services.change_language(user=user, language="xx")


# --- mail


class Failing(BaseEmailBackend):
    """Fails as SMTP servers do, quoting the address."""

    error: Exception = OSError(f"no route to {ADDRESS}")

    def send_messages(self, messages: Any) -> int:
        raise self.error


def message() -> EmailMessage:
    return EmailMessage("Your code", "123-456", to=[ADDRESS])


def test_send_email_records_that_it_was_handed_over(mailoutbox: list[EmailMessage]) -> None:
    user = person(email=ADDRESS)
    sent = services.send_email(message(), kind="account/email/login_code", to_user=user)
    assert [mail.to for mail in mailoutbox] == [[ADDRESS]]
    assert (sent.state, sent.user, sent.error) == ("sent", user, "")


@pytest.mark.parametrize(
    ("error", "recorded"),
    [
        (OSError(f"no route to {ADDRESS}"), "OSError"),
        (smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"unknown")}), "SMTPRecipientsRefused"),
        (smtplib.SMTPDataError(451, f"{ADDRESS}: later".encode()), "SMTPDataError 451"),
        (RuntimeError(ADDRESS), "RuntimeError"),
    ],
)
def test_send_email_that_fails_is_recorded_without_the_address(
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    recorded: str,
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Failing"
    monkeypatch.setattr(Failing, "error", error)
    failed = services.send_email(message(), kind="account/email/login_code", to_user=None)
    assert (failed.state, failed.error) == ("failed", recorded)
    kept = [*OutgoingMessage.objects.values_list(), *[vars(line) for line in caplog.records]]
    assert ADDRESS not in str(kept)
    assert caplog.records[0].levelname == "ERROR"


def test_send_email_to_nobody_is_a_failure() -> None:
    failed = services.send_email(EmailMessage("a", "b"), kind="k" * 80, to_user=None)
    assert (failed.state, failed.error, failed.kind) == ("failed", "NoRecipient", "k" * 64)
