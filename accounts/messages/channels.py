"""Handing one note to one person, by the first of their channels that takes it."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.mail import EmailMessage, get_connection

from accounts.messages import push
from accounts.messages.gateways import gateway
from accounts.messages.outcome import SENT, Outcome, failed, rejected
from accounts.models import Channel, OutgoingMessage, User
from accounts.models.reach import new_key

logger = logging.getLogger("exdep.messages")


@dataclass(frozen=True)
class Note:
    """What is said, in the person's own language and neutral: it may lie on a lock screen.

    `link` makes the address of one attempt from its key; `stop` is the address that ends such
    notes, with `stop_words` before it; empty where there is nothing to end. `lasts`: how long a
    phone that is off may get it late.
    """

    kind: str
    subject: str
    words: str
    link: Callable[[str], str]
    stop: str = ""
    stop_words: str = ""
    lasts: timedelta = timedelta(hours=1)

    def text(self, key: str) -> str:
        end = f"\n\n{self.stop_words} {self.stop}" if self.stop else ""
        return f"{self.words}\n\n{self.link(key)}{end}\n"

    def line(self, key: str) -> str:
        """The same for a text message."""
        return " ".join(self.text(key).split())


@dataclass(frozen=True)
class Delivered:
    """The channel that took a note, or None; `perhaps` where one of them may have."""

    by: str | None
    perhaps: bool = False

    @property
    def may_have_arrived(self) -> bool:
        return self.by is not None or self.perhaps


def deliver(*, user: User, note: Note, channels: Iterable[str], now: datetime) -> Delivered:
    """Try each channel in order until one takes the note, and keep a row of each attempt.

    A channel without an address is passed over. After an attempt that may have arrived nothing
    more is tried. Call it outside a transaction: what is sent cannot be taken back.
    """
    for channel in usable(user, channels):
        key = new_key()
        outcome = _SENDERS[channel](user, note, key, now)
        keep(outcome, kind=note.kind, channel=channel, user=user, key=key, now=now)
        if outcome.may_have_arrived:
            return Delivered(channel if outcome == SENT else None, outcome.perhaps)
    return Delivered(None)


def keep(
    outcome: Outcome,
    *,
    kind: str,
    channel: str,
    user: User | None,
    now: datetime,
    key: str | None = None,
) -> OutgoingMessage:
    """The row of one attempt: by which channel and what became of it, without address and text."""
    if outcome != SENT:
        logger.warning(
            "a message was not handed over",
            extra={"kind": kind, "channel": channel, "error": outcome.error},
        )
    return OutgoingMessage.objects.create(
        user=user, kind=kind[:64], channel=channel, state=outcome.state,
        error=outcome.error[:200], key=key or new_key(), created_at=now,
    )  # fmt: skip


def usable(user: User, channels: Iterable[str]) -> Sequence[str]:
    """Those of `channels` by which this person can be reached at all, in the same order."""
    there = {
        Channel.PUSH: user.push_subscriptions.exists,
        Channel.EMAIL: lambda: bool(user.email),
        Channel.SMS: lambda: bool(number(user)) and gateway() is not None,
    }
    return [channel for channel in channels if there[Channel(channel)]()]


def number(user: User) -> str:
    """Somebody's telephone number as machines read it; empty where there is none."""
    digits = "".join(c for c in user.phone if c.isascii() and c.isdigit())
    plus = "+" if user.phone.strip().startswith("+") else ""
    return plus + digits if digits else ""


def _by_push(user: User, note: Note, key: str, now: datetime) -> Outcome:
    """To every browser that takes notes. One that the service no longer knows is forgotten."""
    payload = {"title": note.subject, "body": note.words, "url": note.link(key)}
    outcomes = []
    for subscription in user.push_subscriptions.order_by("pk"):
        outcome = push.send(subscription, payload, now=now, lasts=note.lasts)
        if outcome.state == OutgoingMessage.State.REJECTED:
            subscription.delete()
        outcomes.append(outcome)
    best = [SENT, *(o for o in outcomes if o.perhaps), *outcomes]
    return next((o for o in best if o in outcomes), rejected("NoSubscription"))


def _by_email(user: User, note: Note, key: str, now: datetime) -> Outcome:
    headers = {"Auto-Submitted": "auto-generated"}
    if note.stop:  # RFC 8058: the mail program shows a button that posts there
        headers["List-Unsubscribe"] = f"<{note.stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMessage(note.subject, note.text(key), to=[user.email or ""], headers=headers)
    return hand_over_mail(mail)


def hand_over_mail(mail: EmailMessage) -> Outcome:
    """SMTP errors quote addresses, so that only their kind is kept."""
    connection = get_connection()
    try:
        connection.open()
    except Exception as error:  # any backend, any reason: nothing was handed over
        return failed(type(error).__name__)
    mail.connection = connection
    try:
        return SENT if mail.send() else rejected("NoRecipient")
    except smtplib.SMTPRecipientsRefused as error:
        return rejected(type(error).__name__)
    except smtplib.SMTPResponseException as error:
        return failed(f"{type(error).__name__} {error.smtp_code}")
    except (TimeoutError, smtplib.SMTPServerDisconnected) as error:
        return failed(type(error).__name__, perhaps=True)
    except Exception as error:  # any backend, any reason
        return failed(type(error).__name__)
    finally:
        connection.close()


def _by_sms(user: User, note: Note, key: str, now: datetime) -> Outcome:
    found = gateway()
    return found.send(number(user), note.line(key)) if found else rejected("NoGateway")


_SENDERS: dict[str, Callable[[User, Note, str, datetime], Outcome]] = {
    Channel.PUSH: _by_push,
    Channel.EMAIL: _by_email,
    Channel.SMS: _by_sms,
}
