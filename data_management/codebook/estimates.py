"""What participants were told when they asked for an estimate, and by which model."""

from __future__ import annotations

from data_management.codebook.columns import Column, Table, listed, of, path
from data_management.codebook.common import date, day, table
from estimates.models import Estimate, EstimatorVersion
from estimates.rules import Why

POINTS = "points of the mood item (0–10)"
SINCE = "since week 0"


def estimates() -> Table:
    """Every question and its answer, abstentions too."""
    return table(
        "estimates", "Each time an estimate was asked for, and what was answered",
        day("day it was asked", path(Estimate, "made_at"), path(Estimate, "study_day")),
        date("date it was asked"),
        of(Estimate, "status"),
        of(Estimate, "change", label=f"change in mood {SINCE}, associated", unit=POINTS),
        of(Estimate, "low", label="lowest of its range", unit=POINTS),
        of(Estimate, "high", label="highest of its range", unit=POINTS),
        of(Estimate, "coverage", label="share of answers that such a range held", range="0–1"),
        of(
            Estimate, "hr_change_bpm", unit="bpm",
            label="heart rate after − before, mean of the last days' workouts",
        ),
        of(
            Estimate, "sleep_quality_change", unit="points of quality (0–10)",
            label="sleep quality, mean of the last nights − of those before day 1",
        ),
        of(
            EstimatorVersion, "version", name="model_version", label="model that answered",
            fields=(path(EstimatorVersion, "version"), path(Estimate, "version")),
        ),
        of(
            Estimate, "model_sha256",
            fields=(path(Estimate, "model_sha256"), path(EstimatorVersion, "sha256")),
        ),
        of(EstimatorVersion, "data_origin", label="what the model was trained on"),
        Column(
            name="reasons", label="why there is none; several are joined by +", type="text",
            values=listed({why.value: why.value.replace("_", " ") for why in Why}),
            source="Estimate.reasons, without their numbers", coarse=True,
            fields=(path(Estimate, "reasons"),),
        ),
    )  # fmt: skip
