"""Who is on duty at a moment. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEEDED = 2


@dataclass(frozen=True)
class Shift:
    """One line of a site's rota, as `safety.models.DutyShift` has it."""

    clinician: int
    order: int
    phone: str
    weekdays: frozenset[int]
    starts_at: time
    ends_at: time
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Cover:
    """Whether a site is covered at a moment and, where it is not, from when on it is (None: its
    rota does not say)."""

    open: bool
    opens: datetime | None = None


def on_duty(shifts: Iterable[Shift], moment: datetime, zone: ZoneInfo) -> list[Shift]:
    """The shifts that hold at `moment` by the site's clock, the first to call in front; one line
    for each clinician."""
    local = moment.astimezone(zone)
    found: dict[int, Shift] = {}
    for shift in sorted(shifts, key=lambda shift: shift.order):
        if _holds(shift, local.date(), local.time()):
            found.setdefault(shift.clinician, shift)
    return list(found.values())


def is_covered(shifts: Sequence[Shift], moment: datetime, zone: ZoneInfo) -> bool:
    """Whether two clinicians with telephones are on duty: only then is anybody asked about
    harming oneself on a phone."""
    return len([shift for shift in on_duty(shifts, moment, zone) if shift.phone]) >= NEEDED


def cover(shifts: Sequence[Shift], moment: datetime, zone: ZoneInfo) -> Cover:
    """The cover of a site at a moment, and when it begins."""
    if is_covered(shifts, moment, zone):
        return Cover(open=True)
    return Cover(open=False, opens=next_cover(shifts, moment, zone))


def next_cover(shifts: Sequence[Shift], moment: datetime, zone: ZoneInfo) -> datetime | None:
    """The next moment at which the site is covered, within a week; None where the rota has none.

    Cover can begin only where a shift begins.
    """
    today = moment.astimezone(zone).date()
    starts = sorted(
        datetime.combine(today + timedelta(days=n), start, tzinfo=zone)
        for n in range(8)
        for start in {shift.starts_at for shift in shifts} | {time(0)}
    )
    later = (start for start in starts if start > moment)
    return next((start for start in later if is_covered(shifts, start, zone)), None)


def _holds(shift: Shift, day: date, clock: time) -> bool:
    if shift.starts_at == shift.ends_at:
        return _counts(shift, day)
    if shift.starts_at < shift.ends_at:
        return _counts(shift, day) and shift.starts_at <= clock < shift.ends_at
    # It runs into the next morning, and belongs to the day it began on.
    evening = _counts(shift, day) and clock >= shift.starts_at
    return evening or (_counts(shift, day - timedelta(days=1)) and clock < shift.ends_at)


def _counts(shift: Shift, day: date) -> bool:
    running = shift.since <= day and (shift.until is None or day <= shift.until)
    return running and day.weekday() in shift.weekdays
