"""Which tier a danger belongs to (clinical notes 1.7 and 3.3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import protocol
from safety.rules import most_urgent, red_flag_tier


@pytest.mark.parametrize("name", ["exdep12", "short6"])
def test_red_flag_is_answered_as_fast_as_the_study_answers_anything(name):
    tiers = protocol.load(name).safety_tiers
    found = red_flag_tier(tiers)
    assert found in tiers
    assert all(found.acknowledge_minutes <= tier.acknowledge_minutes for tier in tiers)


@given(st.randoms(use_true_random=False))
def test_tiers_are_chosen_whatever_their_order(random):
    tiers = list(protocol.load("exdep12").safety_tiers)
    expected_fastest, expected_highest = red_flag_tier(tiers), most_urgent(tiers)
    random.shuffle(tiers)
    assert red_flag_tier(tiers) == expected_fastest
    assert most_urgent(tiers) == expected_highest


def test_most_urgent_of_several_is_the_highest_rank():
    tiers = protocol.load("exdep12").safety_tiers
    assert len(tiers) > 1
    for tier in tiers:
        assert most_urgent([tier]) == tier
        assert most_urgent(tiers).rank >= tier.rank
