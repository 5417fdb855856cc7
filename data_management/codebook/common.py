"""The columns that every table shares, and how the others are written down."""

from __future__ import annotations

from typing import Any

from django.db import models

from data_management.codebook.columns import YES_NO, Column, Table, path
from data_management.rules import Kind
from enrollment.models import Participant

CONDUCT_ONLY = frozenset({Kind.CONDUCT})
STUDY_ID = Column(
    name="study_id", label="Participant", type="text",
    source="Participant.study_id; a stand-in unless the export is identified",
    fields=(path(Participant, "study_id"),), coarse=True,
)  # fmt: skip


def day(label: str, *fields: str, name: str = "study_day") -> Column:
    """A study day: 1 on day 1, −1 on the day before; `fields` are what it is told from."""
    return Column(
        name=name, label=label, type="integer", unit="day", fields=fields, coarse=True,
        source="counted in the participant's zone; day 1 is the day of allocation, there is no 0",
    )  # fmt: skip


def date(label: str, *fields: str, name: str = "date") -> Column:
    """A date as YYYY-MM-DD, in identified exports only."""
    return Column(
        name=name, label=label, type="date", source="identified exports only", fields=fields,
        identified=True,
    )  # fmt: skip


def made(name: str, label: str, type_: str, source: str, **more: Any) -> Column:
    """A column that is reckoned, or made of something else than one field."""
    values = more.pop("values", YES_NO if type_ == "boolean" else "")
    return Column(name=name, label=label, type=type_, source=source, values=values, **more)


def pending() -> Column:
    """Whether an entry was made while a renewed consent was pending."""
    return made(
        "made_while_consent_pending", "made while a renewed consent was pending, accepted after it",
        "boolean", "ConsentDocument.approved_at, ConsentRecord.signed_at",
    )  # fmt: skip


def from_paper(model: type[models.Model]) -> tuple[Column, ...]:
    """Whether staff copied an entry from paper, and the day written on it."""
    return (
        made("from_paper", "copied from paper by staff", "boolean",
             f"{model._meta.object_name}.paper_date is set"),
        day("day written on the paper", path(model, "paper_date"), name="paper_day"),
    )  # fmt: skip


def table(name: str, title: str, *columns: Column) -> Table:
    """A table of an export: its rows are of participants."""
    return Table(name, title, (STUDY_ID, *columns))
