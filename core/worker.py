"""The worker: the periodic jobs under a lease, then tasks, until it is asked to stop."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from datetime import timedelta
from types import FrameType

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as TaskRunner
from django_tasks_db.models import DBTaskResult

from core import clock, leases, orphans, periodic
from core.periodic import PeriodicJob

logger = logging.getLogger("exdep.worker")

PERIODIC: list[PeriodicJob] = [
    PeriodicJob("tell_of_alerts", "safety.services.telling.tick", timedelta(seconds=30)),
    PeriodicJob("anchor_audit_head", "accounts.tasks.anchor_audit_head", timedelta(hours=1)),
    PeriodicJob("send_reminders", "exdep_site.reminders.run", timedelta(minutes=5)),
    PeriodicJob("test_gateway", "accounts.tasks.check_gateway", timedelta(hours=1)),
    PeriodicJob("clear_sessions", "core.tasks.clear_expired_sessions", timedelta(hours=1)),
    PeriodicJob("note_ended_covers", "schedule.tasks.note_ended_covers", timedelta(hours=1)),
    PeriodicJob("prune_tasks", "core.tasks.prune_finished_tasks", timedelta(days=7)),
]

POLL_SECONDS = 1.0
LOOK_AROUND_SECONDS = 10.0
PAUSE_WITHOUT_DATABASE = 5.0


class Worker:
    """One process. `stop` lets the task at hand finish; a killed one leaves it to `orphans`."""

    def __init__(self) -> None:
        self.id = f"{socket.gethostname()[:40]}-{get_random_string(16)}"
        self.stopping = threading.Event()
        self.beat = leases.Beat(self.id)
        self.failed_jobs = 0
        self._looked_around = 0.0

    def stop(self, signum: int = 0, frame: FrameType | None = None) -> None:
        """For SIGTERM and SIGINT; asked twice, it still finishes the task at hand."""
        self.stopping.set()

    def handle_signals(self) -> None:
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)

    def run(self) -> None:
        """Until `stop`. A database that is away is waited for."""
        logger.info("the worker starts", extra={"worker": self.id, "pid": os.getpid()})
        try:
            self._begin()
            while not self.stopping.is_set():
                self.stopping.wait(self._turn())
        finally:
            self._end()

    def run_once(self) -> bool:
        """What is due and what is waiting, then end. False when something failed."""
        try:
            self.beat.once()
            self._look_around()
            while not self.stopping.is_set() and self._run_one_task():
                pass
        finally:
            leases.release(self.id)
        return not self.failed_jobs + self._failed_tasks()

    def _begin(self) -> None:
        while not self.stopping.is_set():
            try:
                self.beat.once()
            except DatabaseError:
                self._database_away()
            else:
                self.beat.start()
                return

    def _end(self) -> None:
        self.beat.stop()
        try:
            leases.release(self.id)
        except DatabaseError:
            logger.warning("the lease could not be given back", extra={"worker": self.id})
        connection.close()
        logger.info("the worker stops", extra={"worker": self.id})

    def _turn(self) -> float:
        """One look at what is to be done; seconds to wait before the next."""
        try:
            close_old_connections()
            if time.monotonic() - self._looked_around >= LOOK_AROUND_SECONDS:
                self._look_around()
            return 0.0 if self._run_one_task() else POLL_SECONDS
        except DatabaseError:
            return self._database_away()

    def _database_away(self) -> float:
        logger.exception("the worker cannot use the database and tries again")
        connection.close()
        return 0.0 if self.stopping.wait(PAUSE_WITHOUT_DATABASE) else POLL_SECONDS

    def _look_around(self) -> None:
        """What only the holder of the periodic lease does."""
        self._looked_around = time.monotonic()
        if not leases.holds(leases.PERIODIC, self.id):
            return
        orphans.settle()
        leases.forget_old()
        for job in periodic.due(PERIODIC, clock.now()):
            if self.stopping.is_set() or not leases.holds(leases.PERIODIC, self.id):
                return
            self.failed_jobs += not periodic.run(job)

    def _run_one_task(self) -> bool:
        """Claim and run one waiting task; False when none waits.

        Looks before it claims: claiming takes SQLite's write lock even when nothing waits.
        """
        if not DBTaskResult.objects.ready().exists():
            return False
        TaskRunner(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=1,
            worker_id=self.id,
            excluded_queue_names=[],
        ).run()
        return True

    def _failed_tasks(self) -> int:
        failed = DBTaskResult.objects.failed().values_list("worker_ids", flat=True)
        return sum(workers[-1:] == [self.id] for workers in failed)
