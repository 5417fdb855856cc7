"""What was typed into a page whose sign-in had ended meanwhile: kept until its writer is back.

A page that may be open for long carries a signed note of whose it is; where a member of staff was
signed out by rest, the session that just ended says so. Posted after the session has
ended, its fields wait in the new session, which belongs to nobody yet, and only the same account
gets to see them. They are gone at once where somebody else signs in, and cannot be read after an
hour; the worker's hourly job then clears them away. Passwords, PINs and files never wait.

A participant's pages and the rater's fill themselves in again (`take`); the desk's forms are shown
by the guard before the page, to be sent or left.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, QueryDict

from accounts.models import User

KEPT = "unsent"
OWNER_FIELD = "owner"
KEPT_FOR = timedelta(hours=1)
LARGEST = 20_000  # characters; the log page's longest entry is about 3,000
LARGEST_OF_STAFF = 500_000  # a consent document in both languages, as it travels
LEAVE = "unsent-leave"
UNKEPT = frozenset({OWNER_FIELD, LEAVE, "csrfmiddlewaretoken"})
SECRET = re.compile(r"(^|[_-])(pass(word|phrase)?\d?|pin\d?|again|otp|secret|token)($|[_-])")
_SALT = "enrollment.unsent"


def owner_note(user: User) -> str:
    """The signed note that a form carries of whose it is."""
    return signing.dumps(user.pk, salt=_SALT)


def keep(request: HttpRequest, now: datetime, writer: User | None = None) -> bool:
    """Whether the posted fields were kept: those of a page that says whose it is, or those of
    `writer`, whose session has just ended."""
    owner = writer.pk if writer else _owner(request.POST.get(OWNER_FIELD, ""))
    fields = request.POST.copy()
    for name in list(fields):
        if name in UNKEPT or SECRET.search(name):
            del fields[name]
    body = fields.urlencode()
    if owner is None or len(body) > (LARGEST_OF_STAFF if writer else LARGEST):
        return False
    request.session[KEPT] = {
        "owner": owner, "path": request.path, "fields": body, "at": now.isoformat(),
    }  # fmt: skip
    request.session.set_expiry(int(KEPT_FOR.total_seconds()))
    return True


def forget_others(session: MutableMapping[str, Any], user: User, now: datetime) -> None:
    """Drop what is too old, or was written by anyone but `user`."""
    kept = session.get(KEPT)
    if kept is not None and not _is_for(kept, user, now):
        del session[KEPT]


def take(request: HttpRequest, now: datetime) -> QueryDict | None:
    """The fields that wait for this person at this address, once."""
    fields = look(request, now)
    if fields is not None:
        del request.session[KEPT]
    return fields


def look(request: HttpRequest, now: datetime) -> QueryDict | None:
    """The same, and they wait on."""
    kept = request.session.get(KEPT)
    if kept is None or kept["path"] != request.path or not _is_for(kept, request.user, now):
        return None
    return QueryDict(kept["fields"])


def lines(fields: QueryDict) -> list[dict[str, object]]:
    """Each field with what was written there, as a page shows it and sends it on. Buttons, and
    what was left empty or hidden by a form's own rules (`_save`), are sent without being shown."""
    return [
        {
            "name": name,
            "value": value,
            "label": name.replace("_", " ").replace("-", " ").strip().capitalize(),
            "shown": bool(value.strip()) and not name.startswith("_"),
        }
        for name, values in fields.lists()
        for value in values
    ]


def _is_for(kept: dict[str, Any], user: Any, now: datetime) -> bool:
    fresh = now - datetime.fromisoformat(kept["at"]) <= KEPT_FOR
    return fresh and bool(kept["owner"] == user.pk)


def _owner(note: str) -> int | None:
    longest = timedelta(days=settings.PARTICIPANT_SESSION_DAYS)
    try:
        return int(signing.loads(note, salt=_SALT, max_age=longest))
    except signing.BadSignature:
        return None
