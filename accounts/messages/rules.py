"""When a person may be reminded. Pure: the moment, the zone and what went before are passed in.

Source: the study's issue on logging: at a time of their own, in no quiet hour, at most once a day,
twice in 4 days and four times in 10, and never on a day on which something was logged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from core import clock

# At most so many in so many days, today among them.
RATIONS = ((1, 1), (2, 4), (4, 10))
# Two days may lie minutes apart on either side of a midnight, or of a border between zones.
LEAST_APART = timedelta(hours=20)
# How long after the chosen time it still goes: a worker that was away sends none at bedtime.
STILL_ON_TIME = timedelta(hours=3)
TRIES = 3
TRY_AGAIN_AFTER = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)

Reason = Literal["off", "logged", "quiet", "too_early", "too_late", "rationed"]


@dataclass(frozen=True)
class Wish:
    """What somebody chose, on the clock on their wall. `since`: when they chose it."""

    on: bool
    at: time
    quiet_from: time
    quiet_to: time
    since: datetime


def why_not_remind(
    now: datetime, zone: ZoneInfo, wish: Wish, *, sent: Iterable[datetime], logged_today: bool
) -> Reason | None:
    """What stands against reminding somebody now, or None. `sent`: when it was done before."""
    if not wish.on:
        return "off"
    if logged_today:
        return "logged"
    here = now.astimezone(zone)
    due = due_at(here.date(), wish.at, zone)
    if now < due or due < wish.since:
        return "too_early"
    if now >= due + STILL_ON_TIME:
        return "too_late"
    if is_quiet(here.time(), wish.quiet_from, wish.quiet_to):
        return "quiet"
    return "rationed" if is_rationed(now, zone, list(sent)) else None


def due_at(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment of a wall-clock time, in UTC: the next minute there is where the clocks skip it,
    the first of the two where it comes twice."""
    wall = datetime.combine(day, at)
    while not _exists(wall, zone):
        wall += MINUTE
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _exists(wall: datetime, zone: ZoneInfo) -> bool:
    there_and_back = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there_and_back.replace(tzinfo=None) == wall


def is_quiet(at: time, quiet_from: time, quiet_to: time) -> bool:
    """Whether a time lies in the quiet hours, across midnight too; equal ends mean none."""
    if quiet_from <= quiet_to:
        return quiet_from <= at < quiet_to
    return at >= quiet_from or at < quiet_to


def is_rationed(now: datetime, zone: ZoneInfo, sent: list[datetime]) -> bool:
    """Whether one more would be too many, counted in days of where they are now."""
    today = clock.local_date(now, zone)
    days = [clock.local_date(moment, zone) for moment in sent]
    if any(now - moment < LEAST_APART for moment in sent):
        return True
    return any(
        sum((today - day).days < span for day in days) >= allowed for allowed, span in RATIONS
    )


def lasts(now: datetime, zone: ZoneInfo, wish: Wish) -> timedelta:
    """How long a note may wait for a phone that is off: not into the quiet hours."""
    longest = due_at(clock.local_date(now, zone), wish.at, zone) + STILL_ON_TIME - now
    waited = timedelta()
    while waited < longest and not is_quiet(
        (now + waited + MINUTE).astimezone(zone).time(), wish.quiet_from, wish.quiet_to
    ):
        waited += MINUTE
    return waited
