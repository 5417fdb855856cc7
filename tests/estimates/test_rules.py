"""Windows, reasons and the width of the range."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import protocol
from core import clock
from estimates import rules
from estimates.card import Card, Origin
from estimates.rules import Inputs, Observed, Person, Why
from estimates.runtime import load
from tests.estimates.models import FORWARD

WINDOWS = protocol.load("exdep12").estimates
assert WINDOWS is not None
DAYS = st.integers(-400, 400)


@pytest.fixture
def card() -> Card:
    return load(FORWARD).card


def whys(reasons) -> list[Why]:
    return [reason.why for reason in reasons]


# --- windows


@given(today=DAYS)
def test_recent_window_is_fourteen_days_that_end_today(today):
    window = rules.recent(today, WINDOWS)
    assert [day for day in range(today - 40, today + 40) if day in window] == list(
        range(today - 13, today + 1)
    )


def test_baseline_window_is_the_seven_mornings_before_day_one():
    window = rules.baseline(WINDOWS)
    assert [day for day in range(-40, 40) if day in window] == [-7, -6, -5, -4, -3, -2, -1]


@given(today=st.integers(13, 400))
def test_windows_never_overlap_once_an_estimate_is_not_too_early(today):
    recent, before = rules.recent(today, WINDOWS), rules.baseline(WINDOWS)
    assert not [day for day in range(-20, 420) if day in recent and day in before]


@given(day=st.integers(-400, 400).filter(bool))
def test_day_index_counts_an_exports_study_days_as_the_site_counts_dates(day):
    from datetime import date

    day_one = date(2026, 3, 1)
    assert rules.day_index(day) == (clock.date_of_study_day(day, day_one) - day_one).days


@given(
    today=st.integers(13, 100),
    workouts=st.lists(
        st.tuples(DAYS, st.none() | st.integers(30, 230), st.none() | st.integers(30, 230))
    ),
    nights=st.lists(st.tuples(DAYS, st.none() | st.integers(0, 10))),
)
def test_observed_takes_what_is_complete_and_inside_and_nothing_else(today, workouts, nights):
    seen = rules.observed(today=today, rules=WINDOWS, workouts=workouts, nights=nights)
    inside = [w for w in workouts if today - 13 <= w[0] <= today]
    assert seen.workouts == len(inside)
    assert seen.rises == tuple(
        (day, after - before) for day, before, after in inside if None not in (before, after)
    )
    assert seen.nights == tuple(
        n for n in nights if today - 13 <= n[0] <= today and n[1] is not None
    )
    assert seen.before == tuple(n for n in nights if -7 <= n[0] <= -1 and n[1] is not None)


def test_inputs_are_the_mean_rise_and_the_difference_of_the_means():
    seen = Observed(
        workouts=3,
        rises=((1, 20), (2, 24), (3, 31)),
        nights=tuple((day, q) for day, q in enumerate((6, 6, 7, 7, 8))),
        before=tuple((-day, q) for day, q in enumerate((3, 3, 3, 4, 4), start=1)),
    )
    assert rules.inputs(seen) == Inputs(25.0, pytest.approx(6.8 - 3.4))


# --- reasons


@pytest.mark.parametrize(
    ("workouts", "rises", "nights", "before", "expected"),
    [
        (3, 3, 5, 5, []),
        (0, 0, 5, 5, [Why.NO_WORKOUTS]),
        (4, 2, 5, 5, [Why.FEW_HEART_RATES]),
        (3, 3, 4, 5, [Why.FEW_NIGHTS]),
        (3, 3, 5, 4, [Why.FEW_NIGHTS_BEFORE]),
        (2, 2, 0, 0, [Why.FEW_HEART_RATES, Why.FEW_NIGHTS, Why.FEW_NIGHTS_BEFORE]),
    ],
)
def test_data_reasons_name_everything_there_is_too_little_of(
    workouts, rises, nights, before, expected
):
    seen = Observed(workouts, ((0, 20),) * rises, ((0, 5),) * nights, ((-1, 5),) * before)
    assert whys(rules.data_reasons(seen, WINDOWS)) == expected


PERSON = Person(today=44, age=36, age_range=(18, 60), open_alert=False)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"today": None}, [Why.NOT_STARTED]),
        ({"today": -1}, [Why.NOT_STARTED]),
        ({"today": 12}, [Why.TOO_EARLY]),
        ({"today": 13}, []),
        ({"open_alert": True}, [Why.OPEN_ALERT]),
        ({"age": None}, [Why.AGE_UNKNOWN]),
        ({"age": 17}, [Why.AGE_OUTSIDE]),
        ({"age": 18}, []),
        ({"age": 60}, []),
        ({"age": 61}, [Why.AGE_OUTSIDE]),
        ({"open_alert": True, "today": 3}, [Why.OPEN_ALERT]),
    ],
)
def test_person_reasons_by_case(changes, expected):
    assert whys(rules.person_reasons(replace(PERSON, **changes), WINDOWS)) == expected


@pytest.mark.parametrize(
    ("changes", "demo", "expected"),
    [
        ({}, False, []),
        ({}, True, []),
        ({"data_origin": Origin.SIMULATED}, False, [Why.SIMULATED_MODEL]),
        ({"data_origin": Origin.SIMULATED}, True, []),
        ({"participants": 30}, False, []),
        ({"participants": 29}, False, [Why.FEW_TRAINING_PARTICIPANTS]),
        ({"half_width": 2.0}, False, [Why.RANGE_TOO_WIDE]),
        ({"half_width": 1.999}, False, []),
        ({"data_origin": Origin.SIMULATED, "participants": 3}, False, [Why.SIMULATED_MODEL]),
    ],
)
def test_model_reasons_by_case(card, changes, demo, expected):
    assert whys(rules.model_reasons(replace(card, **changes), WINDOWS, demo=demo)) == expected


def test_model_reasons_without_a_model():
    assert whys(rules.model_reasons(None, WINDOWS, demo=True)) == [Why.MODEL_UNAVAILABLE]


@pytest.mark.parametrize(
    ("hr", "sleep", "expected"),
    [
        (0, 3, []),
        (60, 3, []),
        (-0.1, 3, [Why.HEART_RATE_OUTSIDE]),
        (60.1, 3, [Why.HEART_RATE_OUTSIDE]),
        (25, -2.1, [Why.SLEEP_OUTSIDE]),
        (25, 8.1, [Why.SLEEP_OUTSIDE]),
        (70, 9, [Why.HEART_RATE_OUTSIDE, Why.SLEEP_OUTSIDE]),
        # 0.002·35² + 0.05·5² = 3.7; 0.002·35² + 0.25·5² = 8.7, beyond χ²(2) at 97.5 % = 7.3778
        (60, 8, []),
    ],
)
def test_range_reasons_by_case(card, hr, sleep, expected):
    assert whys(rules.range_reasons(Inputs(hr, sleep), card)) == expected


def test_range_reasons_unusual_together_is_neither_input_alone(card):
    tight = replace(card, inverse_covariance=((0.002, 0.0), (0.0, 0.25)))
    assert whys(rules.range_reasons(Inputs(60, 8), tight)) == [Why.UNUSUAL_TOGETHER]
    assert rules.range_reasons(Inputs(60, 3), tight) == []
    assert rules.range_reasons(Inputs(25, 8), tight) == []


# --- the range. Source: clinical.md section 6.


@pytest.mark.parametrize(("count", "place"), [(9, 9), (19, 18), (49, 45), (29, 27), (8, None)])
def test_conformal_place_at_ninety_percent_is_the_published_one(count, place):
    assert rules.conformal_place(count, 0.9) == place


def test_conformal_half_width_is_the_absolute_residual_at_that_place():
    residuals = [(-1) ** n * n for n in range(1, 20)]
    assert rules.conformal_half_width(residuals, 0.9) == 18


@given(st.lists(st.floats(-5, 5), max_size=8))
def test_conformal_half_width_of_fewer_than_nine_is_infinite(residuals):
    assert rules.conformal_half_width(residuals, 0.9) == math.inf


@given(st.lists(st.floats(-5, 5), min_size=9, max_size=200))
def test_conformal_half_width_covers_at_least_its_share_of_the_residuals(residuals):
    width = rules.conformal_half_width(residuals, 0.9)
    held = sum(abs(value) <= width for value in residuals)
    assert held / len(residuals) >= 0.9


# --- check-ins


PAIRS = [(40, 60, 75), (30, 62, 80), (33, None, 90), (29, 60, 61), (2, 60, 99)]


def test_check_ins_count_where_the_window_has_no_workout():
    seen = rules.observed(
        today=42, rules=WINDOWS, workouts=[(20, 60, 99)], nights=[], check_ins=PAIRS
    )
    assert seen.workouts == 0
    assert seen.rises == ((40, 15), (30, 18), (29, 1))


@pytest.mark.parametrize("workout", [(42, 60, 100), (29, None, None)])
def test_one_workout_in_the_window_leaves_all_check_ins_out(workout):
    seen = rules.observed(today=42, rules=WINDOWS, workouts=[workout], nights=[], check_ins=PAIRS)
    assert (seen.workouts, len(seen.rises)) == (1, sum(value is not None for value in workout) // 3)


def test_fewer_than_three_pairs_are_too_few():
    few = rules.observed(today=42, rules=WINDOWS, workouts=[], nights=[], check_ins=PAIRS[:2])
    assert Why.NO_WORKOUTS in whys(rules.data_reasons(few, WINDOWS))
    enough = rules.observed(today=42, rules=WINDOWS, workouts=[], nights=[], check_ins=PAIRS)
    assert Why.NO_WORKOUTS not in whys(rules.data_reasons(enough, WINDOWS))
