"""Adverse events, without the words of those who told of them."""

from __future__ import annotations

import pandas as pd

from data_management.frames.chunk import Chunk, iso_dates, local_days, study_day, to_days
from safety.models import AdverseEvent
from safety.rules.events import report_clock

TOLD = (
    "pk", "source", "state", "term", "term_version", "grade", "related_exercise",
    "related_procedure", "expected", "action", "outcome",
)  # fmt: skip


def adverse_events(chunk: Chunk) -> pd.DataFrame:
    """Each event that was not found to be none."""
    rows = AdverseEvent.objects.exclude(state=AdverseEvent.State.DISMISSED)
    frame = chunk.read(
        rows, "started_on", "ended_on", "aware_at", "reported_at", "serious", *TOLD
    )  # fmt: skip
    first, began = frame["day_one"], to_days(frame["started_on"])
    named = [list(codes or ()) for codes in frame["serious"]]
    return frame.assign(
        start=began, start_day=study_day(began, first), start_date=iso_dates(began),
        end_day=study_day(to_days(frame["ended_on"]), first),
        aware_day=study_day(local_days(frame["aware_at"], frame["home"]), first),
        reported_day=study_day(local_days(frame["reported_at"], frame["home"]), first),
        is_serious=[bool(codes) for codes in named],
        serious=[" ".join(codes) for codes in named],
        reported_late=_late(frame, named),
    )  # fmt: skip


def _late(frame: pd.DataFrame, named: list[list[str]]) -> pd.Series:
    """Of what was reported only: how late the others are depends on when one looks."""
    found = [
        report_clock(serious=True, aware_at=aware, reported_at=reported, now=reported).late
        if codes and not pd.isna(reported)
        else None
        for codes, aware, reported in zip(
            named, frame["aware_at"], frame["reported_at"], strict=True
        )
    ]
    return pd.Series(found, index=frame.index, dtype="object")
