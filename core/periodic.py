"""Jobs that run from time to time, on one worker at a time, and how each went."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.module_loading import import_string

from core import clock
from core.models import PeriodicRun

logger = logging.getLogger("exdep.worker")

RETRY_INTERRUPTED_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class PeriodicJob:
    """`path` names a function without arguments; it runs again `every` so often."""

    name: str
    path: str
    every: timedelta


def is_due(job: PeriodicJob, row: PeriodicRun | None, now: datetime) -> bool:
    """Never ran, its time has come, or its worker was killed in the middle a minute ago."""
    if row is None:
        return True
    interrupted = row.last_finished is None or row.last_finished < row.last_started
    wait = min(job.every, RETRY_INTERRUPTED_AFTER) if interrupted else job.every
    return now - row.last_started >= wait


def due(jobs: Iterable[PeriodicJob], now: datetime) -> list[PeriodicJob]:
    rows = {row.name: row for row in PeriodicRun.objects.all()}
    return [job for job in jobs if is_due(job, rows.get(job.name), now)]


def run(job: PeriodicJob) -> bool:
    """Run one job and keep how it went. A job that fails is logged and never stops the worker."""
    PeriodicRun.objects.update_or_create(
        name=job.name, defaults={"last_started": clock.now(), "last_finished": None}
    )
    error = ""
    try:
        import_string(job.path)()
    except Exception as failure:  # whatever a job raises, the other jobs go on
        error = type(failure).__name__
        logger.exception("a periodic job failed", extra={"job": job.name})
    else:
        logger.info("a periodic job ran", extra={"job": job.name})
    PeriodicRun.objects.filter(name=job.name).update(
        last_finished=clock.now(), succeeded=not error, error=error
    )
    return not error
