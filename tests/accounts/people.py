"""People and trails for the tests of this room."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import AuditEvent, User


def person(code: str = "p-1", **fields: Any) -> User:
    return User.objects.create_user(sign_in_code=code, **fields)


def write(count: int, *, by: User | None = None, action: str = "test.done") -> list[AuditEvent]:
    """`count` lines, each in a transaction of its own."""
    events = []
    for number in range(count):
        with transaction.atomic():
            events.append(audit.record(action=action, by=by, changes={"number": number}))
    return events
