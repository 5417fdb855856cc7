"""What a night amounts to, also where the clocks change. Example: clinical notes 2.1, CONTRACT."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from logging_app.sleep import Night, is_late, moments, reckon, too_short_for_its_parts

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
MORNING = date(2026, 3, 18)
MINUTE = timedelta(minutes=1)

# The days of 2026 on which the clocks go forward (+60, Lord Howe +30) and back.
CHANGES = {
    "America/New_York": {"2026-03-08": 60, "2026-11-01": -60},
    "America/Los_Angeles": {"2026-03-08": 60, "2026-11-01": -60},
    "America/Santiago": {"2026-04-04": -60, "2026-09-06": 60},
    "Europe/London": {"2026-03-29": 60, "2026-10-25": -60},
    "Europe/Paris": {"2026-03-29": 60, "2026-10-25": -60},
    "Africa/Cairo": {"2026-04-24": 60, "2026-10-29": -60},
    "Asia/Jerusalem": {"2026-03-27": 60, "2026-10-25": -60},
    "Australia/Sydney": {"2026-04-05": -60, "2026-10-04": 60},
    "Australia/Lord_Howe": {"2026-04-05": -30, "2026-10-04": 30},
    "Asia/Shanghai": {},
}
EACH_CHANGE = [
    (z, date.fromisoformat(d), m) for z, days in CHANGES.items() for d, m in days.items()
]


def night(morning=MORNING, zone=SHANGHAI, **fields) -> Night:
    clocks = {name: time.fromisoformat(at) for name, at in fields.items() if isinstance(at, str)}
    return Night(morning, zone, **{**fields, **clocks})


def whole(morning=MORNING, zone=SHANGHAI, bed="22:30", tried="23:00", woke="06:30", up="07:00"):
    return night(
        morning, zone, in_bed_at=bed, tried_to_sleep_at=tried, woke_at=woke, out_of_bed_at=up,
        sleep_onset_latency_min=30, wake_after_sleep_onset_min=45,
    )  # fmt: skip


def numbers(found: Night) -> tuple[object, ...]:
    sleep = reckon(found)
    return (
        sleep.time_in_bed_min,
        sleep.total_sleep_min,
        sleep.sleep_efficiency_percent,
        sleep.sleep_efficiency_attempt_percent,
    )


def test_reckon_the_published_example():
    assert numbers(whole()) == (510, 375, 73.5, 78.1)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        # After midnight throughout; across it at each of the three steps; awake in bed till noon.
        (("00:30", "01:00", "08:30", "09:00"), (510, 375, 73.5, 78.1)),
        (("23:45", "00:15", "07:45", "08:15"), (510, 375, 73.5, 78.1)),
        (("15:30", "16:00", "23:30", "00:00"), (510, 375, 73.5, 78.1)),
        (("22:30", "22:30", "07:00", "07:00"), (510, 435, 85.3, 85.3)),
        (("22:30", "23:00", "06:30", "12:00"), (810, 375, 46.3, 48.1)),
    ],
)
def test_reckon_across_midnight(times, expected):
    assert numbers(whole(MORNING, SHANGHAI, *times)) == expected


@pytest.mark.parametrize(("zone", "morning", "minutes"), EACH_CHANGE)
def test_reckon_each_clock_change_of_2026_is_elapsed_time(zone, morning, minutes):
    """Published: the contract's night, shorter by what the clocks skip, longer by what they repeat.

    A change at midnight belongs to the night of the next morning or of the same one: Santiago's
    autumn change at the end of 4 April and Cairo's at the end of 29 October lengthen the evening.
    """
    at_day_end = {("America/Santiago", "2026-04-04"), ("Africa/Cairo", "2026-10-29")}
    ends = morning + timedelta(days=1) if (zone, morning.isoformat()) in at_day_end else morning
    in_bed, asleep, _, _ = numbers(whole(ends, ZoneInfo(zone)))
    assert (in_bed, asleep) == (510 - minutes, 375 - minutes)


@pytest.mark.parametrize("zone", CHANGES)
def test_reckon_every_other_night_of_2026_is_as_the_clock_shows(zone):
    odd = []
    for day in range(365):
        morning = date(2026, 1, 1) + timedelta(days=day)
        if numbers(whole(morning, ZoneInfo(zone)))[:2] != (510, 375):
            odd.append(morning)
    assert len(odd) == len(CHANGES[zone])


@pytest.mark.parametrize(
    ("morning", "tried", "woke", "minutes"),
    [
        # Back: 01:30 comes twice in New York on 1 November; the first is meant.
        ("2026-11-01", "01:30", "06:30", 360),
        ("2026-11-01", "00:30", "01:30", 60),
        # Forward: 02:30 is skipped on 8 March and read as 03:30 of the new time, …
        ("2026-03-08", "02:30", "06:30", 180),
        ("2026-03-08", "23:00", "02:30", 210),
        ("2026-03-08", "02:10", "02:40", 30),
    ],
)
def test_moments_ambiguous_is_the_first_and_skipped_is_unchanged(morning, tried, woke, minutes):
    found = night(
        date.fromisoformat(morning), NEW_YORK, tried_to_sleep_at=tried, woke_at=woke,
        sleep_onset_latency_min=0, wake_after_sleep_onset_min=0,
    )  # fmt: skip
    assert reckon(found).total_sleep_min == minutes


def test_moments_skipped_after_the_next_is_read_by_the_new_time():
    """… but woke 02:30 and up 03:10 are forty minutes, not almost a day."""
    _, _, woke, up = moments(
        night(date(2026, 3, 8), NEW_YORK, woke_at="02:30", out_of_bed_at="03:10")
    )
    assert up == datetime(2026, 3, 8, 7, 10, tzinfo=UTC)
    assert woke == datetime(2026, 3, 8, 6, 30, tzinfo=UTC)


CLOCK = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(
    zone=st.sampled_from(sorted(CHANGES)),
    shift=st.integers(-1, 1),
    pick=st.integers(0, 1),
    later=CLOCK,
    earlier=CLOCK,
)
def test_moments_are_found_as_by_walking_back_minute_by_minute(zone, shift, pick, later, earlier):
    """The oracle walks back in UTC till the wall clock shows the time, for the first time."""
    tz = ZoneInfo(zone)
    changes = [date.fromisoformat(day) for day in CHANGES[zone]] or [MORNING]
    morning = changes[pick % len(changes)] + timedelta(days=shift)
    _, _, woke, up = moments(Night(morning, tz, woke_at=earlier, out_of_bed_at=later))
    assert woke is not None
    assert up is not None
    assume(_was_shown(morning, later, tz))
    assert (up.astimezone(tz).date(), up.astimezone(tz).time()) == (morning, later)
    assume(_was_shown(morning, earlier, tz))
    assume(_was_shown(morning - timedelta(days=1), earlier, tz))
    walked = up
    while walked.astimezone(tz).time() != earlier or walked.astimezone(tz).fold:
        walked -= MINUTE
    assert woke == walked


def _was_shown(day: date, at: time, tz: ZoneInfo) -> bool:
    return datetime.combine(day, at, tz).astimezone(UTC).astimezone(tz).time() == at


@given(
    clocks=st.tuples(*[st.none() | CLOCK] * 4),
    zone=st.sampled_from(sorted(CHANGES)),
    day=st.integers(0, 364),
    latency=st.none() | st.integers(0, 960),
    awake=st.none() | st.integers(0, 960),
)
def test_reckon_any_night_is_whole_or_null(clocks, zone, day, latency, awake):
    """Moments come in order, sleep fits into the time in bed, and no part is ever made up."""
    bed, tried, woke, up = clocks
    found = Night(
        date(2026, 1, 1) + timedelta(days=day), ZoneInfo(zone), bed, tried, woke, up, latency, awake
    )
    known = [moment for moment in moments(found) if moment is not None]
    assert known == sorted(known)
    sleep = reckon(found)
    assert (sleep.time_in_bed_min is None) == (bed is None or up is None)
    parts = (tried, woke, latency, awake)
    fits = None not in parts and not too_short_for_its_parts(found)
    assert (sleep.total_sleep_min is not None) == fits
    if fits and bed and up:
        assert 0 <= sleep.total_sleep_min <= sleep.time_in_bed_min


@pytest.mark.parametrize(
    ("latency", "awake", "short"),
    [(30, 420, False), (30, 421, True), (None, 450, False), (451, None, True), (None, None, False)],
)
def test_too_short_for_its_parts_from_trying_to_waking(latency, awake, short):
    found = Night(MORNING, SHANGHAI, time(22, 30), time(23), time(6, 30), time(7), latency, awake)
    assert too_short_for_its_parts(found) is short


@pytest.mark.parametrize(
    ("up", "hours", "late"),
    [("07:00", 24, False), ("07:00", 24.02, True), (None, 29, False), (None, 29.02, True)],
)
def test_is_late_after_24_hours_from_getting_up_or_from_noon(up, hours, late):
    seven = datetime(2026, 3, 18, 7, tzinfo=SHANGHAI)
    found = night(out_of_bed_at=up) if up else night()
    assert is_late(found, seven + timedelta(hours=hours)) is late
