"""An instructor signs a session they supervised, or writes down a group's session for everyone.

The session is the participant's: a sheet keeps a workout as if they had logged it, and they add
how it felt by correcting it. What they logged themselves is signed, never doubled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import protocol
from accounts import audit
from accounts.models import User
from core.errors import NotFound, Refused, Voided
from core.words import tidy
from enrollment.models import Participant
from enrollment.selectors import may_write
from logging_app.edits import with_history
from logging_app.models import Supervision, Workout
from logging_app.services import record_workout
from schedule.permissions import must_instruct

JUDGED = {
    "yes": gettext_lazy("yes"), "partly": gettext_lazy("partly"), "no": gettext_lazy("no")
}  # fmt: skip
# Two starts of one kind of session this close are one session, told twice.
SAME_SESSION = timedelta(minutes=90)


@dataclass(frozen=True)
class Signature:
    """How a session was supervised: a mode of `Supervision.Mode`, for each line of the protocol's
    checklist that was judged "yes", "partly" or "no", and a note."""

    mode: str
    fidelity: Mapping[str, str]
    note: str = ""


@dataclass(frozen=True)
class Present:
    """One person on an attendance sheet. Null minutes are the sheet's; effort 0–10."""

    participant: Participant
    minutes: int | None = None
    effort: int | None = None


@dataclass(frozen=True)
class Line:
    """What became of one person on a sheet: the workout (`new`, or one that was there already),
    or why there is none."""

    participant: Participant
    workout: Workout | None = None
    new: bool = False
    refused: str = ""


@transaction.atomic
def supervise(
    *,
    participant: Participant,
    uuid: UUID,
    signature: Signature,
    by: User,
    now: datetime,
    reason: str = "",
    sheet: UUID | None = None,
) -> Supervision:
    """Sign that a workout was supervised. The same again changes nothing; another word needs a
    `reason`, and the earlier one is kept.

    Raises what the gate raises, Forbidden, NotFound (not theirs, or taken back), ValidationError.
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    may_write(participant, now)
    must_instruct(by, participant)
    workout = participant.workouts.all().counted().filter(pk=uuid).first()
    if workout is None:
        raise NotFound
    fields = _checked(signature)
    row = Supervision.objects.filter(workout=workout).first()
    if row is not None and all(getattr(row, name) == value for name, value in fields.items()):
        return row
    words = tidy(reason, 200)
    if row is not None and not words:
        raise ValidationError({"reason": _("This is signed already. Please say what changes.")})
    signed = row or Supervision(workout=workout, participant=participant, sheet=sheet)
    for name, value in {**fields, "by": by, "signed_at": now}.items():
        setattr(signed, name, value)
    signed.full_clean(exclude=["workout", "participant"])
    with_history(signed, by=by, why=words).save()
    audit.record(
        action="workout.supervision_corrected" if row else "workout.supervised",
        by=by, obj=signed, changes={"workout": uuid, "sheet": signed.sheet},
    )  # fmt: skip
    return signed


def record_sheet(
    *,
    sheet: UUID,
    entry: Mapping[str, Any],
    signature: Signature,
    present: Iterable[Present],
    by: User,
    now: datetime,
) -> list[Line]:
    """Keep one session for everyone who was present, each in a transaction of their own: who is
    refused says why and loses none of the others. The same sheet again makes nothing twice.

    `entry` holds modality, activity, started_at and duration_min as `record_workout` takes them.
    """
    return [_line(sheet, entry, signature, one, by, now) for one in present]


def _line(
    sheet: UUID, entry: Mapping[str, Any], signature: Signature, one: Present, by: User,
    now: datetime,
) -> Line:  # fmt: skip
    try:
        return _kept(sheet, entry, signature, one, by, now)
    except ValidationError as error:
        return Line(one.participant, refused=" ".join(error.messages))
    except Refused as refused:
        return Line(one.participant, refused=str(refused.text))


@transaction.atomic
def _kept(
    sheet: UUID, entry: Mapping[str, Any], signature: Signature, one: Present, by: User,
    now: datetime,
) -> Line:  # fmt: skip
    participant = Participant.objects.select_for_update().get(pk=one.participant.pk)
    must_instruct(by, participant)
    uuid = uuid5(sheet, str(participant.pk))
    there = participant.workouts.filter(pk=uuid).first() or _told_already(participant, entry)
    if there is not None and there.voided_at is not None:
        raise Voided
    if there is None:
        minutes = entry["duration_min"] if one.minutes is None else one.minutes
        fields = {**entry, "duration_min": minutes, "effort": one.effort}
        there = record_workout(
            participant=participant, uuid=uuid, entry=fields, by=by, now=now
        ).workout
        new = True
    else:
        new = False
    if not Supervision.objects.filter(workout=there).exists():
        supervise(
            participant=participant, uuid=there.pk, signature=signature, by=by, now=now, sheet=sheet
        )
    return Line(one.participant, there, new=new)


def _told_already(participant: Participant, entry: Mapping[str, Any]) -> Workout | None:
    """The same session, where the participant (or another sheet) told it before."""
    began = entry["started_at"]
    rows = participant.workouts.all().counted().filter(
        modality=entry["modality"],
        started_at__gt=began - SAME_SESSION, started_at__lt=began + SAME_SESSION,
    )  # fmt: skip
    return min(rows, key=lambda row: abs(row.started_at - began), default=None)


def _checked(signature: Signature) -> dict[str, Any]:
    known = {line.code for line in protocol.current().fidelity}
    wrong = [code for code, word in signature.fidelity.items() if word not in JUDGED]
    if wrong or set(signature.fidelity) - known:
        raise ValidationError({"fidelity": _("This is not on the study's checklist.")})
    note = tidy(signature.note, 300)
    return {"mode": signature.mode, "fidelity": dict(signature.fidelity), "note": note}
