"""The links that open one questionnaire on a device of the clinic: signed, short-lived, used once.

A link names its participant by number, and nothing else about them.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing

from core.errors import NotFound

LASTS = timedelta(hours=2)  # for the link, and again for the session that it opens: our choice
_SALT = "assessments.clinic"


@dataclass(frozen=True)
class Link:
    """What a link is about. `number` is its own, by which it is used once."""

    participant: int
    visit: str
    instrument: str
    number: str


def new(participant: int, visit: str, instrument: str) -> Link:
    """A link that nobody has used."""
    return Link(participant, visit, instrument, secrets.token_hex(8))


def sign(link: Link) -> str:
    """The text that stands in the address."""
    parts = [link.participant, link.visit, link.instrument, link.number]
    return signing.dumps(parts, salt=_SALT)


def read(token: str) -> Link:
    """The link of an address. Raises NotFound where it is none of ours, or too old."""
    try:
        return Link(*signing.loads(token, salt=_SALT, max_age=LASTS))
    except signing.BadSignature:
        raise NotFound from None
