"""Estimates as they were told, with the model that answered."""

from __future__ import annotations

import pandas as pd

from data_management.frames.chunk import Chunk, iso_dates, local_days, study_day, to_moments
from estimates.models import Estimate


def estimates(chunk: Chunk) -> pd.DataFrame:
    """Each question and its answer; an abstention has its reasons' codes and no numbers."""
    frame = chunk.read(
        Estimate.objects, "pk", "made_at", "status", "change", "low", "high", "coverage",
        "hr_change_bpm", "sleep_quality_change", "version__version", "version__data_origin",
        "model_sha256", "reasons",
    )  # fmt: skip
    made = to_moments(frame["made_at"])
    days = local_days(made, frame["home"])
    return frame.assign(
        made_at=made, date=iso_dates(days), study_day=study_day(days, frame["day_one"]),
        model_version=frame["version__version"], data_origin=frame["version__data_origin"],
        reasons=frame["reasons"].map(_codes),
    )  # fmt: skip


def _codes(reasons: list[dict[str, object]]) -> str | None:
    return "+".join(str(reason["code"]) for reason in reasons) or None
