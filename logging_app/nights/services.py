"""The one write of the diary: a night, kept or corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction

import protocol
from accounts import audit
from accounts.models import User
from core import clock
from enrollment.models import BaselineRecord, Participant
from enrollment.selectors import may_write
from enrollment.services.baseline import record_baseline
from logging_app.edits import changed, keep_own_words, nothing_to_do, with_history
from logging_app.models import SleepNight
from logging_app.nights import rules
from logging_app.paper import rules as paper


@dataclass(frozen=True)
class Recorded:
    """What became of an entry: its row, and whether it is new."""

    night: SleepNight
    created: bool


@transaction.atomic
def record_night(
    *,
    participant: Participant,
    morning: date,
    entry: Mapping[str, Any],
    edit: int = 1,
    device_time: datetime | None = None,
    paper_date: date | None = None,
    by: User,
    now: datetime,
) -> Recorded:
    """Keep the night that ended on `morning`, or correct it where `edit` is higher.

    `entry` holds rules.ENTRY_FIELDS (local clock times, minutes, quality 0–10); what it omits is
    unknown (null). `device_time` is the phone's clock when it was entered, `paper_date` the date on
    the paper that staff (`by`) copy it from. The night keeps the zone it was first written in;
    `received_at` is when the values that stand arrived. Raises Withdrawn, Locked, ConsentPending,
    EditConflict, WrittenAlready (paper only) and ValidationError by field (`date` for a morning to
    come). The same entry again changes nothing.
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    may_write(participant, now)
    stored = SleepNight.objects.filter(participant=participant, date=morning).first()
    keep_own_words(stored, paper_date)
    fields = {name: entry.get(name) for name in rules.ENTRY_FIELDS}
    differs = changed(stored, fields) if stored else []
    if stored is not None and nothing_to_do(stored, edit=edit, same_body=not differs):
        return Recorded(stored, created=False)
    night = stored or SleepNight(
        participant=participant, date=morning, zone=participant.zone, entered_by=by
    )
    asked = rules.night_of(morning, ZoneInfo(night.zone), fields)
    today = clock.local_date(now, participant.tz)
    found = rules.problems(morning, asked, today=today) | paper.problems(paper_date, today=today)
    if found:
        raise ValidationError(found)
    for name, value in {**fields, "edit": edit, "received_at": now}.items():
        setattr(night, name, value)
    night.device_time = device_time or night.device_time
    night.paper_date = paper_date or night.paper_date
    # The participant is locked and the morning was just looked up: no query is owed.
    night.full_clean(validate_unique=False, validate_constraints=False, exclude=["participant"])
    with_history(night, by=by).save(force_insert=stored is None)
    audit.record(
        action="night.corrected" if stored else "night.recorded",
        by=by,
        obj=night,
        participant_id=participant.pk,
        changes={"edit": edit, "changed": differs, "paper": paper_date is not None},
    )
    _report_baseline(participant, by=by, now=now)
    return Recorded(night, created=stored is None)


def _report_baseline(participant: Participant, *, by: User, now: datetime) -> None:
    """Tell enrollment how many of the last nights have a quality, until day 1 is known."""
    asked = protocol.current().diary
    if asked is None or participant.day_one is not None:
        return
    today = clock.local_date(now, participant.tz)
    count = SleepNight.objects.filter(
        participant=participant, quality__isnull=False,
        date__gt=today - timedelta(days=asked.nights_before), date__lte=today,
    ).count()  # fmt: skip
    record_baseline(
        participant=participant, part=BaselineRecord.Part.NIGHTS,
        complete=count >= asked.nights_at_least, count=count, by=by, now=now,
    )  # fmt: skip
