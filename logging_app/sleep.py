"""What a night of the diary amounts to. Pure.

Source: CONTRACT, "PUT /api/v1/sleep/<date>/": the night belongs to the day it ended on; each
earlier clock time is its last occurrence before the next one; durations are elapsed time, also
where the clocks change; an ambiguous local time is the first of the two. A local time that the
clocks skip is read as on a clock that nobody put forward (02:30 is 03:30 of the new time); where
that is later than the next time, as on one that was put forward already. Total sleep is (woke −
tried to sleep) − latency − time awake; the gap between bed and trying is subtracted once only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LATE_AFTER = timedelta(hours=24)
MORNING = time(12)


@dataclass(frozen=True)
class Night:
    """One diary entry. Clock times are local to `zone`, durations in minutes; None is unknown."""

    date: date
    zone: ZoneInfo
    in_bed_at: time | None = None
    tried_to_sleep_at: time | None = None
    woke_at: time | None = None
    out_of_bed_at: time | None = None
    sleep_onset_latency_min: int | None = None
    wake_after_sleep_onset_min: int | None = None


@dataclass(frozen=True)
class Sleep:
    """Minutes and percent (to 0.1). None where a part is unknown or the parts do not fit."""

    time_in_bed_min: int | None
    total_sleep_min: int | None
    sleep_efficiency_percent: float | None
    sleep_efficiency_attempt_percent: float | None


Moments = tuple[datetime | None, datetime | None, datetime | None, datetime | None]


def moments(night: Night) -> Moments:
    """In bed, tried, woke, out of bed, each in UTC, counted back from the morning of `date`."""
    latest: datetime | None = None
    found: list[datetime | None] = []
    for clock in (night.out_of_bed_at, night.woke_at, night.tried_to_sleep_at, night.in_bed_at):
        moment = _last_before(clock, latest, night) if clock is not None else None
        found.append(moment)
        latest = moment or latest
    out, woke, tried, in_bed = found
    return in_bed, tried, woke, out


def reckon(night: Night) -> Sleep:
    """Time in bed, sleep, and both efficiencies. 510, 375, 73.5, 78.1 in the contract's example."""
    in_bed, tried, woke, out = moments(night)
    in_bed_min = _minutes(in_bed, out)
    attempt_min = _minutes(tried, out)
    asleep = _total_sleep(night, _minutes(tried, woke))
    return Sleep(
        time_in_bed_min=in_bed_min,
        total_sleep_min=asleep,
        sleep_efficiency_percent=_percent(asleep, in_bed_min),
        sleep_efficiency_attempt_percent=_percent(asleep, attempt_min),
    )


def is_late(night: Night, received_at: datetime) -> bool:
    """Whether what stands was written in retrospect, by the server's clock.

    It came more than 24 hours after getting up (after noon of `date` where that is unknown), later
    than "the same morning (≤ 24 h)" of clinical notes 2.1. A late correction makes a night late:
    what stands then was not written that morning; the earlier values are in its history.
    """
    return received_at - got_up_at(night) > LATE_AFTER


def got_up_at(night: Night) -> datetime:
    """The moment of getting up, or noon of `date` where that is unknown."""
    return moments(night)[3] or _instant(night.date, MORNING, night.zone)


def too_short_for_its_parts(night: Night) -> bool:
    """Whether latency and time awake are longer than the time from trying to waking.

    Where one of these is unknown, time in bed and getting up bound it from outside.
    """
    in_bed, tried, woke, out = moments(night)
    span = _minutes(tried or in_bed, woke or out)
    parts = (night.sleep_onset_latency_min or 0) + (night.wake_after_sleep_onset_min or 0)
    return span is not None and parts > span


def _last_before(clock: time, latest: datetime | None, night: Night) -> datetime:
    """The last occurrence of a clock time at or before `latest`; on `date` itself without one."""
    same_day = night.date
    if latest is None:
        return _instant(same_day, clock, night.zone)
    local_day = latest.astimezone(night.zone).date()
    moment = _instant(local_day, clock, night.zone)
    if moment > latest and not _exists(moment, clock, night.zone):
        moment = _instant(local_day, clock.replace(fold=1), night.zone)
    return moment if moment <= latest else _instant(local_day - timedelta(1), clock, night.zone)


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def _exists(moment: datetime, clock: time, zone: ZoneInfo) -> bool:
    """Whether a clock ever showed the local time that `moment` was read from."""
    return moment.astimezone(zone).time() == clock


def _minutes(start: datetime | None, end: datetime | None) -> int | None:
    if start is None or end is None:
        return None
    return round((end - start).total_seconds() / 60)


def _total_sleep(night: Night, span: int | None) -> int | None:
    latency, awake = night.sleep_onset_latency_min, night.wake_after_sleep_onset_min
    if span is None or latency is None or awake is None or latency + awake > span:
        return None
    return span - latency - awake


def _percent(part: int | None, whole: int | None) -> float | None:
    if part is None or not whole:
        return None
    return round(100 * part / whole, 1)
