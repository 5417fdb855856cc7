"""What a workout may say, and whether it was already said. Pure; CONTRACT, "API, version 1"."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.utils.translation import gettext_lazy as _

# A phone's clock runs a little fast; a start further ahead than this is a mistake.
CLOCK_TOLERANCE = timedelta(minutes=15)
EARLIEST_YEAR = 2000

Problems = dict[str, list[Any]]


@dataclass(frozen=True)
class Vocabulary:
    """The words a study's protocol allows."""

    activities: frozenset[str]
    symptoms: frozenset[str]


def problems(entry: Mapping[str, Any], vocabulary: Vocabulary, *, now: datetime) -> Problems:
    """Every field of an entry that breaks a rule, with what to do. Empty when it is sound."""
    found: Problems = {}
    if entry["activity"] not in vocabulary.activities:
        found["activity"] = [_("This study has no activity “%s”.") % entry["activity"]]
    unknown = sorted(set(entry.get("symptoms") or ()) - vocabulary.symptoms)
    if unknown:
        found["symptoms"] = [_("Not on the study's list: %s.") % ", ".join(unknown)]
    if entry["started_at"] > now + CLOCK_TOLERANCE:
        found["started_at"] = [_("This start lies ahead of us. Please check the day and the time.")]
    elif entry["started_at"].year < EARLIEST_YEAR:
        found["started_at"] = [_("This start is too long ago. Please check the year.")]
    mean, highest = entry.get("hr_mean_bpm"), entry.get("hr_max_bpm")
    if mean is not None and highest is not None and mean > highest:
        found["hr_mean_bpm"] = [_("The mean heart rate cannot be above the highest one.")]
    return found


def settled(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry as it is stored: a reason to stop early says that it was, unless the entry itself
    says that it was not; no reason is empty."""
    early = entry.get("stopped_early")
    why = "" if early is False else entry.get("stopped_because") or ""
    return {**entry, "stopped_because": why, "stopped_early": True if why else early}


def set_problems(lines: Collection[Mapping[str, Any]]) -> list[Any]:
    """What is wrong with the strength sets: bands and body weight have no kilograms."""
    return [
        _("Line %d: bands and body weight have no kilograms. Leave the load empty.") % number
        for number, line in enumerate(lines, start=1)
        if line.get("load_kg") is not None and _has_no_kilograms(line["equipment"])
    ]


def _has_no_kilograms(equipment: str) -> bool:
    word = equipment.lower().replace(" ", "").replace("_", "")
    return "band" in word or "bodyweight" in word


class Step(Enum):
    """What to do with an entry that arrives for a workout that is there already."""

    CORRECT = "correct"
    KEEP = "keep"
    CONFLICT = "conflict"


def edit_step(*, stored_edit: int, edit: int, same_body: bool) -> Step:
    """A higher `edit` corrects, a lower one is late and changes nothing, equal must agree."""
    if edit > stored_edit:
        return Step.CORRECT
    if edit < stored_edit or same_body:
        return Step.KEEP
    return Step.CONFLICT
