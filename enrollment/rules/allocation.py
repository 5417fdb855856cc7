"""The allocation list: permuted blocks within strata. Pure: a secret seed in, a list out.

Blocks of 4 and 6 in an order nobody can guess, each with both arms in the study's ratio, so that
within a stratum the arms never differ by more than half the largest block (CONSORT 2025, 17a/17b).
Everything is drawn by HMAC-SHA256 under the seed: the same seed gives the same list on any
machine and any version of Python.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import TypeVar

BLOCK_SIZES = (4, 6)

T = TypeVar("T")


@dataclass(frozen=True, order=True)
class Slot:
    """One place of the list: the `position`-th (from 1) of its stratum. Printing tells no arm."""

    stratum: str
    position: int
    arm: str = field(repr=False)


def strata(levels: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Every combination of the factors' levels, joined by `/`: `female`, or `bj/female`."""
    return tuple("/".join(combination) for combination in product(*levels))


def draw_list(seed: bytes, places: Mapping[str, int], ratio: Mapping[str, int]) -> list[Slot]:
    """The whole list: for each stratum as many slots as it has places.

    `ratio` maps each arm to its share of a block. Where the places of a stratum are a sum of whole
    blocks, its arms are exactly in ratio; else the last block is cut, and the arms may differ by
    at most half the largest block.
    """
    return [
        Slot(stratum, position, arm)
        for stratum in sorted(places)
        for position, arm in enumerate(_arms(seed, stratum, places[stratum], ratio), start=1)
    ]


def draw_whole(
    seed: bytes, caps: Mapping[str, int], ratio: Mapping[str, int], *, overflow: str
) -> list[Slot]:
    """The list with as many places as each stratum's cap, exact there where that can be.

    With `overflow` "extend" each stratum has as many places again, in blocks that begin after its
    cap, so that the exact part stays exact.
    """
    slots = draw_list(seed, caps, ratio)
    if overflow == "extend":
        again = hmac.digest(seed, b"exdep-allocation-1/extension", "sha256")
        slots += [
            Slot(slot.stratum, caps[slot.stratum] + slot.position, slot.arm)
            for slot in draw_list(again, caps, ratio)
        ]
    return sorted(slots)


def _arms(seed: bytes, stratum: str, places: int, ratio: Mapping[str, int]) -> list[str]:
    arms: list[str] = []
    for number, size in enumerate(_block_sizes(seed, stratum, places, sum(ratio.values()))):
        arms += _block(seed, f"{stratum}/{number}", size, ratio)
    return arms[:places]


def _block_sizes(seed: bytes, stratum: str, places: int, unit: int) -> list[int]:
    """Sizes that add up to `places` where they can, in a drawn order; else to the next sum."""
    small, large = (size * unit // 2 for size in BLOCK_SIZES)
    total = next(n for n in range(places, places + small) if _mixes(n, small, large))
    mixes = _mixes(total, small, large)
    both = [mix for mix in mixes if all(mix)] or mixes
    count_small, count_large = both[_number(seed, f"{stratum}/mix") % len(both)]
    sizes = [small] * count_small + [large] * count_large
    return _shuffled(seed, f"{stratum}/order", sizes)


def _mixes(total: int, small: int, large: int) -> list[tuple[int, int]]:
    """Every way to write `total` as blocks: for 50 of 4 and 6, (11,1) (8,3) (5,5) (2,7)."""
    return [
        ((total - large * count) // small, count)
        for count in range(total // large + 1)
        if (total - large * count) % small == 0
    ]


def _block(seed: bytes, name: str, size: int, ratio: Mapping[str, int]) -> list[str]:
    copies = size // sum(ratio.values())
    return _shuffled(seed, name, [arm for arm in sorted(ratio) for _ in range(ratio[arm] * copies)])


def _shuffled(seed: bytes, name: str, items: list[T]) -> list[T]:
    order = sorted(range(len(items)), key=lambda place: _number(seed, f"{name}/{place}"))
    return [items[place] for place in order]


def _number(seed: bytes, name: str) -> int:
    return int.from_bytes(hmac.digest(seed, f"exdep-allocation-1/{name}".encode(), "sha256"), "big")


def list_sha256(slots: Iterable[Slot]) -> str:
    """The list's fingerprint, printed when it is made and proved by `verify_allocation`."""
    return hashlib.sha256(b"\n".join(_lines(slots))).hexdigest()


def _lines(slots: Iterable[Slot]) -> Iterator[bytes]:
    for slot in sorted(slots):
        yield json.dumps([slot.stratum, slot.position, slot.arm]).encode()


def worst_imbalance(slots: Iterable[Slot]) -> dict[str, int]:
    """For each stratum the largest difference between two arms at any point of the list."""
    counts: dict[str, dict[str, int]] = {}
    worst: dict[str, int] = {}
    slots = sorted(slots)
    arms = {slot.arm for slot in slots}
    for slot in slots:
        seen = counts.setdefault(slot.stratum, dict.fromkeys(arms, 0))
        seen[slot.arm] += 1
        spread = max(seen.values()) - min(seen.values())
        worst[slot.stratum] = max(worst.get(slot.stratum, 0), spread)
    return worst


def excess_bound(slots: Iterable[Slot], ratio: Mapping[str, int]) -> float:
    """How far the arms of the whole study can be from their ratio at any moment, in people.

    The sum over the strata of each one's largest excess at any point; strata fill independently.
    In a study of equal arms the largest arm can lead the smallest by at most this many.
    """
    slots = sorted(slots)
    if len(set(ratio.values())) == 1:
        return float(sum(worst_imbalance(slots).values()))
    unit = sum(ratio.values())
    worst: dict[str, float] = {}
    seen: dict[tuple[str, str], int] = {}
    for slot in slots:
        seen[slot.stratum, slot.arm] = seen.get((slot.stratum, slot.arm), 0) + 1
        off = max(
            abs(seen.get((slot.stratum, arm), 0) - slot.position * share / unit)
            for arm, share in ratio.items()
        )
        worst[slot.stratum] = max(worst.get(slot.stratum, 0.0), off)
    return sum(worst.values())
