"""The one place where a participant's state moves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from enrollment.models import STATES, Participant


@transaction.atomic
def advance(
    *, participant: Participant, event: str, by: User | None, now: datetime, reason: str = ""
) -> Participant:
    """Move `participant` by `event` as the table STATES says; their row is locked meanwhile.

    Changes `state` of the object given as well, and gives it back. `by=None` is the seed or the
    worker. Raises IllegalStep, and nothing has changed, where the table has no such step.
    """
    row = Participant.objects.select_for_update().get(pk=participant.pk)
    before, after = row.state, STATES.after(row.state, event)
    row.state = participant.state = Participant.State(after)
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = reason or event  # type: ignore[attr-defined]
    row.save(update_fields=["state"])
    audit.record(
        action=f"enrollment.{event}", by=by, obj=row, participant_id=row.pk, reason=reason, at=now,
        changes={"state": [before, after]},
    )  # fmt: skip
    return participant
