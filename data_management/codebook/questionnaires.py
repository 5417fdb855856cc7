"""Visits, answers and scores, in the words of the instruments now in force."""

from __future__ import annotations

import protocol
from assessments.models import Response, Visit
from assessments.scoring import ItemState
from data_management.codebook.columns import YES_NO, Column, Table, listed, of, path
from data_management.codebook.common import date, day, made, table


def questionnaires() -> tuple[Table, ...]:
    instruments = protocol.instruments().values()
    names = listed({i.code: i.title.en for i in instruments})
    study = protocol.current()
    labels = {v.code: v.label.en for v in study.visits}
    visits = listed(labels | {v.code: v.label.en for v in study.extra_visits})
    visit = of(Visit, "code", name="visit", values=visits)
    instrument = of(Response, "instrument", values=names)
    version = of(Response, "instrument_version", label="version of the instrument")
    answers_version = of(
        Response, "version", name="answers_version",
        label="version of the answers: 2 and on where staff voided, or the rater corrected",
    )  # fmt: skip
    submitted = Column(
        name="submitted", label="submitted (0: a draft)", type="boolean", values=YES_NO,
        source="Response.submitted_at is set", fields=(path(Response, "submitted_at"),),
        coarse=True,
    )  # fmt: skip
    return (
        table(
            "visits", "Each visit that took place or was missed",
            visit,
            day("day it took place", path(Visit, "done_on")),
            date("date it took place"),
            day("day staff opened it; empty where the calendar plans it",
                path(Visit, "opened_on"), name="opened_day"),
            made("in_window", "inside the protocol's window", "boolean", "the protocol's visits"),
            Column(
                name="missed", label="missed", type="boolean", values=YES_NO, coarse=True,
                source="a reason for missing it was given", fields=(path(Visit, "missed_reason"),),
            ),
        ),
        table(
            "responses", "Each item of each questionnaire",
            visit, instrument, version, answers_version,
            made("item", "item", "text", "the instrument"),
            made("item_label", "the item's words", "text", "the instrument"),
            made("standard_code", "CDISC's code of the item", "text", "the instrument"),
            made("state", "what became of the item", "text", "see docs/export.md",
                  values="; ".join(ItemState)),
            of(Response, "answers", name="value", label="answer", type="integer",
               values=_item_values(), range="the item's own"),
            submitted,
            day("day it was submitted", path(Response, "submitted_at"), name="submitted_day"),
            Column(
                name="rater_code", label="rater, as a code", type="text", coarse=True,
                source="who rated; empty where the participant answered",
                fields=(path(Response, "answered_by"),),
            ),
        ),
        table(
            "scores", "Each questionnaire's score at each visit",
            visit, instrument, version, answers_version, submitted,
            day("day of the visit, or of submitting"),
            made("questions", "questions of the instrument", "integer", "the instrument"),
            made("answered", "answered", "integer", "16A and 16B are one question"),
            made("not_assessed", "not assessed", "integer", "stored, never summed"),
            made("missing", "declined or left out", "integer", "questions without an answer"),
            made("total", "total; empty where there is none or a question is missing", "integer",
                  "the instrument's published sum"),
            made("total_without_sleep", "total without the sleep items, to set beside sleep",
                  "integer", "the instrument's part total; HDRS-17 without items 4 to 6"),
            made("total_prorated", "prorated total, for sensitivity analyses only", "number",
                  "sum × highest total / highest sum of the answered questions"),
        ),
    )  # fmt: skip


def _item_values() -> str:
    """Each instrument's answers with their labels, in one cell."""
    parts = []
    for instrument in protocol.instruments().values():
        for item in instrument.items:
            ends = {item.range[0]: item.low_label, item.range[1]: item.high_label}
            labels = {o.value: o.label for o in item.options} or ends
            words = ", ".join(f"{value} = {label.en}" for value, label in labels.items() if label)
            parts.append(f"{instrument.code}/{item.key}: {words}")
    return " | ".join(parts)
