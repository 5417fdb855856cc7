"""The allocation list as a pure draw: balanced at every prefix, exact where promised."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.rules.allocation import Slot, draw_list, list_sha256, strata, worst_imbalance

EQUAL = {"control": 1, "exercise": 1}
SEEDS = st.binary(min_size=32, max_size=32)


@given(seed=SEEDS)
def test_list_of_two_strata_of_fifty_is_exactly_25_and_25_each(seed):
    slots = draw_list(seed, {"female": 50, "male": 50}, EQUAL)
    counts = Counter((slot.stratum, slot.arm) for slot in slots)
    assert set(counts.values()) == {25}
    assert len(counts) == 4


@given(seed=SEEDS, places=st.integers(1, 120))
def test_list_is_within_half_a_block_at_every_prefix(seed, places):
    slots = draw_list(seed, {"only": places}, EQUAL)
    assert [slot.position for slot in slots] == list(range(1, places + 1))
    assert max(worst_imbalance(slots).values()) <= 3


@given(seed=SEEDS, places=st.integers(2, 20).map(lambda n: n * 6))
def test_list_two_to_one_keeps_its_ratio(seed, places):
    slots = draw_list(seed, {"only": places}, {"control": 1, "exercise": 2})
    counts = Counter(slot.arm for slot in slots)
    assert abs(counts["exercise"] - 2 * counts["control"]) <= 6


def test_list_depends_on_its_seed_alone():
    places = {"female": 50, "male": 50}
    first, again, other = (draw_list(seed * 32, places, EQUAL) for seed in (b"a", b"a", b"b"))
    assert list_sha256(first) == list_sha256(again) != list_sha256(other)


def test_list_uses_both_sizes_of_blocks():
    """Were all blocks of one size, the last arm of each could be guessed from the ones before."""
    ends = Counter()
    for seed in range(200):
        arms = [slot.arm for slot in draw_list(seed.to_bytes(32, "big"), {"a": 50}, EQUAL)]
        balanced = [n for n in range(2, 51, 2) if arms[:n].count("control") * 2 == n]
        ends.update(balanced)
    assert ends[4] > 20
    assert ends[6] > 20
    assert ends[50] == 200


@pytest.mark.parametrize("change", ["arm", "swap"])
def test_fingerprint_shows_any_change(change):
    slots = draw_list(b"s" * 32, {"a": 10}, EQUAL)
    first, second = slots[0], next(slot for slot in slots if slot.arm != slots[0].arm)
    changed = [slot for slot in slots if slot not in (first, second)]
    changed.append(Slot("a", first.position, second.arm))
    changed.append(second if change == "arm" else Slot("a", second.position, first.arm))
    assert list_sha256(changed) != list_sha256(slots)


def test_strata_are_every_combination_of_levels():
    assert strata([["bj", "sh"], ["female", "male"]]) == (
        "bj/female", "bj/male", "sh/female", "sh/male",
    )  # fmt: skip
