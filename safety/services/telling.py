"""Telling people about an alert: what is owed is a row, and a row that is not sent is an alarm.

The message names no participant, no arm and nothing that was said: it asks to open the safety page.
It is sent after the transaction, by the worker, at least once; the row says what became of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

import protocol
from accounts import audit
from accounts.messages.gateways import gateway
from accounts.models import OutgoingMessage, User
from accounts.services import send_email
from core import clock, one_writer
from protocol import SafetyTier
from safety import selectors
from safety.models import AlertMessage, AlertStep, SafetyAlert
from safety.rules import passed_on_times

EMAIL, TEXT = "email", "sms"
# A tier to be answered within an hour is not left to e-mail alone.
URGENT_MINUTES = 60
# A claim that was never answered for (a worker was killed) is taken up again.
CLAIM_HOLDS = timedelta(minutes=2)
RETRY_AFTER = timedelta(minutes=5)


def owe(
    alert: SafetyAlert, tier: SafetyTier, *, level: int, people: Iterable[int], now: datetime
) -> None:
    """Write down who is to be told by which channel; they are told when the transaction ends."""
    rows = [
        AlertMessage(alert=alert, level=level, to_id=person, channel=channel, owed_at=now)
        for person in people
        for channel in channels(tier)
    ]
    # Nobody to tell is trouble of its own, and shows as such.
    rows = rows or [
        AlertMessage(
            alert=alert, level=level, channel=EMAIL, owed_at=now, state=AlertMessage.State.FAILED
        )
    ]
    AlertMessage.objects.bulk_create(rows, ignore_conflicts=True)


def channels(tier: SafetyTier) -> tuple[str, ...]:
    """By which channels a tier is told: each gets a message of its own."""
    return (EMAIL, TEXT) if tier.acknowledge_minutes <= URGENT_MINUTES else (EMAIL,)


def escalate(now: datetime) -> int:
    """Pass every unanswered alert on at its tier's times; returns how often that was done now.

    Nothing is skipped: an alert that nobody could look after for a day is passed on once for each
    time that went by, to the next person, and at the last to every clinician and coordinator.
    """
    waiting = SafetyAlert.objects.filter(state=SafetyAlert.State.OPEN).order_by("raised_at")
    return sum(_pass_on(pk, now) for pk in waiting.values_list("pk", flat=True))


@one_writer.in_line()
@transaction.atomic
def _pass_on(pk: int, now: datetime) -> int:
    alert = SafetyAlert.objects.select_for_update().select_related("participant__site").get(pk=pk)
    if alert.state != SafetyAlert.State.OPEN:
        return 0
    tier = protocol.current().safety_tier(alert.tier)
    known = set(alert.steps.filter(event=AlertStep.Event.ESCALATE).values_list("level", flat=True))
    levels = [
        n for n in range(1, passed_on_times(tier, alert.raised_at, now) + 1) if n not in known
    ]
    for level in levels:
        _pass_on_once(alert, tier, level, now)
    return len(levels)


def _pass_on_once(alert: SafetyAlert, tier: SafetyTier, level: int, now: datetime) -> None:
    """To the next who is called; the last time to everybody. The first of them owns it now."""
    site = alert.participant.site
    last = level >= len(tier.escalate_minutes)
    order = selectors.called_in_order(site, now)
    others = [person for person in order if person != alert.owner_id]
    people = selectors.everyone_to_tell(site, now) if last else others[:1] or order[:1]
    if others:
        alert.owner_id = others[0]
        alert.save()
    AlertStep.objects.create(
        alert=alert, event=AlertStep.Event.ESCALATE, level=level, to_id=alert.owner_id, at=now
    )
    audit.record(
        action="safety.alert_passed_on", by=None, obj=alert, participant_id=alert.participant_id,
        changes={"level": level, "owner": alert.owner_id},
    )  # fmt: skip
    owe(alert, tier, level=level, people=people, now=now)


def send_owed(now: datetime) -> int:
    """Send every message that waits, and try again what failed. Returns how many went."""
    ready = AlertMessage.objects.exclude(alert__state=SafetyAlert.State.CLOSED).filter(
        Q(state=AlertMessage.State.WAITING, tried_at=None)
        | Q(state=AlertMessage.State.WAITING, tried_at__lt=now - CLAIM_HOLDS)
        | Q(state=AlertMessage.State.FAILED, tried_at__lt=now - RETRY_AFTER)
    )
    return sum(_send(pk, now) for pk in ready.exclude(to=None).values_list("pk", flat=True))


def _send(pk: int, now: datetime) -> bool:
    """One message: claimed, sent outside any transaction, and what became of it written down."""
    claimed = AlertMessage.objects.filter(
        Q(tried_at=None) | Q(tried_at__lt=now - CLAIM_HOLDS), pk=pk
    ).exclude(state=AlertMessage.State.SENT)
    if not claimed.update(tried_at=now, attempts=F("attempts") + 1):
        return False  # another worker has it
    message = AlertMessage.objects.select_related("to", "alert__participant__site").get(pk=pk)
    person = message.to
    went = person is not None and CARRIERS[message.channel](message, person, now)
    _note(message, went=went, now=now)
    return went


def _text(message: AlertMessage, person: User, now: datetime) -> bool:
    """To the telephone on duty, else the person's own; without a gateway it did not go."""
    carrier = gateway()
    number = selectors.telephone(person, message.alert.participant.site, now)
    if carrier is None or not number:
        return False
    with translation.override(person.language or settings.LANGUAGE_CODE):
        words = _("%(site)s: something waits for your answer on the safety page.")
        sent = carrier.send(number, words % {"site": settings.EXDEP_SITE_NAME})
    return sent.state == OutgoingMessage.State.SENT


def _mail(message: AlertMessage, person: User, now: datetime) -> bool:
    if not person.email:
        return False
    with translation.override(person.language or settings.LANGUAGE_CODE):
        tier = protocol.current().safety_tier(message.alert.tier)
        context = {
            "tier": str(tier.label),
            "level": message.level,
            "site": settings.EXDEP_SITE_NAME,
        }
        mail = EmailMessage(
            subject=_("Please open the safety page"),
            body=render_to_string("safety/message.txt", context),
            to=[person.email],
        )
        sent = send_email(mail, kind="safety_alert", to_user=person)
    return sent.state == OutgoingMessage.State.SENT


CARRIERS: dict[str, Callable[[AlertMessage, User, datetime], bool]] = {EMAIL: _mail, TEXT: _text}


@transaction.atomic
def _note(message: AlertMessage, *, went: bool, now: datetime) -> None:
    """What became of it; the first failure is a step that everyone sees beside the alert."""
    first = message.state != AlertMessage.State.FAILED
    message.state = AlertMessage.State.SENT if went else AlertMessage.State.FAILED
    message.save(update_fields=["state"])
    if not went and first:
        AlertStep.objects.create(
            alert=message.alert, event=AlertStep.Event.UNDELIVERED, to=message.to, at=now
        )


def tick() -> None:
    """Every minute, by the worker: pass on what nobody answered, then send what is owed."""
    now = clock.now()
    escalate(now)
    send_owed(now)
