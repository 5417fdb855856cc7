"""What every entry shares that a phone may send again: `edit`, the same body, and who wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import EditConflict, Refused
from logging_app.rules import Step, edit_step


class WrittenAlready(Refused):
    """Staff copy from paper, and the participant has said it themselves by now."""

    code = "written_already"
    status = 409
    detail = _("The participant wrote this themselves. It stays as they wrote it.")


def changed(row: Any, fields: Mapping[str, Any]) -> list[str]:
    """The names of the fields in which a stored row differs from what arrived."""
    return [name for name, value in fields.items() if getattr(row, name) != value]


def nothing_to_do(row: Any, *, edit: int, same_body: bool) -> bool:
    """Whether the stored row stands as it is: sent again, or late. Raises EditConflict."""
    step = edit_step(stored_edit=row.edit, edit=edit, same_body=same_body)
    if step is Step.CONFLICT:
        raise EditConflict
    return step is Step.KEEP


def keep_own_words(stored: Any, paper_date: date | None) -> None:
    """Raise WrittenAlready where what stands is the participant's own and paper would replace it:
    staff correct what staff copied, until the participant has corrected it."""
    if stored is None or paper_date is None:
        return
    own = stored.participant.user_id
    if stored.paper_date is None or stored.history.filter(history_user=own).exists():
        raise WrittenAlready


def with_history(row: Any, *, by: User, why: str = "") -> Any:
    """The row, told who changes it and why, for its history."""
    row._history_user = by
    row._change_reason = why
    return row
