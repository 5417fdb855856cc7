"""Visits, answers and scores, in the words of the instruments: of each version by its name."""

from __future__ import annotations

import protocol
from assessments.models import Response, Visit
from assessments.scoring import ItemState
from data_management.codebook.columns import YES_NO, Column, Table, listed, of, path
from data_management.codebook.common import date, day, made, table

STATES = "; ".join(ItemState)


def questionnaires() -> tuple[Table, ...]:
    """The tables of what was asked at visits and answered; `asked()` names each row's place."""
    versions = answers_version("version of the answers: 2 and on where there were earlier ones")
    return (
        table(
            "visits", "Each visit that took place or was missed",
            visit(),
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
            *asked(), versions,
            item(),
            made("item_label", "the item's words", "text", "the instrument"),
            made("standard_code", "CDISC's code of the item", "text", "the instrument"),
            made("state", "what became of the item", "text", "see docs/export.md", values=STATES),
            of(Response, "answers", name="value", label="answer", type="integer",
               values=item_values(), range="the item's own"),
            submitted(),
            day("day it was submitted", path(Response, "submitted_at"), name="submitted_day"),
            rater_code("who rated; empty where the participant answered"),
        ),
        table(
            "scores", "Each questionnaire's score at each visit",
            *asked(), versions, submitted(),
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
        _voided(versions),
    )  # fmt: skip


def _voided(versions: Column) -> Table:
    """How much was taken out of the count; why only in words, and those stay in the team."""
    return table(
        "voided_responses", "Each set of answers that was taken out of the count",
        *asked(), reading(), versions,
        submitted(label="submitted (0: a rater's draft, given back before it was signed)"),
        day("day it was voided", path(Response, "voided_at")),
        date("date it was voided"),
        day("day it had been submitted", path(Response, "submitted_at"), name="submitted_day"),
        made("answered", "answered questions that count no more", "integer",
             "16A and 16B are one question; 0 of a total from paper"),
        of(Response, "void_reason", name="reason", label="why, in the words of who voided it",
           source="Response.void_reason; identified exports only", identified=True),
    )  # fmt: skip


def visit(*also: str) -> Column:
    """The visit by its code, as `also` (fields) name it too."""
    study = protocol.current()
    labels = {v.code: v.label.en for v in study.visits}
    names = labels | {v.code: v.label.en for v in study.extra_visits}
    fields = (path(Visit, "code"), *also)
    return of(Visit, "code", name="visit", values=listed(names), fields=fields)


def asked() -> tuple[Column, Column, Column]:
    """At which visit something was answered, and to which version of which instrument."""
    names = listed({i.code: i.title.en for i in protocol.instruments().values()})
    return (
        visit(),
        of(Response, "instrument", values=names),
        of(Response, "instrument_version", label="version of the instrument"),
    )


def answers_version(label: str) -> Column:
    """Which of several sets of answers to the same; `Chunk.answers_versions` counts them."""
    return of(
        Response, "version", name="answers_version", label=label,
        source="Response.version: after a void, a correction, or a draft that a rater gave back; "
        "beside the groups' letters only what was sent or signed is counted",
    )  # fmt: skip


def item(source: str = "the instrument") -> Column:
    """The item's key."""
    return made("item", "item", "text", source)


def reading(values: str = "first; second") -> Column:
    """Which of two raters' ratings of one visit; own answers are always the first."""
    return Column(
        name="reading", label="first, or a second rater's independent rating", type="text",
        values=values, source="Response.reading", fields=(path(Response, "reading"),), coarse=True,
    )  # fmt: skip


def submitted(label: str = "submitted (0: a draft)") -> Column:
    """Whether it was sent, or signed."""
    return Column(
        name="submitted", label=label, type="boolean", values=YES_NO, coarse=True,
        source="Response.submitted_at is set", fields=(path(Response, "submitted_at"),),
    )  # fmt: skip


def rater_code(source: str, *fields: str) -> Column:
    """Who rated, as a stable stand-in that all tables of one kind of export share."""
    return Column(
        name="rater_code", label="rater, as a code", type="text", coarse=True, source=source,
        fields=fields or (path(Response, "answered_by"),),
    )  # fmt: skip


def item_values(*, rated_only: bool = False) -> str:
    """The answers with their labels, in one cell: of each version of each instrument (or of those
    that raters score), because a value means what it meant to whoever gave it."""
    parts = []
    for instrument in protocol.versions():
        if rated_only and instrument.mode != "rater":
            continue
        for one in instrument.items:
            ends = {one.range[0]: one.low_label, one.range[1]: one.high_label}
            labels = {o.value: o.label for o in one.options} or ends
            words = ", ".join(f"{value} = {label.en}" for value, label in labels.items() if label)
            parts.append(f"{instrument.code}@{instrument.version}/{one.key}: {words}")
    return " | ".join(parts)
