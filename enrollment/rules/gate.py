"""Whose data may be written now. Pure: facts in, a refusal or None out (DESIGN, "One guard")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.errors import ConsentPending, Locked, Refused, Withdrawn


@dataclass(frozen=True)
class WriteFacts:
    """What the gate needs to know of one participant at one moment. `signed_at`: when they signed
    the version in force, None where they did not."""

    withdrawn: bool
    locked: bool
    signed_versions: frozenset[str]
    version_in_force: str | None
    signed_at: datetime | None = None


def refusal_to_write(facts: WriteFacts) -> type[Refused] | None:
    """Why nothing may be written, or None. Withdrawal outranks a lock, a lock outranks consent."""
    if facts.withdrawn:
        return Withdrawn
    if facts.locked:
        return Locked
    if facts.version_in_force is None or facts.version_in_force not in facts.signed_versions:
        return ConsentPending
    return None
