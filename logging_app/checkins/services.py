"""The writes of check-ins: what a participant tells, and that staff saw to what is new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

import protocol
from accounts import audit
from accounts.models import User
from core import clock
from core.errors import NotFound
from core.words import tidy
from enrollment.models import Participant
from enrollment.selectors import may_write
from logging_app import notes
from logging_app.checkins import rules
from logging_app.edits import changed, keep_own_words, nothing_to_do, with_history
from logging_app.models import CheckIn
from logging_app.paper import rules as paper
from safety.models import AdverseEvent
from safety.services.events import note_event


@dataclass(frozen=True)
class Recorded:
    """What became of an entry: its row, and whether it is new."""

    check_in: CheckIn
    created: bool


@transaction.atomic
def record_check_in(
    *,
    participant: Participant,
    due_on: date,
    entry: Mapping[str, Any],
    edit: int = 1,
    device_time: datetime | None = None,
    paper_date: date | None = None,
    by: User,
    now: datetime,
) -> Recorded:
    """Keep the check-in asked for on `due_on`, or correct it where `edit` is higher.

    `entry` holds rules.ENTRY_FIELDS (beats and minutes as whole numbers); what it omits is unknown
    (null). `paper_date` is the date on the paper that staff (`by`) copy it from. Raises Withdrawn,
    Locked, ConsentPending, EditConflict, WrittenAlready (paper only) and ValidationError by field
    (`date` for a day without a check-in). The same entry again changes nothing.
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    may_write(participant, now)
    stored = CheckIn.objects.filter(participant=participant, due_on=due_on).first()
    keep_own_words(stored, paper_date)
    fields = rules.settled(entry)
    differs = changed(stored, fields) if stored else []
    if stored is not None and nothing_to_do(stored, edit=edit, same_body=not differs):
        return Recorded(stored, created=False)
    _check(participant, due_on, fields, paper_date, now)
    row = stored or CheckIn(
        participant=participant, due_on=due_on, zone=participant.zone, entered_by=by
    )
    if {"anything_new", "new_text"} & set(differs):
        fields |= {"handled_as": "", "handled_note": "", "handled_at": None, "handled_by": None}
    for name, value in {**fields, "edit": edit, "received_at": now}.items():
        setattr(row, name, value)
    row.device_time = device_time or row.device_time
    row.paper_date = paper_date or row.paper_date
    # The participant is locked and the day was just looked up: no query is owed.
    row.full_clean(validate_unique=False, validate_constraints=False, exclude=["participant"])
    with_history(row, by=by).save(force_insert=stored is None)
    audit.record(
        action="check_in.corrected" if stored else "check_in.recorded", by=by, obj=row,
        participant_id=participant.pk,
        changes={"edit": edit, "changed": differs, "paper": paper_date is not None},
    )  # fmt: skip
    if stored is None or "new_text" in differs:
        notes.watch(row, by=by, now=now)
        _note_event(row, by=by, now=now)
    return Recorded(row, created=stored is None)


def _note_event(row: CheckIn, *, by: User, now: datetime) -> None:
    """What is new by the open question, the same in both arms, waits for a clinician's look."""
    if row.anything_new and row.new_text:
        # It may be answered before the day it is asked for.
        today = clock.local_date(now, row.participant.tz)
        note_event(
            participant=row.participant, verbatim=row.new_text, started_on=min(row.due_on, today),
            source=AdverseEvent.Source.SCHEDULED, source_kind="check_in", source_id=str(row.pk),
            by=by, now=now,
        )  # fmt: skip


def _check(
    participant: Participant, due_on: date, fields: Mapping[str, Any], paper_date: date | None,
    now: datetime,
) -> None:  # fmt: skip
    today = clock.local_date(now, participant.tz)
    found = rules.problems(
        due_on, fields, study=protocol.current(), day_one=participant.day_one, today=today
    ) | paper.problems(paper_date, today=today)
    if found:
        raise ValidationError(found)


@transaction.atomic
def see_to(*, check_in: CheckIn, became: str, note: str = "", by: User, now: datetime) -> CheckIn:
    """Staff say what they did about something new. Said again, the earlier answer is kept.

    Not asked of the gate: it is about staff's work, also after somebody left. Raises NotFound for a
    check-in without anything new, and ValidationError.
    """
    row = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    if not row.anything_new:
        raise NotFound
    if became not in CheckIn.Became.values:
        raise ValidationError({"handled_as": _("Please choose one.")})
    row.handled_as, row.handled_note = became, tidy(note, 300)
    row.handled_at, row.handled_by = now, by
    with_history(row, by=by).save()
    audit.record(
        action="check_in.seen_to", by=by, obj=row, participant_id=row.participant_id,
        changes={"as": became},
    )  # fmt: skip
    return row
