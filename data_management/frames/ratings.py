"""Visits that two raters scored, and which group raters took people to be in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pandas as pd

from assessments.models import ArmGuess, Interview, RatingAgreement, Response
from assessments.scoring import TOTAL, Answers, ItemState, item_state, score
from data_management.frames.chunk import Chunk, iso_dates, local_days, study_day, to_days
from data_management.frames.questionnaires import READINGS
from protocol import Instrument

CONSENSUS = "consensus"
PAIR_COLUMNS = (
    "visit", "instrument", "instrument_version", "done_on", "first_signed", "reading",
    "rater_code", "answers_version", "of_record", "signed", "item", "state", "value", "discrepant",
)  # fmt: skip


def double_ratings(chunk: Chunk) -> pd.DataFrame:
    """Of each pair whose two ratings stand or were corrected: both readings as they were compared,
    and what the two agreed on once the second of them had confirmed it."""
    pairs = RatingAgreement.objects.filter(
        visit__participant__in=list(chunk.used.index),
        first__voided_at=None, second__voided_at=None,
    ).select_related("visit", "first", "second")  # fmt: skip
    found = [row for pair in pairs.order_by("pk") for row in _pair(chunk, pair)]
    frame = chunk.rows(found, PAIR_COLUMNS)
    signed = local_days(frame["signed"], frame["home"])
    first_signed = local_days(frame["first_signed"], frame["home"])
    took_place = to_days(frame["done_on"]).fillna(first_signed)
    return frame.assign(
        line=range(len(frame)),
        study_day=study_day(took_place, frame["day_one"]),
        date=iso_dates(took_place),
        signed_day=study_day(signed, frame["day_one"]),
    )


def _pair(chunk: Chunk, pair: RatingAgreement) -> Iterator[dict[str, Any]]:
    of_pair = {
        "person": pair.visit.participant_id, "visit": pair.visit.code,
        "done_on": pair.visit.done_on, "first_signed": pair.first.submitted_at,
        "discrepant": pair.discrepant,
    }  # fmt: skip
    for response in (pair.first, pair.second):
        yield from _items(of_pair | _reading(chunk, response), response, response.answers)
    if pair.resolved_at is not None:
        agreed = {"reading": CONSENSUS, "signed": pair.resolved_at, "of_record": False}
        answers = {**pair.first.answers, **(pair.consensus or {})}
        yield from _items(of_pair | agreed, pair.first, answers)


def _reading(chunk: Chunk, response: Response) -> dict[str, Any]:
    return {
        "reading": READINGS[response.reading],
        "rater_code": chunk.scope.code("rater", str(response.answered_by_id)),
        "answers_version": chunk.answers_versions[response.pk],
        "of_record": response.reading == 1 and response.superseded_at is None,
        "signed": response.submitted_at,
    }


def _items(
    of_reading: dict[str, Any], asked_by: Response, answers: Answers
) -> Iterator[dict[str, Any]]:
    """One row an item, then one of the total; by the version that was scored."""
    scale = asked_by.questionnaire
    named = {**of_reading, "instrument": scale.code, "instrument_version": scale.version}
    for key, state, value in _values(scale, answers):
        yield {**named, "item": key, "state": state.value, "value": value}


def _values(scale: Instrument, answers: Answers) -> Iterator[tuple[str, ItemState, int | None]]:
    for key in scale.keys:
        state = item_state(scale, answers, key)
        given = state in (ItemState.ANSWERED, ItemState.NOT_ASSESSED)
        yield key, state, answers[key] if given else None
    total = score(scale, answers).total
    yield TOTAL, ItemState.MISSING if total is None else ItemState.ANSWERED, total


def arm_guesses(chunk: Chunk) -> pd.DataFrame:
    """Each guess; who has not guessed has no row."""
    frame = chunk.read(ArmGuess.objects, "pk", "visit", "guess", "by_id", "at")
    told = _told(chunk)
    days = local_days(frame["at"], frame["home"])
    revealed = [
        any(moment <= at for moment in told.get((person, rater), ()))
        for person, rater, at in zip(frame["person"], frame["by_id"], frame["at"], strict=True)
    ]
    return frame.assign(
        study_day=study_day(days, frame["day_one"]), date=iso_dates(days),
        rater_code=[chunk.scope.code("rater", str(rater)) for rater in frame["by_id"]],
        group_revealed=pd.Series(revealed, index=frame.index, dtype="boolean"),
    )  # fmt: skip


def _told(chunk: Chunk) -> dict[tuple[int, int], list[datetime]]:
    """When a rater learnt a person's group in an interview that was signed or given back."""
    rows = Interview.objects.filter(
        response__participant__in=list(chunk.used.index), group_revealed=True
    )
    found: dict[tuple[int, int], list[datetime]] = {}
    for person, rater, signed, voided in rows.values_list(
        "response__participant", "response__answered_by", "signed_at", "response__voided_at"
    ):
        moment = signed or voided
        if moment is not None:
            found.setdefault((person, rater), []).append(moment)
    return found
