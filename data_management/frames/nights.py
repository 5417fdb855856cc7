"""Nights of the diary, with what they amount to."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pandas as pd

from data_management.frames import consent
from data_management.frames.chunk import (
    Chunk,
    column,
    iso_dates,
    local_days,
    paper,
    study_day,
    to_days,
)
from logging_app import sleep
from logging_app.models import SleepNight

CLOCKS = ("in_bed_at", "tried_to_sleep_at", "woke_at", "out_of_bed_at")
PARTS = ("sleep_onset_latency_min", "wake_after_sleep_onset_min")
OTHER = ("awakenings", "quality")
RECKONED = (
    "time_in_bed_min", "total_sleep_min", "sleep_efficiency_percent",
    "sleep_efficiency_attempt_percent",
)  # fmt: skip


def sleep_nights(chunk: Chunk) -> pd.DataFrame:
    """Each night by its morning; minutes and percent by `logging_app.sleep`."""
    fields = ("date", "zone", "received_at", "paper_date", *CLOCKS, *PARTS, *OTHER)
    frame = chunk.read(SleepNight.objects, *fields).astype(object)
    entries = [
        sleep.Night(date, ZoneInfo(zone), *clocks)
        for date, zone, *clocks in frame[["date", "zone", *CLOCKS, *PARTS]].itertuples(index=False)
    ]
    nights = [sleep.reckon(entry) for entry in entries]
    late = [
        sleep.is_late(entry, at.to_pydatetime() if isinstance(at, pd.Timestamp) else at)
        for entry, at in zip(entries, frame["received_at"], strict=True)
    ]
    slept = zip(frame["person"], map(sleep.got_up_at, entries), strict=True)
    days, day_one = to_days(frame["date"]), to_days(frame["day_one"])
    received = local_days(frame["received_at"], frame["home"])
    return frame.assign(
        date=iso_dates(days), study_day=study_day(days, day_one),
        received_day=study_day(received, day_one), late_entry=late,
        made_while_consent_pending=consent.marks(chunk, slept), **paper(frame),
        **{name: column([getattr(n, name) for n in nights], "Float64") for name in RECKONED},
        **{name: column([_clock(value) for value in frame[name]], "string") for name in CLOCKS},
    )  # fmt: skip


def _clock(value: object) -> str | None:
    return None if value is None or pd.isna(value) else f"{value:%H:%M}"  # type: ignore[call-overload]
