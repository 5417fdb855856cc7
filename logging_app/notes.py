"""What people write in their own words: nobody reads it at once, and some words call for a look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from accounts.models import User
from logging_app.models import CheckIn, Workout
from safety.services.words import watch_words

WORKOUT, CHECK_IN = "workout", "check_in"


def watch(row: Workout | CheckIn, *, by: User, now: datetime) -> None:
    """Open an alert where the words of an entry call for one: when it is new, or the words are."""
    kind, text = (WORKOUT, row.notes) if isinstance(row, Workout) else (CHECK_IN, row.new_text)
    watch_words(
        participant=row.participant, text=text, source_kind=kind, source_id=f"{row.pk}:{row.edit}",
        by=by, now=now,
    )  # fmt: skip


def _of_workout(source: str) -> str:
    pk, _, edit = source.partition(":")
    row = Workout.history.filter(id=pk, edit=edit).first()
    return (row.notes or "") if row else ""


def _of_check_in(source: str) -> str:
    pk, _, edit = source.partition(":")
    row = CheckIn.history.filter(id=pk, edit=edit).first()
    return (row.new_text or "") if row else ""


# The words as they were when they were heard, for who answers the alert.
READERS: dict[str, Callable[[str], str]] = {WORKOUT: _of_workout, CHECK_IN: _of_check_in}
