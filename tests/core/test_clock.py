"""Study days by CDISC: day 1 is the day of allocation, there is no day 0; weeks follow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock

DAY_ONE = date(2026, 2, 1)
days = st.integers(-4000, 4000).filter(bool)
day_ones = st.dates(date(2000, 1, 1), date(2080, 1, 1))


@pytest.mark.parametrize(
    ("on", "day", "week"),
    [
        (date(2026, 2, 1), 1, 1),
        (date(2026, 2, 7), 7, 1),
        (date(2026, 2, 8), 8, 2),
        (date(2026, 1, 31), -1, -1),
        (date(2026, 1, 25), -7, -1),
        (date(2026, 1, 24), -8, -2),
        (date(2026, 3, 14), 42, 6),  # week 6 is day 42
        (date(2026, 4, 25), 84, 12),  # week 12 is day 84
        (date(2026, 4, 26), 85, 13),
    ],
)
def test_study_day_and_week_at_the_edges(on, day, week):
    assert clock.study_day(on, DAY_ONE) == day
    assert clock.study_week(day) == week
    assert clock.date_of_study_day(day, DAY_ONE) == on


def test_date_of_study_day_zero_is_refused():
    with pytest.raises(ValueError, match="no study day 0"):
        clock.date_of_study_day(0, DAY_ONE)


@given(days, day_ones)
def test_study_day_is_the_inverse_of_its_date(day, day_one):
    assert clock.study_day(clock.date_of_study_day(day, day_one), day_one) == day


@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)), day_ones)
def test_study_day_is_never_zero_nor_in_week_zero(on, day_one):
    day = clock.study_day(on, day_one)
    assert day != 0
    assert clock.study_week(day) != 0
    assert (day > 0) == (on >= day_one) == (clock.study_week(day) > 0)


@given(days)
def test_every_week_has_seven_days_and_lies_in_order(day):
    week = clock.study_week(day)
    assert abs(week) == (abs(day) + 6) // 7
    following = day + 1 or 1
    assert clock.study_week(following) >= week


def test_local_date_is_the_date_of_the_persons_own_zone():
    moment = datetime(2026, 3, 17, 16, 30, tzinfo=UTC)
    assert clock.local_date(moment, ZoneInfo("Asia/Shanghai")) == date(2026, 3, 18)
    assert clock.local_date(moment, ZoneInfo("America/New_York")) == date(2026, 3, 17)
    assert clock.local_date(moment, ZoneInfo("UTC")) == date(2026, 3, 17)


def test_now_is_aware_and_in_utc():
    assert clock.now().utcoffset() == timedelta(0)
