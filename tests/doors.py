"""Signing in as people do: by page for a cookie, by allauth's app endpoints for a token."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD

APP = "/_allauth/app/v1/auth"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def second_factor(user: User) -> None:
    """Give `user` a second factor, as scanning the code with a phone would."""
    totp.TOTP.activate(user, SECRET)


def code() -> str:
    """What the phone shows now; earlier codes and attempts are forgotten, so it works again."""
    cache.clear()
    counter = list(totp.yield_hotp_counters_from_time())[-1]
    return totp.format_hotp_value(totp.hotp_value(SECRET, counter))


def _has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user).exists()


def cookie(user: User, **options: object) -> Client:
    """A browser in which `user` is signed in."""
    client = Client(**options)
    answer = client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    if _has_second_factor(user):
        client.post(answer["location"], {"code": code()})
    assert client.session["_auth_user_id"] == str(user.pk)
    return client


def token(user: User) -> str:
    """A session token of `user`, for `X-Session-Token`."""
    phone = Client()
    answer = phone.post(
        f"{APP}/login", {"email": user.email, "password": PASSWORD}, content_type="application/json"
    )
    if _has_second_factor(user):
        answer = phone.post(
            f"{APP}/2fa/authenticate", {"code": code()}, content_type="application/json",
            headers={"X-Session-Token": answer.json()["meta"]["session_token"]},
        )  # fmt: skip
    assert answer.status_code == 200, answer.content
    return answer.json()["meta"]["session_token"]


def by_token(user: User) -> Client:
    """A native client of `user`: no cookie, a token with each request."""
    return Client(headers={"X-Session-Token": token(user)})
