"""The table `adverse_events`: what happened, how it was judged, and when it was reported."""

from __future__ import annotations

from data_management.codebook.columns import Table, listed, of, path
from data_management.codebook.common import date, day, made, table
from safety.models import AdverseEvent


def adverse_events() -> Table:
    """Arms are compared on the scheduled ones: both are asked the same, at the same times."""
    model = AdverseEvent
    return table(
        "adverse_events", "Each adverse event, also one that is still to be assessed",
        day("day it began", path(model, "started_on"), name="start_day"),
        day("day it ended; empty if it goes on", path(model, "ended_on"), name="end_day"),
        day("day staff became aware", path(model, "aware_at"), name="aware_day"),
        day("day it was reported to the sponsor", path(model, "reported_at"), name="reported_day"),
        date("date it began", name="start_date"),
        of(model, "source"),
        of(model, "state"),
        of(model, "term", source="AdverseEvent.term, as a clinician coded it"),
        of(model, "term_version"),
        of(model, "grade"),
        made("is_serious", "serious", "boolean", "AdverseEvent.serious names a reason",
             fields=(path(model, "serious"),)),
        made("serious", "serious because of: codes joined by a space", "text",
             "AdverseEvent.serious", values=listed(model.SERIOUS)),
        made("reported_late", "reported later than 24 hours after staff became aware", "boolean",
             "AdverseEvent.aware_at and reported_at; missing where nothing was to be reported yet"),
        of(model, "related_exercise"),
        of(model, "related_procedure"),
        of(model, "expected"),
        of(model, "action"),
        of(model, "outcome"),
    )  # fmt: skip
