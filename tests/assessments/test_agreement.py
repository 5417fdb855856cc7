"""Agreement of raters equals the published worked examples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from assessments.agreement import (
    f_quantile,
    intraclass,
    kappa_of,
    quadratic,
    weighted_kappa,
)

# Shrout PE, Fleiss JL (1979). Intraclass correlations: uses in assessing rater reliability.
# Psychological Bulletin 86: 420-428, table 2 (six targets, four judges) and table 4.
SHROUT_FLEISS = [
    [9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7],
]  # fmt: skip
PRINTED = {"1,1": 0.17, "2,1": 0.29, "3,1": 0.71, "1,4": 0.44, "2,4": 0.62, "3,4": 0.91}
# The limits of the same table, as R's psych::ICC prints them for it (Revelle, psych, help of ICC).
LIMITS = {
    "1,1": (-0.133, 0.723), "2,1": (0.019, 0.761), "3,1": (0.342, 0.946),
    "1,4": (-0.884, 0.912), "2,4": (0.071, 0.927), "3,4": (0.676, 0.986),
}  # fmt: skip

# Cohen J (1968). Weighted kappa: nominal scale agreement with provision for scaled disagreement or
# partial credit. Psychological Bulletin 70: 213-220: two judges, 200 patients, three diagnoses
# (personality disorder, neurosis, psychosis), as shares; kappa .492, weighted kappa .348.
COHEN = [[0.44, 0.07, 0.09], [0.05, 0.20, 0.05], [0.01, 0.03, 0.06]]
COHENS_WEIGHTS = np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]], dtype=float)

scores = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=40)


@pytest.mark.parametrize(("kind", "printed"), PRINTED.items())
def test_intraclass_correlations_are_those_of_shrout_and_fleiss(kind, printed):
    # They cut .715 to .71; every figure agrees within one in the second place.
    assert math.floor(intraclass(SHROUT_FLEISS)[kind].value * 100 + 0.499) / 100 == printed


@pytest.mark.parametrize(("kind", "limits"), LIMITS.items())
def test_limits_at_95_percent(kind, limits):
    found = intraclass(SHROUT_FLEISS)[kind]
    assert (found.low, found.high) == pytest.approx(limits, abs=0.0006)


def test_weighted_kappa_is_that_of_cohen():
    plain = 1 - np.eye(3)
    assert weighted_kappa(COHEN, plain) == pytest.approx(0.492, abs=0.0005)
    assert weighted_kappa(COHEN, COHENS_WEIGHTS) == pytest.approx(0.348, abs=0.0005)


def test_quadratic_weights_are_squares_of_the_distance():
    assert quadratic(3).tolist() == [[0, 1, 4], [1, 0, 1], [4, 1, 0]]


@given(scores)
def test_quadratic_kappa_is_what_fleiss_and_cohen_showed_it_to_be(pairs):
    """Fleiss & Cohen (1973), Educational and Psychological Measurement 33: 613-619: one minus the
    mean square of the differences over what chance would give."""
    one, two = np.array(pairs, dtype=float).T
    chance = one.var() + two.var() + (one.mean() - two.mean()) ** 2
    assume(chance > 0)
    expected = 1 - ((one - two) ** 2).mean() / chance
    assert kappa_of(pairs, 0, 4) == pytest.approx(expected, abs=1e-9)


@given(scores)
@example([(4, 2), (4, 2), (0, 4), (2, 4)])  # the judges' means are equal, and freedom is 0 of 0
def test_coefficients_keep_their_bounds_and_limits_hold_the_value(pairs):
    for found in intraclass(pairs).values():
        if math.isfinite(found.value):
            assert found.value <= 1 + 1e-9
        if all(map(math.isfinite, (found.low, found.value, found.high))):
            assert found.low - 1e-9 <= found.value <= found.high + 1e-9


@given(scores, st.integers(1, 3))
def test_a_judge_who_is_always_higher_lowers_all_but_the_fixed_judges(pairs, by):
    """(3,1) forgives a constant difference, (2,1) does not: what tells them apart."""
    base = [(a, a) for a, _ in pairs]
    shifted = [(a, a + by) for a, _ in pairs]
    assume(len({a for a, _ in base}) > 1)
    assert intraclass(shifted)["3,1"].value == pytest.approx(1)
    assert intraclass(shifted)["2,1"].value < 1


def test_what_cannot_be_reckoned_is_left_out():
    assert intraclass([[3, 4]]) == {}
    assert intraclass([[2, 2], [2, 2]]) == {}
    assert kappa_of([], 0, 4) is None
    assert kappa_of([(2, 2), (2, 2)], 0, 4) is None
    assert kappa_of([(0, 0), (4, 4)], 0, 4) == 1


@pytest.mark.parametrize(
    ("share", "top", "bottom", "printed"),
    # Upper 5 % and 2.5 % points of F, as every printed table has them.
    [(0.95, 5, 10, 3.3258), (0.95, 1, 1, 161.4476), (0.975, 4, 20, 3.5147), (0.975, 30, 60, 1.8152),
     (0.95, 120, 120, 1.3519)],
)  # fmt: skip
def test_quantiles_of_f_are_those_of_the_tables(share, top, bottom, printed):
    assert f_quantile(share, top, bottom) == pytest.approx(printed, abs=0.00006)
