"""A plain change of one row by a member of staff: the row, its history and the trail together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db import models, transaction

from accounts import audit
from accounts.models import User

Row = TypeVar("Row", bound=models.Model)


@transaction.atomic
def save_row(*, row: Row, by: User, changed: Sequence[str], new: bool, reason: str = "") -> Row:
    """Save `row` as new or changed; the trail names the `changed` fields, never their values.

    `reason` stands in the row's history and in the trail. Constraints are the database's.
    """
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = reason  # type: ignore[attr-defined]
    row.save()
    audit.record(
        action=f"{row._meta.label_lower}_{'added' if new else 'changed'}", by=by, obj=row,
        changes={"changed": sorted(set(changed) - {"reason"})}, reason=reason,
    )  # fmt: skip
    return row
