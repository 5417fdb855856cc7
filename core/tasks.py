"""Background work: which tasks may run twice, and the house's own periodic jobs.

@task()
@idempotent
def send_reminder(message_id: int) -> None: ...
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any, TypeVar

from django.conf import settings
from django_tasks_db.models import DBTaskResult

from core import clock

Function = TypeVar("Function", bound=Callable[..., Any])

KEEP_FINISHED_TASKS = timedelta(days=30)


def idempotent(function: Function) -> Function:
    """Mark a task's function: running it again after its worker was killed does no harm."""
    function.idempotent = True  # type: ignore[attr-defined]
    return function


def is_idempotent(function: Callable[..., Any]) -> bool:
    return bool(getattr(function, "idempotent", False))


def clear_expired_sessions() -> None:
    """Daily: sessions that ended stay no longer than they must."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def prune_finished_tasks() -> None:
    """Weekly: results of tasks that finished more than 30 days ago."""
    limit = clock.now() - KEEP_FINISHED_TASKS
    DBTaskResult.objects.finished().filter(finished_at__lt=limit).delete()
