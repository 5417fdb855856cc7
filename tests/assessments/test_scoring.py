"""Scores by the scale's published rules (Guy 1976: nine items of 0–4, eight of 0–2, 0 to 52)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import protocol
from assessments.rules import unanswered
from assessments.scoring import ItemState, item_state, part_total, score

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


def test_weight_not_assessed_stands_in_the_total_and_is_missing_in_the_prorated_one():
    """Guy 1976: it adds nothing; CDISC: not done. The total of 50 possible, and 50 × 52 / 50."""
    found = score(hdrs(), {**all_at(4, 2), "16A": 3})
    assert (found.total, found.not_assessed, found.total_prorated) == (50, 1, 52.0)


def test_a_whole_rating_is_not_prorated():
    assert score(hdrs(), all_at(2, 1)).total_prorated is None


def test_weight_not_assessed_and_two_missing_are_three_without_a_score():
    answers = all_at(2, 1)
    del answers["4"], answers["5"]
    found = score(hdrs(), {**answers, "16A": 3})
    assert (found.total, found.total_prorated, found.missing) == (None, None, 2)


def test_sleep_free_total_is_46_at_most():
    assert part_total(hdrs(), all_at(4, 2), "without_sleep") == 46


def test_sleep_free_total_stands_where_only_a_sleep_item_is_missing():
    answers = all_at(4, 2)
    del answers["5"]
    assert part_total(hdrs(), answers, "without_sleep") == 46
    assert score(hdrs(), answers).total is None


@pytest.mark.parametrize("key", ["1", "16A", "17"])
def test_sleep_free_total_needs_every_other_item(key):
    answers = all_at(4, 2)
    del answers[key]
    assert part_total(hdrs(), answers, "without_sleep") is None


def phq9(nine: int, functional: int | None) -> dict[str, int | None]:
    return {**{str(key): nine for key in range(1, 10)}, "10": functional}


@pytest.mark.parametrize("functional", [0, 3, None])
def test_phq9_never_sums_the_functional_item(functional):
    found = score(protocol.instrument("phq9"), phq9(3, functional))
    assert (found.total, found.questions, found.answered) == (27, 9, 9)
    assert (found.missing, found.total_prorated) == (0, None)


def test_phq9_functional_item_is_asked_all_the_same():
    answers = phq9(1, 0)
    del answers["10"]
    assert unanswered(protocol.instrument("phq9"), answers) == ["10"]


def test_phq9_two_missing_are_prorated_as_the_sum_times_9_by_the_answered():
    answers = phq9(2, 1)
    answers["1"] = answers["2"] = None
    found = score(protocol.instrument("phq9"), answers)
    assert (found.total, found.total_prorated) == (None, pytest.approx(14 * 9 / 7))


def test_phq9_three_missing_or_the_ninth_are_not_prorated():
    three = {**phq9(2, 1), "1": None, "2": None, "3": None}
    assert score(protocol.instrument("phq9"), three).total_prorated is None
    assert score(protocol.instrument("phq9"), {**phq9(2, 1), "9": None}).total_prorated is None


def test_gad7_sums_to_21():
    gad = protocol.instrument("gad7")
    assert score(gad, dict.fromkeys(gad.keys, 3)).total == 21


SUMMED = ("hdrs17", "hdrs17-self", "phq9", "gad7")


def whole_answers(code: str) -> st.SearchStrategy[dict[str, int | None]]:
    """Every question with a scored answer; of items of which one is rated, the first."""
    instrument = protocol.instrument(code)
    dropped = {key for group in instrument.scoring.one_of for key in group[1:]}
    return st.fixed_dictionaries(
        {i.key: st.integers(*i.range) for i in instrument.items if i.key not in dropped}
    )


@pytest.mark.parametrize("code", SUMMED)
@given(data=st.data())
def test_any_legal_answers_give_a_total_within_the_range(code, data):
    instrument = protocol.instrument(code)
    low, high = instrument.scoring.total_range
    assert low <= score(instrument, data.draw(whole_answers(code))).total <= high


@pytest.mark.parametrize("code", SUMMED)
@given(data=st.data())
def test_one_point_more_never_lowers_the_total(code, data):
    instrument = protocol.instrument(code)
    answers = data.draw(whole_answers(code))
    key = data.draw(st.sampled_from(sorted(answers)))
    more = {**answers, key: min(answers[key] + 1, instrument.item(key).range[1])}
    rise = score(instrument, more).total - score(instrument, answers).total
    counts = key not in instrument.scoring.apart and more[key] > answers[key]
    assert rise == (1 if counts else 0)


@pytest.mark.parametrize("code", SUMMED)
@given(data=st.data())
def test_a_missing_item_never_gives_an_unflagged_total(code, data):
    """No total, a count that says so, and at most a prorated one apart, within the range."""
    instrument = protocol.instrument(code)
    answers = data.draw(whole_answers(code))
    summed = sorted(set(answers) - set(instrument.scoring.apart))
    gone = data.draw(st.lists(st.sampled_from(summed), min_size=1, unique=True))
    for key in gone:
        if data.draw(st.booleans()):
            answers[key] = None
        else:
            del answers[key]
    found = score(instrument, answers)
    assert (found.total, found.missing) == (None, len(gone))
    if found.total_prorated is not None:
        assert not {*gone} & {*instrument.scoring.never_impute}
        assert len(gone) <= instrument.scoring.prorate_missing_at_most
        assert 0 <= found.total_prorated <= instrument.scoring.total_range[1]
