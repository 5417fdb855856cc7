"""Medicine, contacts and deviations. Those of the whole study, of no participant, stay behind."""

from __future__ import annotations

import pandas as pd

from data_management.frames.chunk import Chunk, iso_dates, local_days, study_day, to_days
from enrollment.models import Contact, Deviation, Medication


def medications(chunk: Chunk) -> pd.DataFrame:
    """Each medicine at one dose."""
    frame = chunk.read(
        Medication.objects, "pk", "substance", "dose", "rate_limiting", "started_on", "ended_on"
    )
    start, end = to_days(frame["started_on"]), to_days(frame["ended_on"])
    return frame.assign(
        start=start, start_day=study_day(start, frame["day_one"]), start_date=iso_dates(start),
        end_day=study_day(end, frame["day_one"]), end_date=iso_dates(end),
    )  # fmt: skip


def deviations(chunk: Chunk) -> pd.DataFrame:
    """Each deviation of a participant, without the words."""
    frame = chunk.read(
        Deviation.objects, "pk", "category", "major", "occurred_on", "found_on", "reported_on"
    )
    occurred, first = to_days(frame["occurred_on"]), frame["day_one"]
    return frame.assign(
        occurred=occurred, study_day=study_day(occurred, first), date=iso_dates(occurred),
        found_day=study_day(to_days(frame["found_on"]), first),
        reported_day=study_day(to_days(frame["reported_on"]), first),
    )  # fmt: skip


def contacts(chunk: Chunk) -> pd.DataFrame:
    """Each contact, also one that nobody answered."""
    frame = chunk.read(Contact.objects, "pk", "at", "channel", "minutes", "reached", "counselling")
    days = local_days(frame["at"], frame["home"])
    return frame.assign(study_day=study_day(days, frame["day_one"]), date=iso_dates(days))
