"""What was known of each before allocation."""

from __future__ import annotations

import pandas as pd

from data_management.codebook.screenings import asked
from data_management.frames.chunk import Chunk, column, iso_dates, local_days, study_day
from enrollment.models import Screening

PLAIN = (
    "in_age_range", "diagnosis_confirmed", "medication_stable", "systolic_mmhg", "diastolic_mmhg",
    "resting_hr_bpm", "fitness_result", "hdrs_total", "hdrs_suicide_item",
)  # fmt: skip
HALVES = {"own": "participant", "clinical": "clinician"}


def screenings(chunk: Chunk) -> pd.DataFrame:
    """One row each, of those whose data may be used."""
    found = chunk.read(
        Screening.objects, "own_sent_at", *PLAIN, "own_exclusions", "clinical_exclusions",
        "decided_at", "reasons",
    )  # fmt: skip
    sent = local_days(found["own_sent_at"], found["home"])
    parts = {
        f"{half}_{row.code}": column(
            [known.get(row.code) for known in found[f"{half}_exclusions"]], "boolean", found.index
        )
        for half, whom in HALVES.items()
        for row in asked(whom)
    }
    signed = found["decided_at"].notna()
    eligible = column([not reasons for reasons in found["reasons"]], "boolean", found.index)
    return found.assign(
        **parts,
        study_day=study_day(sent, found["day_one"]),
        date=iso_dates(sent),
        eligible=eligible.where(signed),
        reasons=[" ".join(reasons) for reasons in found["reasons"]],
    )
