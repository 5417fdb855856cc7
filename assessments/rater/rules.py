"""Who scores which visit, and who may sign. Pure; shares and limits are the protocol's."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from protocol import Instrument, Study
from protocol.study import SafetyTier

FIRST, SECOND = 1, 2
DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Begun:
    """A reading of a visit that somebody has begun: who, and whether it is signed."""

    rater: int | None
    signed: bool


def is_doubled(study_id: str, visit: str, *, share: float, key: bytes) -> bool:
    """Whether two raters score this visit independently: always the same answer for a visit, about
    `share` of all visits, and without the study's key nobody can tell which."""
    text = f"double rating:{study_id}:{visit}".encode()
    drawn = int.from_bytes(hmac.new(key, text, hashlib.sha256).digest()[:8], "big")
    return drawn < share * 2**64


def reading_for(
    rater: int, begun: Mapping[int, Begun], *, doubled: bool, booked: int | None
) -> int | None:
    """Which reading of a visit is this rater's: 1, or 2 where it is scored twice; None is nobody's
    or another's.

    Whoever begins a reading keeps it. The first is the booked rater's, or anybody's where none is
    booked; the second is open to any other rater once the first is begun.
    """
    own = [reading for reading, row in sorted(begun.items()) if row.rater == rater]
    if own:
        return own[0]
    if FIRST not in begun:
        return FIRST if booked in (None, rater) else None
    return SECOND if doubled and SECOND not in begun else None


def is_discrepant(first: int | None, second: int | None, points: int) -> bool:
    """Whether two totals differ by the protocol's points or more. Without both nothing is known."""
    return first is not None and second is not None and abs(first - second) >= points


def is_trained(periods: Iterable[tuple[date, date]], on: date) -> bool:
    """Whether a training counts on a day; `periods` are first and last day, both included."""
    return any(first <= on <= last for first, last in periods)


def urgent_scores(study: Study, scale: Instrument) -> dict[str, list[tuple[int, SafetyTier]]]:
    """By item, the scores that a clinician must look into within a day, each with its tier."""
    found: dict[str, list[tuple[int, SafetyTier]]] = {}
    for key in sorted(scale.alert_items):
        for option in scale.item(key).options:
            tiers = [study.safety_tier(code) for code in scale.alert_tiers(key, option.value)]
            urgent = [tier for tier in tiers if tier.assess_minutes <= DAY_MINUTES]
            if urgent:
                worst = max(urgent, key=lambda tier: tier.rank)
                found.setdefault(key, []).append((option.value, worst))
    return found


def differences(
    first: Mapping[str, int | None], second: Mapping[str, int | None], keys: Iterable[str]
) -> list[str]:
    """The items that two raters scored differently, in order; not rated is a score of its own."""
    return [key for key in keys if first.get(key, "") != second.get(key, "")]


def proposal_key(scores: Mapping[str, int | None] | None, words: str) -> str:
    """Names a proposal by what it says, so that only what was read is confirmed."""
    text = json.dumps([scores, words], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
