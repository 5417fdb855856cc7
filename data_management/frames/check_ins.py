"""Check-ins of both arms, by the day they were asked for."""

from __future__ import annotations

import pandas as pd

from data_management.frames import consent
from data_management.frames.chunk import Chunk, iso_dates, local_days, paper, study_day, to_days
from logging_app.checkins import rules
from logging_app.models import CheckIn

TOLD = ("activity", "active_minutes", "resting_hr_bpm", "hr_after_bpm", "diet_changed",
        "anything_new", "handled_as")  # fmt: skip


def check_ins(chunk: Chunk) -> pd.DataFrame:
    """Each check-in, without the words."""
    frame = chunk.read(
        CheckIn.objects, "due_on", "zone", "received_at", "device_time", "paper_date",
        "handled_at", *TOLD,
    )  # fmt: skip
    due, first = to_days(frame["due_on"]), frame["day_one"]
    received = local_days(frame["received_at"], frame["zone"])
    seen_to = local_days(frame["handled_at"], frame["home"])
    made = [
        (person, typed if not pd.isna(typed) else arrived)
        for person, typed, arrived in zip(
            frame["person"], frame["device_time"], frame["received_at"], strict=True
        )
    ]
    late = [rules.is_late(d, r) for d, r in zip(due, received, strict=True)]
    return frame.assign(
        date=iso_dates(due), study_day=study_day(due, first), late_entry=late,
        received_day=study_day(received, first), handled_day=study_day(seen_to, first),
        made_while_consent_pending=consent.marks(chunk, made), **paper(frame),
    )  # fmt: skip
