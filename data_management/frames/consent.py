"""What was made while a renewed consent was pending, and accepted after it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from data_management.frames.chunk import Chunk
from enrollment.models import ConsentDocument, ConsentRecord
from enrollment.rules.consent import Gap, gaps, made_while_pending


def marks(chunk: Chunk, made: Iterable[tuple[int, datetime]]) -> list[bool]:
    """For each (participant's key, moment): whether a renewed consent was pending then."""
    waits = _waits(chunk)
    return [made_while_pending(at, waits.get(person, [])) for person, at in made]


def _waits(chunk: Chunk) -> dict[int, list[Gap]]:
    """The waits of each participant of a chunk. Two queries."""
    approvals = [
        (version, at)
        for version, at in ConsentDocument.objects.values_list("version", "approved_at")
        if at is not None
    ]
    signed: dict[int, dict[str, datetime]] = {}
    rows = ConsentRecord.objects.filter(participant__in=list(chunk.people.index)).order_by()
    for person, version, at in rows.values_list("participant_id", "document__version", "signed_at"):
        signed.setdefault(person, {})[version] = at
    return {person: gaps(approvals, versions) for person, versions in signed.items()}
