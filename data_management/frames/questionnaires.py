"""Visits, answers item by item, scores, and what was taken out of the count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

import protocol
from assessments.models import Response, Visit
from assessments.rules import extra_of
from assessments.scoring import ItemState, item_state, part_total, score
from data_management.frames.chunk import (
    Chunk,
    column,
    harmless,
    iso_dates,
    local_days,
    study_day,
    to_days,
    to_moments,
)
from data_management.rules import Kind
from protocol import Instrument

WITHOUT_SLEEP = "without_sleep"
READINGS = {1: "first", 2: "second"}


def visits(chunk: Chunk) -> pd.DataFrame:
    """Each visit, whether inside its window; empty where the protocol plans none of that name."""
    frame = chunk.read(Visit.objects, "code", "done_on", "opened_on", "missed_reason")
    days = to_days(frame["done_on"])
    number = study_day(days, frame["day_one"])
    opened = study_day(to_days(frame["opened_on"]), frame["day_one"])
    inside = [
        None if pd.isna(day) or (window := _window(code, first)) is None
        else window[0] <= day <= window[1]
        for code, day, first in zip(frame["code"], number, opened, strict=True)
    ]  # fmt: skip
    return frame.assign(
        visit=frame["code"], study_day=number, date=iso_dates(days), opened_day=opened,
        in_window=column(inside, "boolean"),
        missed=frame["missed_reason"].astype("string") != "",
    )  # fmt: skip


def _window(code: str, opened: Any) -> tuple[int, int] | None:
    """The study days of a visit's window; of one that staff opened, from that day on."""
    study = protocol.current()
    planned = next((visit.window for visit in study.visits if visit.code == code), None)
    extra = extra_of(study, code)
    if extra is not None and not pd.isna(opened):
        return int(opened), int(opened) + extra.days_open - 1
    return planned


def responses(chunk: Chunk) -> pd.DataFrame:
    """One row per item of each questionnaire, also of what was left out, with its state.

    Of a score-only instrument there are no items: its total is in `scores`.
    """
    frame = _answers(chunk)
    without = [protocol.instrument(*asked).score_only for asked, _answers in _each(frame)]
    frame = frame[~column(without, "boolean", frame.index)].reset_index(drop=True)
    told_items = [_items(protocol.instrument(*asked), answers) for asked, answers in _each(frame)]
    frame["items"] = column(told_items, "object")
    frame = frame.explode("items", ignore_index=True)
    names = ("place", "item", "item_label", "standard_code", "state", "value")
    told = pd.DataFrame(frame["items"].tolist(), columns=list(names), index=frame.index)
    return frame.drop(columns="items").join(told)


def scores(chunk: Chunk) -> pd.DataFrame:
    """One row per visit and questionnaire. A draft has counts and no total."""
    frame = _answers(chunk)
    found = [score(protocol.instrument(*asked), answers) for asked, answers in _each(frame)]
    for name in ("questions", "answered", "not_assessed", "missing", "total", "total_prorated"):
        dtype = "Float64" if name == "total_prorated" else "Int64"
        frame[name] = column([getattr(one, name) for one in found], dtype)
    frame["total_without_sleep"] = column(
        [_without_sleep(protocol.instrument(*asked), answers) for asked, answers in _each(frame)],
        "Int64",
    )
    for name in ("total", "total_without_sleep", "total_prorated"):
        frame[name] = frame[name].where(frame["submitted"])
    done = study_day(to_days(frame["visit__done_on"]), frame["day_one"])
    return frame.assign(study_day=done.fillna(frame["submitted_day"]))


def voided_responses(chunk: Chunk) -> pd.DataFrame:
    """What staff voided, with how much was in it; beside the groups' letters without the drafts
    that raters gave back: they do so where the group slipped out, and who exercises has more to
    let slip."""
    rows = Response.objects.exclude(voided_at=None)
    if chunk.scope.kind is Kind.BLINDED:
        rows = rows.exclude(submitted_at=None)
    frame = chunk.read(
        rows, "pk", "visit__code", "instrument", "instrument_version", "reading", "answers",
        "submitted_at", "voided_at", "void_reason",
    )  # fmt: skip
    sent, voided = (
        local_days(frame[name], frame["home"]) for name in ("submitted_at", "voided_at")
    )
    counts = [
        score(protocol.instrument(*asked), answers).answered for asked, answers in _each(frame)
    ]
    return frame.assign(
        visit=frame["visit__code"], answers_version=frame["pk"].map(chunk.answers_versions),
        reading=[READINGS[number] for number in frame["reading"]],
        submitted=sent.notna(), submitted_day=study_day(sent, frame["day_one"]),
        study_day=study_day(voided, frame["day_one"]), date=iso_dates(voided),
        answered=column(counts, "Int64", frame.index),
        reason=column([harmless(words) for words in frame["void_reason"]], "object", frame.index),
    )  # fmt: skip


def _without_sleep(instrument: Instrument, answers: dict[str, int | None]) -> int | None:
    known = any(part.code == WITHOUT_SLEEP for part in instrument.part_totals)
    return part_total(instrument, answers, WITHOUT_SLEEP) if known else None


def _answers(chunk: Chunk) -> pd.DataFrame:
    frame = chunk.read(
        Response.objects.own(), "pk", "visit__code", "visit__done_on", "instrument",
        "instrument_version", "answers", "answered_by_id", "submitted_at",
    )  # fmt: skip
    at = to_moments(frame["submitted_at"])
    raters = [
        _rater(chunk, protocol.instrument(*asked), by)
        for (asked, _answers), by in zip(_each(frame), frame["answered_by_id"], strict=True)
    ]
    day = local_days(at, frame["home"])
    return frame.assign(
        visit=frame["visit__code"], submitted=at.notna(),
        answers_version=frame["pk"].map(chunk.answers_versions),
        submitted_day=study_day(day, frame["day_one"]),
        rater_code=column(raters, "string"),
    )  # fmt: skip


def _rater(chunk: Chunk, instrument: Instrument, user_id: Any) -> str | None:
    rated = instrument.mode == "rater" and not pd.isna(user_id)
    return chunk.scope.code("rater", str(int(user_id))) if rated else None


def _each(frame: pd.DataFrame) -> Iterator[tuple[tuple[str, str], dict[str, int | None]]]:
    """The instrument and version of each row, by which it is told and scored, and its answers."""
    asked = zip(frame["instrument"], frame["instrument_version"], strict=True)
    return zip(asked, frame["answers"], strict=True)


def _items(instrument: Instrument, answers: dict[str, int | None]) -> list[tuple[Any, ...]]:
    """(place, key, words, standard code, state, value) of each item; a value only where given."""
    rows = []
    for place, item in enumerate(instrument.items):
        state = item_state(instrument, answers, item.key)
        given = state in {ItemState.ANSWERED, ItemState.NOT_ASSESSED}
        value = answers[item.key] if given else None
        rows.append((place, item.key, item.text.en, item.standard_code, state.value, value))
    return rows
