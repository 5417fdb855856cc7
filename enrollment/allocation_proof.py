"""Proves the allocation list untouched and used in order. Reads only; names places, never arms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from accounts.models import AuditEvent
from enrollment.models import AllocationList, AllocationSlot, Deviation, Participant
from enrollment.rules.allocation import Slot, list_sha256
from enrollment.seal import BrokenSealError
from enrollment.services import allocation
from enrollment.services.ready import stratum_of

Place = tuple[str, int]


@dataclass
class Proof:
    """What was found. `problems` are sentences for the person who runs the proof."""

    sha256: str = ""
    places: int = 0
    used: int = 0
    problems: list[str] = field(default_factory=list)


def prove() -> Proof:
    """Open every place, compare the list with its fingerprints, and every use with the order."""
    made = AllocationList.objects.filter(pk=1).first()
    if made is None:
        return Proof(problems=["There is no allocation list yet: run make_allocation_list."])
    rows = list(
        AllocationSlot.objects.select_related("participant__site").order_by("stratum", "position")
    )
    proof = Proof(made.sha256, len(rows), sum(row.participant_id is not None for row in rows))
    arms, broken = _opened(rows)
    proof.problems += [f"{_name(place)} was altered or moved." for place in broken]
    proof.problems += _gone(made, rows)
    if not proof.problems:
        drawn = [Slot(*place, arm) for place, arm in arms.items()]
        proof.problems += _fingerprints(made, list_sha256(drawn))
    proof.problems += _out_of_order(rows)
    proof.problems += _wrong_uses(rows, arms)
    proof.problems += _without_place()
    return proof


def _name(place: Place) -> str:
    return f"Slot {place[1]} of {place[0]}"


def _opened(rows: list[AllocationSlot]) -> tuple[dict[Place, str], list[Place]]:
    arms: dict[Place, str] = {}
    broken = []
    for row in rows:
        try:
            arms[row.stratum, row.position] = allocation.open_arm(row)
        except (BrokenSealError, ValueError):
            broken.append((row.stratum, row.position))
    return arms, broken


def _gone(made: AllocationList, rows: list[AllocationSlot]) -> Iterator[str]:
    """Places that are missing, or that nobody made."""
    found = {(row.stratum, row.position) for row in rows}
    event = _made_event()
    slots = json.loads(event.changes)["slots"] if event else made.places
    expected = {(name, n) for name, last in slots.items() for n in range(1, last + 1)}
    for place in sorted(expected - found):
        yield f"{_name(place)} is missing."
    for place in sorted(found - expected):
        yield f"{_name(place)} was not made with the list."


def _made_event() -> AuditEvent | None:
    return AuditEvent.objects.filter(action=allocation.LIST_MADE).order_by("seq").first()


def _fingerprints(made: AllocationList, found: str) -> Iterator[str]:
    event = _made_event()
    if event is None:
        yield "The audit trail does not know of this list."
    elif json.loads(event.changes)["sha256"] != found:
        yield "The list is not the one that the audit trail knows by its SHA-256."
    if made.sha256 != found:
        yield "The list's own SHA-256 does not fit its places."


def _out_of_order(rows: list[AllocationSlot]) -> Iterator[str]:
    """In each stratum the used places come first, in the order of time."""
    last: dict[str, AllocationSlot] = {}
    for row in rows:
        if row.participant_id is None:
            last.setdefault(row.stratum, row)
            continue
        before = last.get(row.stratum)
        if before is not None and before.participant_id is None:
            yield f"{_name((row.stratum, row.position))} was used while an earlier one was free."
            continue
        if before is not None and before.used_at and row.used_at and row.used_at < before.used_at:
            yield f"{_name((row.stratum, row.position))} was used before the one in front of it."
        last[row.stratum] = row


def _wrong_uses(rows: list[AllocationSlot], arms: dict[Place, str]) -> Iterator[str]:
    """Who holds a place has its arm, is of its stratum (or a deviation says so), and the trail
    tells the same."""
    excused = set(
        Deviation.objects.filter(category=Deviation.Category.RANDOMISATION).values_list(
            "participant_id", flat=True
        )
    )
    told = _told()
    for row in rows:
        person, place = row.participant, (row.stratum, row.position)
        if person is None:
            continue
        if place in arms and person.arm != arms[place]:
            yield f"{_name(place)}: {person} is in another arm than the place gave."
        if stratum_of(person) != row.stratum and person.pk not in excused:
            yield f"{_name(place)}: {person} is of another stratum, and no deviation says why."
        if told.get(place) != person.pk:
            yield f"{_name(place)}: the audit trail does not know of {person} in it."


def _told() -> dict[Place, int | None]:
    """Who took which place, as the trail has it."""
    found: dict[Place, int | None] = {}
    for event in AuditEvent.objects.filter(action=allocation.ALLOCATED).order_by("seq"):
        changes = json.loads(event.changes)
        found[changes["stratum"], changes["position"]] = event.participant_id
    return found


def _without_place() -> Iterator[str]:
    for person in Participant.objects.exclude(arm="").filter(allocation_slot=None):
        yield f"{person} has an arm and no place of the list."
