"""How often a door may be tried: counted in the shared cache, so that all processes count as one.

Windows are fixed, and a count that two processes raise at the same moment may lose one; a limit is
a brake here, and the length of the codes is the lock.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


@dataclass(frozen=True)
class Limit:
    """At most `times` within `seconds`."""

    name: str
    times: int
    seconds: int

    def used_up(self, who: str, now: datetime) -> bool:
        """Whether `who` has had all tries of this window."""
        return int(cache.get(self._key(who, now), 0)) >= self.times

    def count(self, who: str, now: datetime) -> None:
        """One more try of `who`."""
        key = self._key(who, now)
        cache.add(key, 0, timeout=self.seconds)
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two lines
            cache.set(key, 1, timeout=self.seconds)

    def _key(self, who: str, now: datetime) -> str:
        digest = hashlib.sha256(who.encode()).hexdigest()[:32]
        return f"limit:{self.name}:{digest}:{int(now.timestamp()) // self.seconds}"


# Wrong codes: by address, and of everyone together.
BY_ADDRESS = Limit("join-address", 20, 600)
OVERALL = Limit("join-all", 500, 3600)
# Mails with a code: by invitation, and to one address.
MAILS_BY_INVITATION = Limit("join-mails", 6, 3600)
MAILS_TO_ADDRESS = Limit("join-mails-to", 6, 3600)

EVERYONE = "everyone"


def address_of(request: HttpRequest) -> str:
    """The client's address as the study's own proxy saw it."""
    return str(get_adapter(request).get_client_ip(request))


def may_try_codes(request: HttpRequest, now: datetime) -> bool:
    """Whether codes are looked at for this client now."""
    return not (BY_ADDRESS.used_up(address_of(request), now) or OVERALL.used_up(EVERYONE, now))


def count_wrong_code(request: HttpRequest, now: datetime) -> None:
    """A code that opened nothing."""
    BY_ADDRESS.count(address_of(request), now)
    OVERALL.count(EVERYONE, now)


def may_mail(invitation_id: int, email: str, now: datetime) -> bool:
    """Whether another mail may go out; if so, it is counted."""
    invitation = str(invitation_id)
    if MAILS_BY_INVITATION.used_up(invitation, now) or MAILS_TO_ADDRESS.used_up(email, now):
        return False
    MAILS_BY_INVITATION.count(invitation, now)
    MAILS_TO_ADDRESS.count(email, now)
    return True
