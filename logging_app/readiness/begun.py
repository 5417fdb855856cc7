"""A session that was begun and is not written down yet: kept with the sign-in for half a day.

The phone keeps the same beside it (static/logging_app/begun.js), for when it has no network.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest

KEY = "begun"
KEPT_FOR = timedelta(hours=12)


@dataclass(frozen=True)
class Begun:
    """`entry` is the uuid that the workout will have; mood 0–10 and beats a minute, or unknown."""

    entry: UUID
    started_at: datetime
    session: str = ""
    mood_before: int | None = None
    hr_before_bpm: int | None = None


def keep(request: HttpRequest, begun: Begun) -> None:
    """One at a time: a later start replaces an earlier one."""
    data: dict[str, Any] = asdict(begun)
    request.session[KEY] = {
        **data, "entry": str(begun.entry), "started_at": begun.started_at.isoformat(),
    }  # fmt: skip


def found(request: HttpRequest, now: datetime) -> Begun | None:
    """What was begun, or None: nothing, or half a day ago."""
    data = request.session.get(KEY)
    if data is None:
        return None
    started = datetime.fromisoformat(data["started_at"])
    if now - started > KEPT_FOR:
        forget(request)
        return None
    return Begun(**{**data, "entry": UUID(data["entry"]), "started_at": started})


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)
