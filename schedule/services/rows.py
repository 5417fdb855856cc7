"""What the writes of a participant's weeks share: the locked participant, the row and the trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.db import models

from accounts import audit
from accounts.models import User
from enrollment.models import Participant

Row = TypeVar("Row", bound=models.Model)


def locked(participant: Participant) -> Participant:
    """The participant, whom nobody else writes for until this transaction ends."""
    return Participant.objects.select_for_update().get(pk=participant.pk)


def keep(
    row: Row, *, by: User, action: str, changes: Mapping[str, object] | None = None, why: str = ""
) -> Row:
    """Check and save `row` with its history. The trail tells of it, `why` stays with the row."""
    row.full_clean(validate_unique=False, exclude=["participant"])
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = why  # type: ignore[attr-defined]
    row.save()
    audit.record(action=action, by=by, obj=row, changes=changes)
    return row
