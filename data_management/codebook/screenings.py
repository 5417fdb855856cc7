"""The table `screenings`: what was known before anyone was allocated, and what followed from it."""

from __future__ import annotations

import protocol
from data_management.codebook.columns import Column, Table, of, path
from data_management.codebook.common import date, day, made, table
from enrollment.models import Screening
from protocol import Exclusion


def asked(of_whom: str) -> list[Exclusion]:
    """The exclusions that one half asks about."""
    rows = protocol.current().eligibility.exclusions
    return [row for row in rows if row.asked_of in (of_whom, "both")]


def screenings() -> Table:
    """One row a person screened; yes, no, or missing where it was not known."""
    model = Screening
    return table(
        "screenings", "Each screening: both halves, and what was signed",
        day("day of the participant's half", path(model, "own_sent_at")),
        date("date of the participant's half"),
        of(model, "in_age_range"),
        *_exclusions("own", "participant", "the participant says"),
        of(model, "diagnosis_confirmed"),
        *_exclusions("clinical", "clinician", "the clinician finds"),
        of(model, "medication_stable"),
        of(model, "systolic_mmhg", unit="mmHg"),
        of(model, "diastolic_mmhg", unit="mmHg"),
        of(model, "resting_hr_bpm", unit="bpm"),
        of(model, "fitness_result"),
        of(model, "hdrs_total", label="rater's total at the entry", range="0–52"),
        of(model, "hdrs_suicide_item", label="rater's item on suicide at the entry", range="0–4"),
        Column(
            name="eligible", label="signed that the person may take part", type="boolean",
            values="0 = no; 1 = yes", source="missing until it is signed",
            fields=(path(model, "decided_at"),), coarse=True,
        ),
        Column(
            name="reasons", label="every reason against, codes joined by a space", type="text",
            source="Screening.reasons", fields=(path(model, "reasons"),), coarse=True,
        ),
    )  # fmt: skip


def _exclusions(prefix: str, of_whom: str, label: str) -> list[Column]:
    field = path(Screening, f"{prefix}_exclusions")
    return [
        made(
            f"{prefix}_{row.code}", f"{row.label.en}: {label}", "boolean",
            f"Screening.{prefix}_exclusions", fields=(field,), coarse=True,
        )
        for row in asked(of_whom)
    ]  # fmt: skip
