"""What signing in and out leaves in the trail, and how long a session lasts.

An e-mail address is kept in allauth's table as well, from the moment the account has it.
An attempted identifier is kept as a keyed hash only: people type passwords into the wrong box.
"""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import signals as auth_signals
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_save
from django.http import HttpRequest

from accounts import audit
from accounts.models import User


def connect() -> None:
    """Listen; called once, by AccountsConfig.ready."""
    pre_save.connect(lower_email, sender=User)
    post_save.connect(keep_address, sender=User)
    auth_signals.user_logged_in.connect(signed_in)
    auth_signals.user_logged_out.connect(signed_out)
    auth_signals.user_login_failed.connect(sign_in_failed)
    account_signals.login_code_rejected.connect(code_refused)
    account_signals.password_reset_code_rejected.connect(code_refused)
    mfa_signals.authentication_failed.connect(second_factor_failed)
    for name, signal in _OF_ACCOUNT.items():
        signal.connect(_account_changed(name), weak=False)
    post_save.connect(second_factor_added, sender=Authenticator)
    post_delete.connect(second_factor_removed, sender=Authenticator)
    post_delete.connect(session_ended, sender=UserSession)


_OF_ACCOUNT = {
    "accounts.password_changed": account_signals.password_changed,
    "accounts.password_set": account_signals.password_set,
    "accounts.password_reset": account_signals.password_reset,
    "accounts.email_changed": account_signals.email_changed,
    "accounts.email_added": account_signals.email_added,
    "accounts.email_removed": account_signals.email_removed,
}


def lower_email(instance: User, **kwargs: Any) -> None:
    """allauth looks addresses up in lower case, so that is how they are kept."""
    if instance.email:
        instance.email = instance.email.lower()


def keep_address(
    instance: User, created: bool, raw: bool = False, update_fields: Any = None, **kwargs: Any
) -> None:
    """The account's address as allauth's own row, which its pages would else write when opened.

    One that was replaced or taken away is forgotten there too: it must open no door.
    """
    if raw or (update_fields is not None and "email" not in update_fields):
        return
    rows = EmailAddress.objects.filter(user=instance)
    if not instance.email:
        if not created:
            rows.delete()
    elif created or not rows.filter(email=instance.email).exists():
        rows.filter(primary=True).delete()
        EmailAddress.objects.create(user=instance, email=instance.email, primary=True)


def signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A participant's session lasts 90 days from its last use; staff idle time is the guard's."""
    if not user.is_staff:
        request.session.set_expiry(settings.PARTICIPANT_SESSION_DAYS * 24 * 3600)
    methods = [record["method"] for record in get_authentication_records(request, user)]
    _record("accounts.signed_in", by=user, obj=user, changes={"methods": methods})


def signed_out(user: User | None, **kwargs: Any) -> None:
    if user is not None:
        _record("accounts.signed_out", by=user, obj=user)


def sign_in_failed(
    credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    attempted = next(
        (str(credentials[key]) for key in ("email", "username") if credentials.get(key)), ""
    )
    _record(
        "accounts.sign_in_failed", by=_person(request),
        changes={"identifier_hmac": audit.fingerprint(attempted), "method": "password"},
    )  # fmt: skip


def code_refused(user: User, request: HttpRequest, last_attempt: bool, **kwargs: Any) -> None:
    _record(
        "accounts.sign_in_failed", by=_person(request), obj=user,
        changes={"method": "code", "last_attempt": last_attempt},
    )  # fmt: skip


def second_factor_failed(user: User, request: HttpRequest, **kwargs: Any) -> None:
    authenticator = kwargs.get("authenticator")
    _record(
        "accounts.sign_in_failed", by=_person(request), obj=user,
        changes={"method": "mfa", "type": getattr(authenticator, "type", None)},
    )  # fmt: skip


def second_factor_added(instance: Authenticator, created: bool, **kwargs: Any) -> None:
    """In the transaction of the change: allauth's own signal comes only after it."""
    if created:
        _record_factor("accounts.mfa_added", instance)


def second_factor_removed(instance: Authenticator, **kwargs: Any) -> None:
    _record_factor("accounts.mfa_removed", instance)


def _record_factor(action: str, authenticator: Authenticator) -> None:
    by = _person(allauth_context.request)
    changes = {"user": authenticator.user_id, "type": authenticator.type}
    _record(action, by=by, obj=authenticator, changes=changes)


def session_ended(instance: UserSession, **kwargs: Any) -> None:
    """A line of the sessions list has gone: ended by hand, or found to have run out."""
    _record(
        "accounts.session_ended",
        by=_person(allauth_context.request),
        obj=instance,
        changes={"user": instance.user_id},
    )


def _account_changed(action: str) -> Any:
    def receiver(request: HttpRequest, user: User, **kwargs: Any) -> None:
        _record(action, by=_person(request) or user, obj=user)

    return receiver


def _person(request: HttpRequest | None) -> User | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def _record(action: str, *, by: User | None, **details: Any) -> None:
    with transaction.atomic():
        audit.record(action=action, by=by, **details)
