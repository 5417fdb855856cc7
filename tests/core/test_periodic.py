"""Periodic jobs: when they are due, how they went, and that one worker runs them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils.module_loading import import_string

from core import leases, periodic
from core.models import PeriodicRun
from core.periodic import PeriodicJob
from core.worker import PERIODIC, Worker

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOURLY = PeriodicJob("job", "tests.core.test_periodic.job", timedelta(hours=1))
ran: list[str] = []


def job() -> None:
    ran.append("job")


def broken() -> None:
    raise RuntimeError("as it must")


@pytest.fixture(autouse=True)
def _forget() -> None:
    ran.clear()


def row(started: datetime, finished: datetime | None) -> PeriodicRun:
    return PeriodicRun(name="job", last_started=started, last_finished=finished)


@pytest.mark.parametrize(
    ("run", "due"),
    [
        (None, True),
        (row(NOON - timedelta(minutes=59), NOON - timedelta(minutes=59)), False),
        (row(NOON - timedelta(minutes=60), NOON - timedelta(minutes=60)), True),
        (row(NOON - timedelta(seconds=59), None), False),
        (row(NOON - timedelta(seconds=60), None), True),
    ],
    ids=["never ran", "59 minutes ago", "an hour ago", "just interrupted", "interrupted"],
)
def test_job_due(run: PeriodicRun | None, due: bool) -> None:
    assert periodic.is_due(HOURLY, run, NOON) is due


@pytest.mark.django_db
def test_job_runs_once_in_its_time() -> None:
    with time_machine.travel(NOON, tick=False):
        assert periodic.run(HOURLY)
        assert periodic.due([HOURLY], NOON + timedelta(minutes=59)) == []
        assert periodic.due([HOURLY], NOON + timedelta(minutes=60)) == [HOURLY]
    assert ran == ["job"]
    assert PeriodicRun.objects.get().succeeded is True


@pytest.mark.django_db
def test_job_failing_is_kept_and_stops_nothing() -> None:
    failing = PeriodicJob("bad", "tests.core.test_periodic.broken", timedelta(hours=1))
    assert not periodic.run(failing)
    kept = PeriodicRun.objects.get()
    assert (kept.succeeded, kept.error) == (False, "RuntimeError")
    assert kept.last_finished is not None


def test_job_table_can_be_imported() -> None:
    assert {job.name for job in PERIODIC} >= {"anchor_audit_head", "clear_sessions", "prune_tasks"}
    assert all(callable(import_string(job.path)) for job in PERIODIC)
    assert len({job.name for job in PERIODIC}) == len(PERIODIC)


@pytest.mark.django_db
def test_job_runs_on_the_holder_of_the_lease_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.worker.PERIODIC", [HOURLY])
    leases.take(leases.PERIODIC, "another")
    assert Worker().run_once()
    assert ran == []
    leases.release("another")
    assert Worker().run_once()
    assert ran == ["job"]


@pytest.mark.django_db
def test_worker_once_gives_its_leases_back() -> None:
    Worker().run_once()
    assert leases.live_workers() == set()
