"""The alarms on every staff page: a message that could not be sent, a report that is late."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from core import clock
from safety.models import WATCH_ALERTS
from safety.selectors import messages_in_trouble_at, reports_overdue


def alarm(request: HttpRequest) -> dict[str, Any]:
    """`safety_alarm`, `events_overdue`: how many, asked only where a page shows them; nothing for
    whoever may not know of alerts, raters above all."""

    def trouble() -> int:
        user = getattr(request, "user", None)
        if not isinstance(user, User) or not user.has_role(*WATCH_ALERTS):
            return 0
        return messages_in_trouble_at(user, clock.now())

    def overdue() -> int:
        user = getattr(request, "user", None)
        if not isinstance(user, User) or not user.has_role(*WATCH_ALERTS):
            return 0
        return reports_overdue(user, clock.now())

    return {"safety_alarm": SimpleLazyObject(trouble), "events_overdue": SimpleLazyObject(overdue)}
