"""What an export may carry, and under which names. Pure.

Source: DESIGN, "The arm is a secret", and CONTRACT, "Export". What a participant did tells the
arm, so that an export holds either what happened or who was allocated to A and B, never both, and
the two call the same person by different ids.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from enum import StrEnum


class Kind(StrEnum):
    """`conduct`: what happened, without allocation. `blinded`: A and B with the outcomes."""

    CONDUCT = "conduct"
    BLINDED = "blinded"


# Whoever reads one of these sees who was asked to exercise, or what raters believe of it. Tables of
# rooms still to come too.
TELLS_THE_ARM = frozenset({
    "prescriptions", "sessions", "workouts", "weeks", "strength_sets", "check_ins", "estimates",
    "adverse_events", "deviations", "contacts", "fitness_assessments", "arm_guesses",
})  # fmt: skip
NAMES_THE_ARM = frozenset({"allocations"})


def carries(kind: Kind, table: str) -> bool:
    """Whether an export of this kind may hold a table."""
    return table not in (NAMES_THE_ARM if kind is Kind.CONDUCT else TELLS_THE_ARM)


def pseudonym(key: bytes, kind: Kind, study_id: str) -> str:
    """The id a participant has in exports of one kind: the same each time, never the study's.

    16 letters and digits (80 bits) of an HMAC; without the key nobody can try study ids.
    """
    return "P" + token(key, kind, "participant", study_id)[:16]


def token(key: bytes, kind: Kind, what: str, value: str) -> str:
    """A stable stand-in (52 letters and digits) for a value that is not shown."""
    text = "\0".join(("export", kind.value, what, value)).encode()
    digest = hmac.new(key, text, hashlib.sha256).digest()
    return base64.b32encode(digest).decode().rstrip("=")


def arm_letters(key: bytes, arms: Iterable[str]) -> dict[str, str]:
    """A, B, … for the arms' codes, in an order that only the key's holder could tell."""
    shuffled = sorted(arms, key=lambda arm: token(key, Kind.BLINDED, "arm", arm))
    return {arm: chr(ord("A") + place) for place, arm in enumerate(shuffled)}


def why_not(kind: Kind, *, identified: bool, file_format: str) -> str | None:
    """What stands against an export, as one line, or None."""
    if file_format != "csv":
        return f"The format {file_format!r} is not written yet; use csv."
    if identified and kind is Kind.BLINDED:
        return (
            "A blinded export cannot carry the study's own ids: "
            "they would tell which group is which. Leave --identified out."
        )
    return None
