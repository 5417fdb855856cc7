"""Leases: what one process holds until it says nothing for a while.

Each worker holds `worker:<id>` and renews it from a thread of its own, so that a long task does
not look like a dead worker. Whoever holds `periodic` runs the periodic jobs.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import Q

from core import clock
from core.models import WorkerLease

logger = logging.getLogger("exdep.worker")

PERIODIC = "periodic"
WORKER = "worker:"
LENGTH = timedelta(seconds=60)
BEAT_EVERY = timedelta(seconds=15)
FORGET_AFTER = timedelta(days=1)


def take(
    name: str, holder: str, *, length: timedelta = LENGTH, now: datetime | None = None
) -> bool:
    """Take or renew a lease. False while another holds it; two never hold it at once."""
    now = now or clock.now()
    fresh: dict[str, str | datetime] = {
        "holder": holder,
        "expires_at": now + length,
        "last_beat": now,
    }
    if _renew(name, fresh, now):
        return True
    _row, created = WorkerLease.objects.get_or_create(name=name, defaults=fresh)
    return created or _renew(name, fresh, now)


def _renew(name: str, fresh: dict[str, str | datetime], now: datetime) -> bool:
    free = Q(holder=fresh["holder"]) | Q(expires_at__lt=now)
    return bool(WorkerLease.objects.filter(free, name=name).update(**fresh))


def holds(name: str, holder: str) -> bool:
    return WorkerLease.objects.filter(
        name=name, holder=holder, expires_at__gte=clock.now()
    ).exists()


def release(holder: str) -> None:
    """Give back everything at a clean stop, so that another worker goes on at once."""
    WorkerLease.objects.filter(holder=holder).delete()


def live_workers(now: datetime | None = None) -> set[str]:
    """Ids of the workers whose lease has not run out."""
    names = WorkerLease.objects.filter(
        name__startswith=WORKER, expires_at__gte=now or clock.now()
    ).values_list("holder", flat=True)
    return set(names)


def forget_old() -> None:
    """Drop the rows of workers that were killed more than a day ago."""
    WorkerLease.objects.filter(
        name__startswith=WORKER, expires_at__lt=clock.now() - FORGET_AFTER
    ).delete()


class Beat(threading.Thread):
    """Renews a worker's leases every 15 s until `stop`."""

    def __init__(self, holder: str) -> None:
        super().__init__(name="beat", daemon=True)
        self.holder = holder
        self.ended = threading.Event()

    def once(self) -> None:
        take(WORKER + self.holder, self.holder)
        take(PERIODIC, self.holder)

    def run(self) -> None:
        try:
            while not self.ended.wait(BEAT_EVERY.total_seconds()):
                self._try()
        finally:
            connection.close()

    def _try(self) -> None:
        try:
            self.once()
        except DatabaseError:
            logger.exception("the beat did not reach the database")
            connection.close()

    def stop(self) -> None:
        self.ended.set()
        if self.is_alive():
            self.join(timeout=30)
