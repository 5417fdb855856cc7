"""The baseline: which of its parts are there, and the lock before allocation. No score here."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.roles import Role
from core.errors import Forbidden
from enrollment.models import BaselineRecord, Participant
from enrollment.services import ready
from enrollment.services.ready import NotReady
from enrollment.services.states import advance

# Once the baseline is locked, what comes later is no part of it.
OVER = frozenset({
    Participant.State.READY, Participant.State.ALLOCATED, Participant.State.COMPLETED,
    Participant.State.WITHDRAWN, Participant.State.NOT_ELIGIBLE,
})  # fmt: skip


@transaction.atomic
def record_baseline(
    *, participant: Participant, part: str, complete: bool, count: int, by: User, now: datetime,
    voided: bool = False,
) -> BaselineRecord | None:  # fmt: skip
    """Note how far one part of the baseline is (`count`: nights, or answered questions).

    Called by the rooms that hold the data, in their transaction. A part that was complete stays
    so, unless staff `voided` what made it so. None, and nothing written, once the baseline is
    locked or the person has gone.
    """
    if participant.day_one is not None or participant.state in OVER:
        return None
    row = BaselineRecord.objects.filter(participant=participant, part=part).first()
    row = row or BaselineRecord(participant=participant, part=part)
    is_complete = complete if voided else row.complete or complete
    if row.pk and (row.complete, row.count) == (is_complete, count):
        return row
    row.complete, row.count, row.reported_at = is_complete, count, now
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    return row


@transaction.atomic
def lock_baseline(*, participant: Participant, by: User, now: datetime) -> Participant:
    """Close the baseline. Coordinators at the participant's site. Raises Forbidden, NotReady with
    what is missing, and IllegalStep where the participant stands elsewhere."""
    person = Participant.objects.select_for_update().get(pk=participant.pk)
    sites = by.sites(Role.COORDINATOR)
    if not by.has_role(Role.COORDINATOR) or (sites is not None and person.site_id not in sites):
        raise Forbidden
    if missing := ready.missing_for_baseline(person):
        raise NotReady(missing)
    parts = BaselineRecord.objects.filter(participant=person).values_list("part", "count")
    audit.record(
        action="baseline.locked", by=by, obj=person, participant_id=person.pk,
        changes={"parts": dict(parts)},
    )  # fmt: skip
    return advance(participant=person, event="lock_baseline", by=by, now=now)
