"""When all of the diary is asked, and which nights are worth asking about twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

import protocol
from logging_app.nights import rules
from logging_app.nights.rules import Unlikely
from logging_app.sleep import Night

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = date(2026, 3, 18)
NOON = datetime(2026, 3, 18, 4, tzinfo=UTC)
DAY_ONE = date(2026, 2, 2)


@pytest.fixture
def study():
    return protocol.load("exdep12")


def night(bed, tried, woke, up, latency=10, awake=10, morning=MORNING) -> Night:
    clocks = [time.fromisoformat(at) if at else None for at in (bed, tried, woke, up)]
    return Night(morning, SHANGHAI, *clocks, latency, awake)


def test_diary_mornings_are_the_seven_before_each_visit(study):
    """Visits of the source study: day 1, day 42 (15 March) and day 84 (26 April)."""
    assert sorted(rules.diary_mornings(study, DAY_ONE)) == [
        *(date(2026, 1, day) for day in range(26, 32)), date(2026, 2, 1),
        *(date(2026, 3, day) for day in range(8, 15)),
        *(date(2026, 4, day) for day in range(19, 26)),
    ]  # fmt: skip


@pytest.mark.parametrize("day_one", [DAY_ONE, None])
def test_study_without_a_diary_asks_for_no_night(day_one):
    short = protocol.load("short6")
    assert short.diary is None
    assert rules.diary_mornings(short, DAY_ONE) == frozenset()
    assert rules.asks_whole_diary(short, MORNING, day_one) is False
    assert rules.nights_are_asked(short, MORNING, day_one) is False


@pytest.mark.parametrize(
    ("morning", "day_one", "whole"),
    [
        (date(2026, 3, 14), DAY_ONE, True), (date(2026, 3, 15), DAY_ONE, False),
        (date(2026, 3, 7), DAY_ONE, False), (date(2026, 3, 8), DAY_ONE, True),
        (date(2026, 2, 1), DAY_ONE, True), (date(2026, 2, 2), DAY_ONE, False),
        (date(2026, 3, 18), None, True),
    ],
)  # fmt: skip
def test_asks_whole_diary(study, morning, day_one, whole):
    """Before allocation nobody knows day 1, so each morning is asked about in full."""
    assert rules.asks_whole_diary(study, morning, day_one) is whole


@pytest.mark.parametrize(
    ("today", "day_one", "asked"),
    [
        (date(2026, 2, 2), DAY_ONE, True), (date(2026, 5, 3), DAY_ONE, True),
        (date(2026, 5, 4), DAY_ONE, False), (date(2026, 2, 2), None, True),
    ],
)  # fmt: skip
def test_nights_are_asked_until_the_last_window_has_closed(study, today, day_one, asked):
    """Week 12 closes on day 91, 3 May."""
    assert rules.nights_are_asked(study, today, day_one) is asked


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (("22:30", "23:00", "06:30", "07:00"), None),
        # Exactly 3 and exactly 12 hours are not asked about; a minute beyond is.
        (("03:00", "03:00", "06:20", "07:00"), None),
        (("03:00", "03:00", "06:19", "07:00"), Unlikely(sleep_min=179)),
        (("18:00", "18:10", "06:30", "07:00"), None),
        (("18:00", "18:09", "06:30", "07:00"), Unlikely(sleep_min=721)),
        # Morning and evening exchanged, at each of the four times.
        (("10:30", "23:00", "06:30", "07:00"), Unlikely(in_bed_min=1230)),
        (("22:30", "11:00", "06:30", "07:00"), Unlikely(sleep_min=1150)),
        (("22:30", "23:00", "18:30", "07:00"), Unlikely(sleep_min=1150)),
        (("22:30", "23:00", "06:30", "19:00"), Unlikely(ahead=True)),
        # With a part unknown, what is known is judged.
        ((None, "11:00", "06:30", None), Unlikely(sleep_min=1150)),
        (("10:30", None, None, "07:00"), Unlikely(in_bed_min=1230)),
        (("15:00", None, None, "07:00"), None),
        ((None, None, "12:01", None), Unlikely(ahead=True)),
        ((None, None, "12:00", None), None),
        ((None, None, None, None), None),
    ],
)
def test_unlikely(parts, found):
    assert rules.unlikely(night(*parts), now=NOON) == found


def test_unlikely_judges_the_time_from_trying_to_waking_where_a_part_is_unknown():
    early = night("04:00", "04:00", "06:59", "07:00", latency=None)
    assert rules.unlikely(early, now=NOON) == Unlikely(sleep_min=179)


@pytest.mark.parametrize(
    ("morning", "wrong"),
    [
        (date(2026, 3, 19), "This morning has not come yet."), (MORNING, None),
        (date(2000, 1, 1), None),
        (date(1999, 12, 31), "This morning is too long ago. Please check the year."),
    ],
)  # fmt: skip
def test_wrong_morning(morning, wrong):
    assert rules.wrong_morning(morning, today=MORNING) == wrong
