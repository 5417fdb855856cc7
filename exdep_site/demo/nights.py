"""The sleep diary: whole entries before visits, the quality alone on some other mornings. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import time
from typing import Any

import numpy as np

from exdep_site.demo.course import Calendar, sleep_on, whole
from exdep_site.demo.people import Person

# The morning of the visit and the seven before it.
DIARY_DAYS = 8
WRITTEN = 0.93
# Nobody is allocated without these: the baseline asks for five nights of the last seven.
BASELINE_NIGHTS = range(-6, -1)


def nights(
    person: Person,
    calendar: Calendar,
    visits: Collection[int],
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    """Nights as the model names its fields. `visits` are the offsets of visits with a diary."""
    diary = set(range(-DIARY_DAYS + 1, 1))
    diary |= {offset - back for offset in visits for back in range(DIARY_DAYS)}
    rows = []
    for offset in range(min(diary), min(person.horizon, 92) + 1):
        in_diary = offset in diary
        if offset < 0 and not in_diary:
            continue
        chance = WRITTEN if in_diary else person.traits.diary_rate
        written = rng.random() < chance or (bool(person.account) and in_diary)
        written = written or offset in BASELINE_NIGHTS
        if not written:
            continue
        quality = whole(sleep_on(person, offset) + rng.normal(0, 1.1), 0, 10)
        row: dict[str, Any] = {"date": calendar.date(offset), "quality": quality}
        if in_diary:
            row |= _times(quality, rng)
        row["received_at"] = calendar.moment(offset, 7.5 + 3 * rng.random())
        rows.append(row)
    return rows


def _times(quality: int, rng: np.random.Generator) -> dict[str, Any]:
    """Times of day (local) and minutes that go with a quality; here and there one is unknown."""
    in_bed = 21 * 60 + 45 + int(rng.integers(0, 120))
    woke = 6 * 60 + int(rng.integers(0, 90))
    row: dict[str, Any] = {
        "in_bed_at": _clock(in_bed),
        "tried_to_sleep_at": _clock(in_bed + int(rng.integers(5, 40))),
        "woke_at": _clock(woke),
        "out_of_bed_at": _clock(woke + int(rng.integers(5, 45))),
        "sleep_onset_latency_min": whole(62 - 5 * quality + rng.normal(0, 9), 3, 120),
        "awakenings": whole(4 - 0.35 * quality + rng.normal(0, 0.9), 0, 9),
        "wake_after_sleep_onset_min": whole(70 - 6 * quality + rng.normal(0, 10), 0, 120),
    }
    for name in ("sleep_onset_latency_min", "awakenings", "wake_after_sleep_onset_min"):
        if rng.random() < 0.03:
            row[name] = None
    return row


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
