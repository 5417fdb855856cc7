"""Load by tables: effort × minutes, the week's monotony and strain. Source: clinical notes 2."""

from __future__ import annotations

import pytest

from schedule import rules
from schedule.rules import HeartRates, WeekLoad


@pytest.mark.parametrize(
    ("effort", "minutes", "load"),
    [(4, 30, 120), (0, 30, 0), (10, 240, 2400), (None, 30, None), (4, None, None)],
)
def test_session_load_is_effort_times_minutes(effort, minutes, load):
    assert rules.session_load(effort, minutes) == load


REST = ()


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        # 100 on three days: mean 300/7, SD of the sample sqrt(20000/7 ÷ … ) = 53.452
        ([(100,), REST, (100,), REST, (100,), REST, REST], (300, 0.802, 240.5)),
        # two sessions of a day are one day's load
        ([(60, 40), REST, (100,), REST, (100,), REST, REST], (300, 0.802, 240.5)),
        # one day only: mean 100, SD 264.575
        ([(700,), REST, REST, REST, REST, REST, REST], (700, 0.378, 264.6)),
        # every day alike: undefined
        ([(50,)] * 7, (350, None, None)),
        ([(0,)] * 7, (0, None, None)),
        # one workout without an effort: the sum of those that give it, and no more
        ([(100,), (None,), (100,), REST, REST, REST, REST], (200, None, None)),
        ([(None,), REST, REST, REST, REST, REST, REST], (None, None, None)),
        ([REST] * 7, (None, None, None)),
    ],
)
def test_week_load(days, expected):
    assert rules.week_load(days) == WeekLoad(*expected)


@pytest.mark.parametrize("days", [0, 6, 8])
def test_week_load_of_no_week_is_refused(days):
    with pytest.raises(ValueError, match="7 days"):
        rules.week_load([(100,)] * days)


def test_percent_of_reserve_is_unknown_under_a_rate_limiting_medicine():
    assert rules.hr_reserve_percent(HeartRates(70, 187, guides=False), 120) is None
    assert rules.hr_reserve_percent(HeartRates(70, 187), 120) == 42.7
