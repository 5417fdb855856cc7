"""Energy and strength by their published numbers (clinical notes 3.1, 3.2).

Karvonen and Tanaka stand in `test_rules`, progression in `test_progression`.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import protocol
from schedule.rules import energy, strength

BRISK_WALK = 4.8
loads = st.floats(0.5, 300)


@pytest.mark.parametrize(
    ("met", "kg", "minutes", "gross", "net"),
    [
        (BRISK_WALK, 70, 30, 176.4, 139.65),  # the notes' own
        (7.5, 60, 20, 157.5, 136.5),  # jogging: 7.5 × 3.5 × 60 / 200 × 20
        (1, 70, 60, 73.5, 0),  # rest costs nothing beyond itself
    ],
)
def test_energy_by_mets(met, kg, minutes, gross, net):
    assert energy.energy_kcal(met, kg, minutes) == pytest.approx(gross, abs=1e-9)
    assert energy.energy_kcal(met, kg, minutes, net=True) == pytest.approx(net, abs=1e-9)


def test_met_minutes_of_half_an_hour_of_brisk_walking():
    assert energy.met_minutes(BRISK_WALK, 30) == pytest.approx(144, abs=1e-9)


def test_the_protocol_walks_briskly():
    assert protocol.load("exdep12").activities["fast_walking"].met == BRISK_WALK


@pytest.mark.parametrize(
    ("load", "reps", "epley", "brzycki"),
    [
        (20, 10, 26.667, 26.667),  # the notes' own: both formulas meet at ten
        (20, 5, 23.333, 22.5),  # 20 × 7 / 6 and 36 × 20 / 32
        (60, 3, 66.0, 63.529),
        (20, 1, 20, 20),
    ],
)
def test_one_repetition_maximum(load, reps, epley, brzycki):
    assert strength.one_rm_kg(load, reps) == pytest.approx(epley, abs=0.001)
    assert strength.one_rm_kg(load, reps, formula="brzycki") == pytest.approx(brzycki, abs=0.001)


@pytest.mark.parametrize("formula", ["epley", "brzycki"])
@pytest.mark.parametrize("reps", [0, 11, 15])
def test_no_formula_holds_for_more_than_ten_repetitions_or_none(formula, reps):
    assert strength.one_rm_kg(20, reps, formula=formula) is None


def test_an_unknown_formula_is_refused():
    with pytest.raises(ValueError, match="lander"):
        strength.one_rm_kg(20, 5, formula="lander")


@given(loads, st.integers(1, 10), st.sampled_from(["epley", "brzycki"]))
def test_the_most_is_at_least_what_was_lifted_and_grows_with_repetitions(load, reps, formula):
    most = strength.one_rm_kg(load, reps, formula=formula)
    assert most >= load - 1e-9
    if reps > 1:
        assert most > strength.one_rm_kg(load, reps - 1, formula=formula)


@given(loads, st.sampled_from([(40, 50), (50, 60), (60, 65), (60, 70)]))
def test_a_load_can_be_put_together_and_lies_near_its_band(most, band):
    load = strength.load_for(most, band)
    assert load * 2 == int(load * 2) > 0
    assert abs(load - most * sum(band) / 200) <= 0.25 or load == strength.LOAD_STEP_KG


def test_volume_load_is_in_kilograms_only_where_there_are_any():
    assert strength.volume_load_kg(3, 10, 20) == 600
    assert strength.volume_load_kg(3, 10, None) is None
