"""That an e-mail address is one's own: six digits by mail, kept as a keyed hash in the session."""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.selectors import user_of_email
from accounts.services import send_email

KEY = "joining"
GOOD_FOR = timedelta(minutes=15)
TRIES = 5
DIGITS = 6

Session = MutableMapping[str, Any]


def begin(session: Session, invitation_id: int, email: str, now: datetime) -> None:
    """Send the digits to `email`; somebody who has an account already is told so there instead,
    so that this page tells nobody else."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    known = user_of_email(email)
    session[KEY] = {
        "invitation": invitation_id, "email": email, "at": now.isoformat(), "tries": 0,
        "hash": "" if known else _hashed(code, email), "proved": False,
    }  # fmt: skip
    _mail(email, "has_account" if known else "code", code)


def waiting(session: Session, invitation_id: int) -> str:
    """The address that digits were sent to for this invitation; empty if none."""
    kept = session.get(KEY) or {}
    return str(kept["email"]) if kept.get("invitation") == invitation_id else ""


def prove(session: Session, invitation_id: int, typed: str, now: datetime) -> bool:
    """Whether `typed` are the digits sent, not too long ago and not guessed too often."""
    kept = session.get(KEY) or {}
    if kept.get("invitation") != invitation_id or kept["tries"] >= TRIES:
        return False
    fresh = now - datetime.fromisoformat(kept["at"]) <= GOOD_FOR
    digits = "".join(ch for ch in typed if ch.isdigit())
    right = constant_time_compare(_hashed(digits, kept["email"]), kept["hash"])
    session[KEY] = {**kept, "tries": kept["tries"] + 1, "proved": fresh and right}
    return bool(fresh and right)


def proved(session: Session, invitation_id: int) -> str:
    """The address proved for this invitation; empty if none."""
    kept = session.get(KEY) or {}
    return waiting(session, invitation_id) if kept.get("proved") else ""


def forget(session: Session) -> None:
    """Nothing is kept once the account is there."""
    session.pop(KEY, None)


def _hashed(code: str, email: str) -> str:
    return salted_hmac(KEY, f"{code}:{email}", algorithm="sha256").hexdigest()


def _mail(email: str, kind: str, code: str) -> None:
    context = {"site_name": settings.EXDEP_SITE_NAME, "code": code}
    subject = render_to_string("enrollment/join/mail_subject.txt", context).strip()
    body = render_to_string(f"enrollment/join/mail_{kind}.txt", context)
    message = EmailMessage(subject, body, to=[email])
    send_email(message, kind=f"enrollment/join_{kind}", to_user=user_of_email(email))


def send_invitation(email: str, link: str, language: str, until: datetime) -> None:
    """The link of a new invitation, in words that say nothing."""
    context = {"site_name": settings.EXDEP_SITE_NAME, "link": link, "until": until}
    with translation.override(language):
        subject = render_to_string("enrollment/join/mail_subject.txt", context).strip()
        body = render_to_string("enrollment/join/mail_invitation.txt", context)
    send_email(EmailMessage(subject, body, to=[email]), kind="enrollment/invitation", to_user=None)
