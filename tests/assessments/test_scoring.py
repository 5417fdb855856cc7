"""Scores by the scale's published rules (Guy 1976: nine items of 0–4, eight of 0–2, 0 to 52)."""

from __future__ import annotations

import pytest

import protocol
from assessments.scoring import ItemState, item_state, score

FOUR = ("1", "2", "3", "7", "8", "9", "10", "11", "15")
TWO = ("4", "5", "6", "12", "13", "14", "16A", "17")


def hdrs():
    return protocol.instrument("hdrs17")


def all_at(four: int, two: int) -> dict[str, int | None]:
    return {**dict.fromkeys(FOUR, four), **dict.fromkeys(TWO, two)}


def test_every_item_at_its_highest_is_52():
    found = score(hdrs(), all_at(4, 2))
    assert (found.total, found.questions, found.answered, found.missing) == (52, 17, 17, 0)


def test_every_item_absent_is_0():
    assert score(hdrs(), all_at(0, 0)).total == 0


def test_weight_by_measurement_counts_as_item_16():
    answers = all_at(4, 2)
    answers["16B"] = answers.pop("16A")
    assert score(hdrs(), answers).total == 52


def test_weight_not_assessed_is_never_summed():
    found = score(hdrs(), {**all_at(4, 2), "16A": 3})
    assert (found.total, found.not_assessed, found.missing) == (50, 1, 0)


def test_weight_rated_both_ways_contradicts_itself_and_leaves_no_total():
    assert score(hdrs(), {**all_at(4, 2), "16B": 1}).total is None


@pytest.mark.parametrize("key", [*FOUR, *TWO])
def test_one_item_missing_leaves_no_total(key):
    answers = all_at(4, 2)
    del answers[key]
    found = score(hdrs(), answers)
    assert (found.total, found.missing, found.answered) == (None, 1, 16)


def test_a_declined_item_leaves_no_total():
    assert score(hdrs(), {**all_at(4, 2), "7": None}).total is None


def test_two_missing_items_are_prorated_by_the_highest_sums():
    answers = all_at(2, 1)
    del answers["4"], answers["17"]
    found = score(hdrs(), answers)
    assert found.total is None
    assert found.total_prorated == pytest.approx(24 * 52 / 48)


@pytest.mark.parametrize("key", ["1", "3"])
def test_mood_and_suicide_are_never_imputed(key):
    answers = all_at(2, 1)
    del answers[key]
    assert score(hdrs(), answers).total_prorated is None


def test_three_missing_items_are_not_prorated():
    answers = all_at(2, 1)
    for key in ("4", "5", "17"):
        del answers[key]
    assert score(hdrs(), answers).total_prorated is None


def test_the_own_questions_have_no_total():
    instrument = protocol.instrument("wellbeing")
    found = score(instrument, dict.fromkeys(instrument.keys, 5))
    assert (found.total, found.total_prorated, found.answered) == (None, None, 4)


def test_the_self_version_sums_to_52_on_its_own():
    instrument = protocol.instrument("hdrs17-self")
    highest = {item.key: item.range[1] for item in instrument.items}
    assert score(instrument, highest).total == 52


@pytest.mark.parametrize(
    ("answers", "key", "state"),
    [
        ({"16A": 1}, "16A", ItemState.ANSWERED),
        ({"16A": 1}, "16B", ItemState.SKIPPED),
        ({"16A": 3}, "16A", ItemState.NOT_ASSESSED),
        ({}, "16B", ItemState.MISSING),
        ({"1": None}, "1", ItemState.DECLINED),
        ({"1": 9}, "1", ItemState.MISSING),
    ],
)
def test_the_state_of_an_item(answers, key, state):
    assert item_state(hdrs(), answers, key) is state
