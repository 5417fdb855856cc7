"""The rota: who is on duty, also past midnight and where the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.rules.duty import Shift, is_covered, next_cover, on_duty

BEIJING = ZoneInfo("Asia/Shanghai")
SINCE = date(2026, 1, 1)
WEEK = frozenset(range(7))


def shift(clinician=1, order=1, days=WEEK, start=time(9), end=time(17), **fields):
    defaults = {"phone": "010-1", "since": SINCE}
    return Shift(
        clinician=clinician, order=order, weekdays=frozenset(days), starts_at=start, ends_at=end,
        **{**defaults, **fields},
    )  # fmt: skip


def local(hour, minute=0, day=18):
    return datetime(2026, 3, day, hour, minute, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("hour", "minute", "on"), [(8, 59, False), (9, 0, True), (16, 59, True), (17, 0, False)]
)
def test_a_shift_holds_from_its_first_minute_to_before_its_last(hour, minute, on):
    assert bool(on_duty([shift()], local(hour, minute), BEIJING)) is on


def test_a_night_belongs_to_the_day_it_began_on():
    wednesday_night = shift(days={2}, start=time(21), end=time(7))
    found = [
        bool(on_duty([wednesday_night], local(hour, day=day), BEIJING))
        for day, hour in ((18, 20), (18, 22), (19, 6), (19, 7), (19, 22), (18, 3))
    ]
    assert found == [False, True, True, False, False, False]


def test_equal_times_are_the_whole_day():
    whole = shift(days={2}, start=time(9), end=time(9))
    assert [
        bool(on_duty([whole], local(h, day=d), BEIJING)) for d, h in ((18, 0), (18, 23), (19, 0))
    ] == [True, True, False]


def test_dates_bound_a_shift():
    past = shift(until=date(2026, 3, 17))
    future = shift(since=date(2026, 3, 19))
    assert on_duty([past, future], local(10), BEIJING) == []
    assert on_duty([past, future], local(10, day=17), BEIJING) == [past]


def test_first_is_called_before_second_and_nobody_twice():
    second, first, again = shift(1, 2), shift(2, 1), shift(1, 1, start=time(16))
    assert [s.clinician for s in on_duty([second, first, again], local(10), BEIJING)] == [2, 1]
    assert [s.clinician for s in on_duty([second, first, again], local(16), BEIJING)] == [2, 1]


def test_two_clinicians_with_telephones_cover_a_site():
    assert not is_covered([shift(1), shift(1, 2)], local(10), BEIJING)
    assert not is_covered([shift(1), shift(2, phone="")], local(10), BEIJING)
    assert is_covered([shift(1), shift(2)], local(10), BEIJING)


def test_next_cover_is_when_the_second_comes():
    both = [shift(1, start=time(8), end=time(18)), shift(2, 2, days={4})]
    assert next_cover(both, local(19), BEIJING) == local(9, day=20)
    assert next_cover([shift(1)], local(19), BEIJING) is None


moments = st.integers(0, 340 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 8, tzinfo=UTC) + timedelta(minutes=minutes)
)
zones = st.sampled_from(
    ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]
)
times = st.times().map(lambda t: t.replace(second=0, microsecond=0, tzinfo=None))


@given(moments, zones, times)
def test_a_shift_and_its_complement_leave_no_minute_uncovered(moment, zone, border):
    """Two shifts that hand over to each other at the same times cover every moment, by one each."""
    place, other = ZoneInfo(zone), time((border.hour + 11) % 24, border.minute)
    day, night = shift(1, start=border, end=other), shift(2, start=other, end=border)
    assert len(on_duty([day, night], moment, place)) == 1


@given(moments, zones, st.sets(st.integers(0, 6), min_size=1), times, times)
def test_next_cover_is_covered_and_lies_ahead(moment, zone, days, start, end):
    place = ZoneInfo(zone)
    rota = [shift(1, days=days, start=start, end=end), shift(2, days=days, start=start, end=end)]
    found = next_cover(rota, moment, place)
    assert found is not None
    assert found > moment
    assert is_covered(rota, found, place)
    assert found - moment <= timedelta(days=8, hours=2)
