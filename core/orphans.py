"""Tasks whose worker was killed in the middle: run again where that does no harm, else failed."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from core import leases
from core.tasks import is_idempotent

logger = logging.getLogger("exdep.worker")

MOST_ATTEMPTS = 3


class WorkerGone(Exception):  # noqa: N818 (shown as the task's failure, and it is no bug)
    """The worker was killed in the middle of the task, which may not simply run twice."""


def find(now: datetime | None = None) -> list[DBTaskResult[..., Any]]:
    """Running tasks whose last worker holds no lease any more."""
    running = list(DBTaskResult.objects.running())
    if not running:
        return []
    live = leases.live_workers(now or timezone.now())
    return [row for row in running if not row.worker_ids or row.worker_ids[-1] not in live]


def settle() -> int:
    """Decide about each orphan, each in its own transaction. Returns how many there were."""
    orphans = find()
    for row in orphans:
        with transaction.atomic():
            _settle_one(row)
    return len(orphans)


def _settle_one(found: DBTaskResult[..., Any]) -> None:
    row = (
        DBTaskResult.objects.select_for_update()
        .filter(pk=found.pk, status=TaskResultStatus.RUNNING, started_at=found.started_at)
        .first()
    )
    if row is None:  # finished, or settled by another worker, meanwhile
        return
    again = may_run_again(row)
    if again:
        row.status = TaskResultStatus.READY
        row.save(update_fields=["status"])
    else:
        row.set_failed(WorkerGone(f"attempt {len(row.worker_ids)}"))
    logger.error(
        "a task's worker is gone",
        extra={"task": row.task_path, "task_id": str(row.pk), "run_again": again},
    )


def may_run_again(row: DBTaskResult[..., Any]) -> bool:
    """Marked idempotent, and it has not taken its worker with it three times."""
    try:
        function = row.task.func
    except (ImportError, SuspiciousOperation):
        return False
    return is_idempotent(function) and len(row.worker_ids) < MOST_ATTEMPTS
