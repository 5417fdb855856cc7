"""Raising an alert, and every step that a person takes with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

import protocol
from accounts import audit
from accounts.models import User
from core import clock, one_writer
from core.errors import Forbidden, NotFound
from core.words import tidy
from enrollment.models import Participant, Withdrawal
from protocol import SafetyTier
from safety import selectors
from safety.models import ALERT_STATES, ANSWERS_ALERTS, AlertStep, SafetyAlert
from safety.services.telling import owe
from schedule.selectors import exercises
from schedule.services.pauses import hold

HELD_BY = "safety_alert"
Event = AlertStep.Event
BY_PEOPLE = frozenset({Event.ACKNOWLEDGE, Event.ASSESS, Event.CLOSE, Event.HAND_OVER, Event.NOTE})


@one_writer.in_line()
@transaction.atomic
def raise_alert(
    *,
    participant: Participant,
    kind: SafetyAlert.Kind,
    tier: str,
    source_kind: str,
    source_id: str,
    detail: Mapping[str, object],
    by: User | None,
    now: datetime | None = None,
) -> SafetyAlert:
    """Open an alert once per source, in the transaction of what caused it.

    Its owner is who is on duty; they are told once the transaction ends. A tier that holds
    sessions holds them. The same source again only renews what was said.
    """
    at = now or clock.now()
    order = selectors.called_in_order(participant.site, at)
    alert, new = SafetyAlert.objects.get_or_create(
        kind=kind,
        source_kind=source_kind,
        source_id=source_id,
        defaults={
            "participant": participant, "tier": tier, "detail": dict(detail), "raised_at": at,
            "owner_id": order[0] if order else None,
        },
    )  # fmt: skip
    if not new and alert.detail == dict(detail):
        return alert
    if not new:
        alert.detail = dict(detail)
        alert.save()
    audit.record(
        action="safety.alert_raised" if new else "safety.alert_changed",
        by=by,
        obj=alert,
        participant_id=participant.pk,
        changes={"kind": kind, "tier": tier, "source": f"{source_kind}:{source_id}"},
    )
    if new:
        owe(alert, _tier(alert), level=0, people=order[:1], now=at)
        _hold_sessions(alert, by=by, now=at)
    return alert


def _hold_sessions(alert: SafetyAlert, *, by: User | None, now: datetime) -> None:
    """No session is asked for until a clinician clears it; a log is never refused."""
    person = alert.participant
    gone = Withdrawal.objects.filter(participant=person).exists()
    if by is None or gone or not _tier(alert).holds_sessions or not exercises(person):
        return
    hold(
        participant=person, reason=str(alert.get_kind_display()), by=by, now=now,
        source_kind=HELD_BY, source_id=str(alert.pk),
    )  # fmt: skip


@one_writer.in_line()
@transaction.atomic
def take_step(
    *,
    alert: SafetyAlert,
    event: str,
    words: str,
    by: User,
    now: datetime,
    to: User | None = None,
) -> AlertStep:
    """A named clinician acknowledges, assesses, closes, hands over or notes, in words.

    Acknowledging makes them the owner; handing over names the next one (`to`). Raises NotFound for
    an alert of another site, Forbidden for whoever does not answer alerts, IllegalStep for a step
    that the table has not, and ValidationError without words or with nobody to hand over to.
    """
    row = SafetyAlert.objects.select_for_update().select_related("participant__site").get(
        pk=alert.pk
    )  # fmt: skip
    _refuse_stranger(row, by)
    if event not in BY_PEOPLE:
        raise Forbidden
    if event != Event.NOTE:
        row.state = ALERT_STATES.after(row.state, event)
    _set_owner(row, event, by=by, to=to)
    step = AlertStep(
        alert=row, event=event, by=by, to=to if event == Event.HAND_OVER else None,
        words=_words(words), at=now,
    )  # fmt: skip
    step.full_clean(exclude=["alert"])
    step.save()
    row._history_user, row._history_date = by, now  # type: ignore[attr-defined]
    row.save()
    audit.record(
        action=f"safety.alert_{event}", by=by, obj=row, participant_id=row.participant_id, at=now,
        changes={"state": row.state, "owner": row.owner_id},
    )  # fmt: skip
    return step


def _set_owner(row: SafetyAlert, event: str, *, by: User, to: User | None) -> None:
    if event == Event.ACKNOWLEDGE:
        row.owner = by
    if event != Event.HAND_OVER:
        return
    if to is None or to.pk not in selectors.called_in_order(row.participant.site, clock.now()):
        raise ValidationError({"to": _("Choose a clinician of this site.")})
    row.owner = to


def _refuse_stranger(row: SafetyAlert, by: User) -> None:
    sites = by.sites(ANSWERS_ALERTS)
    if not by.has_role(ANSWERS_ALERTS):
        raise Forbidden
    if sites is not None and row.participant.site_id not in sites:
        raise NotFound


def _words(text: str) -> str:
    words = tidy(text)
    if not words:
        raise ValidationError({"words": _("Please say in words what was done.")})
    return words


def _tier(alert: SafetyAlert) -> SafetyTier:
    return protocol.current().safety_tier(alert.tier)
