"""The private address of a participant's calendar: made, and taken back."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from core.errors import Forbidden
from enrollment.models import Participant
from enrollment.permissions import is_self
from enrollment.selectors import may_write
from schedule.models import CalendarLink
from schedule.selectors import calendar_hash
from schedule.services.rows import locked


@transaction.atomic
def make_calendar_link(*, participant: Participant, by: User, now: datetime) -> str:
    """A new secret for the calendar's address; the one before stops working at once.

    The secret is known to whoever gets it here and to nobody else: only its hash is kept. Raises
    what the gate raises, and Forbidden for anyone but the participant.
    """
    participant = locked(participant)
    may_write(participant, now)
    _refuse_stranger(participant, by)
    _revoke(participant, by, now)
    token = secrets.token_urlsafe(32)
    link = CalendarLink.objects.create(
        participant=participant, token_sha256=calendar_hash(token), made_at=now
    )
    audit.record(action="schedule.calendar_made", by=by, obj=link)
    return token


@transaction.atomic
def revoke_calendar_link(*, participant: Participant, by: User, now: datetime) -> None:
    """Take the calendar's address back, also after leaving and under a lock. Raises Forbidden."""
    participant = locked(participant)
    _refuse_stranger(participant, by)
    _revoke(participant, by, now)


def _refuse_stranger(participant: Participant, by: User) -> None:
    if not is_self(by, participant):
        raise Forbidden


def _revoke(participant: Participant, by: User, now: datetime) -> None:
    for link in CalendarLink.objects.filter(participant=participant, revoked_at=None):
        link.revoked_at = now
        link.save(update_fields=["revoked_at"])
        audit.record(action="schedule.calendar_revoked", by=by, obj=link)
