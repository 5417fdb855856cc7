"""Days without sessions: a pause for illness or travel, and a hold for safety."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from core import clock
from core.errors import ConsentPending, Forbidden, NotFound
from core.words import tidy
from enrollment.models import Participant
from enrollment.permissions import is_self, same_site_as
from enrollment.selectors import may_write, refusal
from schedule import selectors
from schedule.models import Pause
from schedule.permissions import may_instruct
from schedule.services.rows import keep, locked

# A pause is often told of afterwards; longer ago than this it is the study team's to judge.
TOLD_AFTERWARDS = timedelta(days=14)
TOLD_AHEAD = timedelta(days=366)
FREELY_CHOSEN = frozenset({Pause.Kind.ILLNESS, Pause.Kind.TRAVEL, Pause.Kind.OTHER})
may_pause = is_self | same_site_as(Role.COORDINATOR, Role.CLINICIAN) | may_instruct
decides_on_holds = same_site_as(Role.CLINICIAN)


@transaction.atomic
def pause(
    *,
    participant: Participant,
    kind: str,
    starts_on: date,
    ends_on: date | None,
    reason: str = "",
    by: User,
    now: datetime,
) -> Pause:
    """Keep days without sessions, both dates included; without `ends_on` until somebody ends it.

    By the participant, whoever instructs them now, or a coordinator or clinician of the site.
    Pauses may overlap; the same one sent again is the one that is there. Raises what the gate
    raises, Forbidden, and ValidationError by field.
    """
    participant = locked(participant)
    may_write(participant, now)
    _refuse_stranger(participant, by)
    if kind not in FREELY_CHOSEN:
        raise Forbidden
    _check_dates(participant, starts_on, ends_on, now)
    there = Pause.objects.filter(
        participant=participant, kind=kind, starts_on=starts_on, ends_on=ends_on, ended_by=None
    ).first()
    if there is not None:
        return there
    row = Pause(
        participant=participant, kind=kind, starts_on=starts_on, ends_on=ends_on,
        reason=tidy(reason, 300), by=by, made_at=now,
    )  # fmt: skip
    return keep(row, by=by, action="schedule.paused", changes=_told(row))


@transaction.atomic
def end_pause(
    *, participant: Participant, pk: int, by: User, now: datetime, entirely: bool = False
) -> Pause:
    """End a pause, so that sessions are asked for from today on; `entirely`: it never was.

    One that is over stays as it is. Raises what the gate raises, Forbidden (a hold is cleared by
    `clear_hold`), and NotFound for a pause of somebody else.
    """
    participant = locked(participant)
    may_write(participant, now)
    _refuse_stranger(participant, by)
    row = _own(participant, pk)
    if row.kind == Pause.Kind.HOLD:
        raise Forbidden
    return _end(row, by=by, now=now, entirely=entirely, action="schedule.pause_ended")


@transaction.atomic
def hold(
    *,
    participant: Participant,
    reason: str,
    by: User,
    now: datetime,
    source_kind: str = "",
    source_id: str = "",
) -> Pause:
    """Ask for no session from today on, until a clinician clears it.

    By a clinician of the site; or for what safety found (`source_kind`, `source_id`), whoever
    wrote that down, once per source. A pending consent is no reason to wait. Raises Withdrawn,
    Locked, Forbidden, and ValidationError without a reason. The reason is for clinicians only.
    """
    participant = locked(participant)
    _refuse_gone(participant, now)
    if not source_kind and not decides_on_holds(by, participant):
        raise Forbidden
    if source_kind:
        there = Pause.objects.filter(
            participant=participant, source_kind=source_kind, source_id=source_id
        ).first()
        if there is not None:
            return there
    row = Pause(
        participant=participant, kind=Pause.Kind.HOLD, reason=_needed(reason, "reason"),
        starts_on=clock.local_date(now, participant.tz), by=by, made_at=now,
        source_kind=source_kind, source_id=source_id,
    )  # fmt: skip
    return keep(row, by=by, action="schedule.held", changes=_told(row))


@transaction.atomic
def clear_hold(*, participant: Participant, pk: int, words: str, by: User, now: datetime) -> Pause:
    """A clinician of the site, by name, ends a hold and says why; the words stay in its history.

    Raises Withdrawn, Locked, Forbidden, NotFound, and ValidationError without words.
    """
    participant = locked(participant)
    _refuse_gone(participant, now)
    if not decides_on_holds(by, participant):
        raise Forbidden
    row = _own(participant, pk)
    if row.kind != Pause.Kind.HOLD:
        raise NotFound
    why = _needed(words, "words")
    return _end(row, by=by, now=now, action="schedule.hold_cleared", why=why)


def _end(
    row: Pause, *, by: User, now: datetime, action: str, entirely: bool = False, why: str = ""
) -> Pause:
    yesterday = clock.local_date(now, row.participant.tz) - timedelta(days=1)
    before = row.starts_on - timedelta(days=1)
    last = before if entirely else max(before, yesterday)
    if row.ends_on is not None and row.ends_on <= last:
        return row
    row.ends_on, row.ended_by = last, by
    return keep(row, by=by, action=action, changes=_told(row), why=why)


def _refuse_stranger(participant: Participant, by: User) -> None:
    if not may_pause(by, participant):
        raise Forbidden


def _refuse_gone(participant: Participant, now: datetime) -> None:
    reason = refusal(participant, now)
    if reason is not None and reason is not ConsentPending:
        raise reason


def _check_dates(
    participant: Participant, starts_on: date, ends_on: date | None, now: datetime
) -> None:
    today = clock.local_date(now, participant.tz)
    if not selectors.exercises(participant):
        raise ValidationError(_("No sessions are asked for here, so there is nothing to pause."))
    if starts_on < today - TOLD_AFTERWARDS:
        raise ValidationError({
            "starts_on": _("This is more than two weeks ago. Please tell the study team.")
        })  # fmt: skip
    if starts_on > today + TOLD_AHEAD:
        raise ValidationError({"starts_on": _("This is too far ahead. Please check the year.")})
    if ends_on is not None and ends_on < starts_on:
        raise ValidationError({"ends_on": _("It ends after it begins.")})


def _own(participant: Participant, pk: int) -> Pause:
    row = Pause.objects.filter(participant=participant, pk=pk).first()
    if row is None:
        raise NotFound
    return row


def _needed(text: str, field: str) -> str:
    words = tidy(text, 300)
    if not words:
        raise ValidationError({field: _("Please say why, in a few words.")})
    return words


def _told(row: Pause) -> dict[str, object]:
    """What the trail says: the dates, and not the reason."""
    return {"kind": str(row.kind), "starts_on": row.starts_on, "ends_on": row.ends_on}
