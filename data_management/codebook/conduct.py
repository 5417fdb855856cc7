"""Medicine, contacts and deviations: what happened along the way."""

from __future__ import annotations

from data_management.codebook.columns import Table, of, path
from data_management.codebook.common import date, day, table
from enrollment.models import Contact, Deviation, Medication


def medications() -> Table:
    """In every export: what somebody takes tells no group."""
    return table(
        "medications", "Each medicine at one dose; a change ends a row and begins another",
        of(Medication, "substance", source="Medication.substance, as staff typed it"),
        of(Medication, "dose", source="Medication.dose, as staff typed it"),
        of(Medication, "rate_limiting"),
        day("first day; empty if not known", path(Medication, "started_on"), name="start_day"),
        day("last day; empty if it goes on", path(Medication, "ended_on"), name="end_day"),
        date("first date", name="start_date"),
        date("last date", name="end_date"),
    )  # fmt: skip


def conduct() -> tuple[Table, ...]:
    """Contacts and deviations, which tell the group."""
    return (
        table(
            "deviations", "Each time that something did not go by the protocol",
            of(Deviation, "category"),
            of(Deviation, "major"),
            day("day it happened", path(Deviation, "occurred_on")),
            day("day it was found", path(Deviation, "found_on"), name="found_day"),
            day("day the committee was told", path(Deviation, "reported_on"), name="reported_day"),
            date("date it happened"),
        ),
        table(
            "contacts", "Each time that staff reached somebody, or tried to",
            day("day of the contact", path(Contact, "at")),
            date("date of the contact"),
            of(Contact, "channel"),
            of(Contact, "minutes", unit="min"),
            of(Contact, "reached"),
            of(Contact, "counselling"),
        ),
    )  # fmt: skip
