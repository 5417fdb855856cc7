"""Codes of invitations, PINs and study ids. Pure.

A code is ten of thirty letters and digits that nobody mistakes for another (49 bits), so that
guessing one of a thousand open invitations takes 10¹¹ tries, of which the site allows a few an
hour. A PIN is the secret of someone without e-mail; it has six digits or more.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from itertools import pairwise

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
PIN_LENGTH = 6
LONGEST_PIN = 32
FIRST_NUMBER = 101
PREFIX = "EX-"
NUMBERED = re.compile(rf"{PREFIX}(\d+)")


def new_code() -> str:
    """A new code, drawn from the system's randomness."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def tidy(typed: str) -> str:
    """A code as it was drawn, from what somebody typed: in groups, in small letters."""
    return re.sub(r"[\s·.-]", "", typed).upper()[:64]


def grouped(code: str) -> str:
    """A code as it is printed: `ABC DEF GHJK`."""
    return f"{code[:3]} {code[3:6]} {code[6:]}"


def next_study_id(taken: Iterable[str]) -> str:
    """The number after the highest, from EX-101 on; ids of another form do not count."""
    numbers = [int(match[1]) for text in taken if (match := NUMBERED.fullmatch(text))]
    return f"{PREFIX}{max([FIRST_NUMBER - 1, *numbers]) + 1:03d}"


def why_not_pin(pin: str, *, study_id: str = "") -> str | None:
    """What is wrong with a PIN ("digits", "short", "simple"), or None.

    Too simple is what is tried first: one or two digits over and over, runs up or down, a
    repeated half, a date written year first, or the study id's number.
    """
    if not (pin.isascii() and pin.isdigit()) or len(pin) > LONGEST_PIN:
        return "digits"
    if len(pin) < PIN_LENGTH:
        return "short"
    return "simple" if _is_simple(pin, study_id) else None


def _is_simple(pin: str, study_id: str) -> bool:
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    half, rest = pin[: len(pin) // 2], pin[len(pin) // 2 :]
    number = study_id.removeprefix(PREFIX)
    return (
        len(set(pin)) <= 2
        or len(steps) == 1
        or half in (rest, rest[::-1])
        or bool(re.fullmatch(r"(\d\d)?(\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])", pin))
        or (len(number) >= PIN_LENGTH - 1 and number in pin)
    )
