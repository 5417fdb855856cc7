"""The only place where rows become data frames: one function per table.

Each takes a `Chunk` (a few participants) and gives a frame with at least the columns that the
codebook names for the table; `shaped` picks, types and sorts them. What is missing is missing:
never zero, never an empty text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from assessments.models import ArmGuess, RatingAgreement, Response
from data_management import rules
from data_management.codebook import DTYPES, Column
from data_management.frames import chunk as _chunk
from data_management.frames.check_ins import check_ins
from data_management.frames.chunk import Chunk, Rows, Scope, chunks
from data_management.frames.conduct import contacts, deviations, medications
from data_management.frames.estimates import estimates
from data_management.frames.events import adverse_events
from data_management.frames.nights import sleep_nights
from data_management.frames.people import allocations, consents, participants, withdrawals
from data_management.frames.prescribed import fitness_assessments, prescriptions, sessions
from data_management.frames.questionnaires import (
    responses,
    scores,
    visits,
    voided_responses,
)
from data_management.frames.ratings import arm_guesses, double_ratings
from data_management.frames.screenings import screenings
from data_management.frames.training import strength_sets, weeks, workouts
from data_management.rules import Kind
from enrollment.models import ConsentRecord, Participant, Screening, Withdrawal
from estimates.models import Estimate
from logging_app.models import CheckIn, SleepNight, Workout
from safety.models import AdverseEvent

Frame = Callable[[Chunk], pd.DataFrame]

FRAMES: dict[str, Frame] = {
    "participants": participants, "screenings": screenings, "consents": consents,
    "allocations": allocations,
    "fitness_assessments": fitness_assessments, "prescriptions": prescriptions,
    "sessions": sessions, "workouts": workouts, "weeks": weeks, "strength_sets": strength_sets,
    "sleep_nights": sleep_nights, "check_ins": check_ins, "visits": visits,
    "responses": responses, "scores": scores, "voided_responses": voided_responses,
    "double_ratings": double_ratings, "arm_guesses": arm_guesses, "estimates": estimates,
    "withdrawals": withdrawals, "medications": medications, "deviations": deviations,
    "contacts": contacts, "adverse_events": adverse_events,
}  # fmt: skip

# What orders a participant's rows beside the participant.
ORDER: dict[str, tuple[str, ...]] = {
    "consents": ("signed_at", "document_version"),
    "fitness_assessments": ("assessed", "pk"),
    "prescriptions": ("version", "place"),
    "sessions": ("programme_week", "session_key"),
    "workouts": ("started_at", "workout_id"),
    "weeks": ("study_week",),
    "strength_sets": ("workout_id", "line"),
    "sleep_nights": ("date",),
    "check_ins": ("due_on",),
    "visits": ("done_on", "visit"),
    "responses": ("visit", "instrument", "place"),
    "scores": ("visit", "instrument"),
    "voided_responses": ("visit", "instrument", "reading", "answers_version"),
    "double_ratings": ("line",),
    "arm_guesses": ("at", "pk"),
    "estimates": ("made_at", "pk"),
    "adverse_events": ("start", "pk"),
    "medications": ("start", "pk"),
    "deviations": ("occurred", "pk"),
    "contacts": ("at", "pk"),
}


def frame(name: str, chunk: Chunk, columns: Sequence[Column]) -> pd.DataFrame:
    """A table's rows for some participants, with the columns shown, typed and in order."""
    return shaped(FRAMES[name](chunk), columns, ORDER.get(name, ()))


def shaped(rows: pd.DataFrame, columns: Sequence[Column], order: Sequence[str]) -> pd.DataFrame:
    """Pick and type the columns; sort by the id shown, then by `order`. Empty text is missing."""
    ordered = rows.sort_values(["study_id", *order], kind="stable")
    made = {column.name: _typed(ordered[column.name], column.type) for column in columns}
    return pd.DataFrame(made).reset_index(drop=True)


def _typed(values: Any, kind: str) -> Any:
    if kind == "boolean":
        return values.astype("boolean").astype("Int64")
    typed = values.astype(DTYPES[kind])
    return typed.replace("", pd.NA) if DTYPES[kind] == "string" else typed


def data_through(kind: Kind) -> datetime:
    """The latest moment at which anything of an export's own tables was received or signed: in a
    blinded one, when the last workout came in would tell of the group that is asked to do them, and
    when a rater wrote in a draft given back, of what was heard."""
    sent = Response.objects.exclude(submitted_at=None)
    told = Response.objects.exclude(submitted_at=None, voided_at__isnull=False)
    found: list[tuple[Rows, str]] = [
        (Participant.objects, "created_at"), (ConsentRecord.objects, "signed_at"),
        (Withdrawal.objects, "at"), (Screening.objects, "decided_at"),
        (SleepNight.objects, "received_at"), (told, "updated_at"), (sent, "voided_at"),
        (RatingAgreement.objects, "resolved_at"),
    ]  # fmt: skip
    if rules.carries(kind, "workouts"):
        found += [
            (Workout.objects, "received_at"), (Estimate.objects, "made_at"),
            (CheckIn.objects, "received_at"), (AdverseEvent.objects, "aware_at"),
            (ArmGuess.objects, "at"), (Response.objects, "voided_at"),
        ]  # fmt: skip
    return _chunk.data_through(found)


__all__ = ["FRAMES", "Chunk", "Scope", "chunks", "data_through", "frame", "shaped"]
