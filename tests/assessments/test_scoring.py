"""Scores of the HDRS-17 against its published rules (clinical notes 1.1 to 1.6).

The ranges below are those of the printed form (Guy 1976), typed again: nine items of 0-4 and eight
of 0-2, item 16 rated as A or as B, 3 there meaning "not assessed".
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import protocol
from assessments.rules import answer_problems
from assessments.scoring import ItemState, Score, item_state, score

RATER = protocol.instrument("hdrs17")
SELF = protocol.instrument("hdrs17-self")
WELLBEING = protocol.instrument("wellbeing")
FOUR = ("1", "2", "3", "7", "8", "9", "10", "11", "15")
TWO = ("4", "5", "6", "12", "13", "14", "16", "17")
HIGHEST = {**dict.fromkeys(FOUR, 4), **dict.fromkeys(TWO, 2)}

Answers = dict[str, int | None]


def legal(*, weight: str) -> st.SearchStrategy[dict[str, int]]:
    """Every legal set of scored answers, the weight item under the key `weight`."""
    ranges = {weight if key == "16" else key: high for key, high in HIGHEST.items()}
    return st.fixed_dictionaries({key: st.integers(0, high) for key, high in ranges.items()})


def named(instrument: protocol.Instrument, weight: str) -> Any:
    return legal(weight=weight).map(lambda answers: (instrument, weight, answers))


every_set = st.one_of(named(RATER, "16A"), named(RATER, "16B"), named(SELF, "16"))


def all_ones(**changes: int | None) -> Answers:
    """Every item 1 (the total is 17), with changes; written `_3=None` for item 3."""
    answers: Answers = dict.fromkeys([*FOUR, *[key for key in TWO if key != "16"], "16A"], 1)
    return answers | {key.removeprefix("_"): value for key, value in changes.items()}


def without(*keys: str) -> Answers:
    return {key: value for key, value in all_ones().items() if key not in keys}


@given(every_set)
def test_total_is_the_sum_of_17_questions(case):
    instrument, _weight, answers = case
    found = score(instrument, answers)
    assert found == Score(
        questions=17, answered=17, not_assessed=0, missing=0, total=sum(answers.values()),
        total_prorated=None,
    )  # fmt: skip
    assert 0 <= found.total <= 52
    assert answer_problems(instrument, answers) == {}


@given(every_set, st.data())
def test_one_more_point_never_lowers_the_total_and_adds_one(case, data):
    instrument, weight, answers = case
    key = data.draw(st.sampled_from(sorted(answers)))
    if answers[key] == HIGHEST["16" if key == weight else key]:
        return
    more = score(instrument, {**answers, key: answers[key] + 1})
    assert more.total == score(instrument, answers).total + 1


@given(every_set, st.data())
def test_any_missing_or_declined_item_leaves_no_total(case, data):
    instrument, _weight, answers = case
    keys = data.draw(st.sets(st.sampled_from(sorted(answers)), min_size=1))
    declined = data.draw(st.booleans())
    left = {k: v for k, v in answers.items() if k not in keys}
    found = score(instrument, left | dict.fromkeys(keys) if declined else left)
    assert (found.total, found.missing) == (None, len(keys))


@given(named(RATER, "16A"), st.sampled_from(["16A", "16B"]))
def test_not_assessed_is_never_summed(case, weight):
    instrument, _weight, answers = case
    rest = {key: value for key, value in answers.items() if key != "16A"}
    found = score(instrument, {**rest, weight: 3})
    assert (found.total, found.not_assessed, found.missing) == (sum(rest.values()), 1, 0)
    assert found.total <= 50
    assert item_state(instrument, {**rest, weight: 3}, weight) is ItemState.NOT_ASSESSED


@given(named(RATER, "16A"))
def test_weight_by_history_and_by_measurement_count_the_same(case):
    instrument, _weight, answers = case
    measured = {("16B" if key == "16A" else key): value for key, value in answers.items()}
    assert score(instrument, measured) == score(instrument, answers)


@pytest.mark.parametrize(("instrument", "weight"), [(RATER, "16A"), (RATER, "16B"), (SELF, "16")])
def test_lowest_and_highest_total_are_0_and_52(instrument, weight):
    highest = {weight if key == "16" else key: high for key, high in HIGHEST.items()}
    assert score(instrument, dict.fromkeys(highest, 0)).total == 0
    assert score(instrument, highest).total == 52


# 1.2: A or B, not both; the other one is "logically skipped".
@pytest.mark.parametrize(
    ("weight", "total", "not_assessed"),
    [
        ({"16A": 2}, 18, 0),
        ({"16B": 2}, 18, 0),
        ({"16A": 3}, 16, 1),
        ({"16B": 3}, 16, 1),
        ({"16A": 3, "16B": 3}, 16, 1),
        ({"16A": 3, "16B": 2}, 18, 0),
        ({"16A": 1, "16B": 1}, None, 0),
        ({"16A": 0, "16B": 2}, None, 0),
        ({"16A": None}, None, 0),
        ({}, None, 0),
    ],
)
def test_weight_item(weight, total, not_assessed):
    found = score(RATER, {**without("16A"), **weight})
    assert (found.total, found.not_assessed) == (total, not_assessed)


def test_other_half_of_the_weight_item_is_skipped_not_missing():
    assert item_state(RATER, all_ones(), "16B") is ItemState.SKIPPED
    assert item_state(RATER, without("16A"), "16B") is ItemState.MISSING


# 1.6: with one or two items missing, sum x 52 / (sum of the maxima of those answered), apart.
@pytest.mark.parametrize(
    ("answers", "prorated"),
    [
        (all_ones(), None),
        (without("4"), 16.64),  # 16 x 52 / 50
        (without("10"), 17.33),  # 16 x 52 / 48
        (all_ones(_10=None), 17.33),
        (without("4", "10"), 16.96),  # 15 x 52 / 46
        (without("16A"), 16.64),
        (all_ones(_16A=3), 16.64),  # not assessed counts as missing here, the total stands at 16
        (without("4", "5", "6"), None),
        (without("1"), None),
        (without("3"), None),
        (without("3", "4"), None),
    ],
)
def test_prorated_total_stands_apart(answers, prorated):
    assert score(RATER, answers).total_prorated == prorated


@pytest.mark.parametrize("missing", ["4", "10", "16", "1"])
def test_own_version_is_never_prorated(missing):
    answers = {key: 1 for key in HIGHEST if key != missing}
    assert score(SELF, answers).total_prorated is None


def test_shortened_form_has_no_total():
    """1.6: items 1 to 3 at 0 do not stand for the whole scale."""
    assert score(RATER, {"1": 0, "2": 0, "3": 0}).total is None


def test_nothing_answered_has_no_total():
    assert score(RATER, {}) == Score(17, 0, 0, 17, None, None)


def test_instrument_of_single_items_has_no_total():
    found = score(WELLBEING, dict.fromkeys(WELLBEING.keys, 10))
    assert (found.answered, found.total, found.total_prorated) == (4, None, None)


# 1.1: an illegal score is refused by its item, at every edge.
@pytest.mark.parametrize("key", [*FOUR, *[key for key in TWO if key != "16"], "16A", "16B"])
def test_illegal_score_of_the_raters_scale_is_refused_by_item(key):
    high = 3 if key.startswith("16") else HIGHEST[key]  # 3: "not assessed"
    for value in range(high + 1):
        assert answer_problems(RATER, {key: value}) == {}
    for value in (-1, high + 1, 0.5, "1", True):
        assert list(answer_problems(RATER, {key: value})) == [f"answers.{key}"]


@pytest.mark.parametrize("key", [*FOUR, *TWO])
def test_illegal_score_of_the_own_version_is_refused_by_item(key):
    for value in range(HIGHEST[key] + 1):
        assert answer_problems(SELF, {key: value}) == {}
    for value in (-1, HIGHEST[key] + 1, 0.5, "1", True):
        assert list(answer_problems(SELF, {key: value})) == [f"answers.{key}"]


# 1.4, the table of edges: APA 2000, Zimmerman 2013, Rush 2003.
BANDS = [
    (7, "none", "none", "none"),
    (13, "mild", "mild", "mild"),
    (14, "moderate", "mild", "moderate"),
    (16, "moderate", "mild", "moderate"),
    (17, "moderate", "moderate", "moderate"),
    (19, "severe", "moderate", "moderate"),
    (20, "severe", "moderate", "severe"),
    (23, "very_severe", "moderate", "severe"),
    (24, "very_severe", "severe", "severe"),
    (26, "very_severe", "severe", "very_severe"),
]


@pytest.mark.parametrize(("total", "apa", "zimmerman", "rush"), BANDS)
def test_bands_at_the_published_edges(total, apa, zimmerman, rush):
    found = [RATER.band(s, total).code for s in ("apa2000", "zimmerman2013", "rush2003")]
    assert found == [apa, zimmerman, rush]


def test_own_version_has_no_bands():
    assert SELF.schemes == ()
