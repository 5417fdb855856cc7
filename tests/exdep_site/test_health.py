"""/healthz: each part ok, degraded or failed; 503 only where people cannot be served."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from accounts.models import OutgoingMessage
from core import leases, triggers
from core.models import PeriodicRun
from exdep_site import health

pytestmark = pytest.mark.django_db

WELL = {
    "status": "ok", "database": "ok", "migrations": "ok", "triggers": "ok", "worker": "ok",
    "messages": "ok",
}  # fmt: skip


@pytest.fixture
def _worker() -> None:
    leases.take("worker:a", "a")


def look(client: Client) -> tuple[int, dict[str, str]]:
    response = client.get("/healthz")
    assert response["Cache-Control"] == "no-store"
    return response.status_code, response.json()


def message(state: str, age: timedelta) -> None:
    OutgoingMessage.objects.create(kind="login", state=state, created_at=timezone.now() - age)


def task(status: str, age: timedelta) -> None:
    DBTaskResult.objects.create(
        status=status, args_kwargs={"args": [], "kwargs": {}}, task_path="x.y",
        backend_name="default", run_after=get_date_max(), exception_class_path="", traceback="",
        finished_at=timezone.now() - age,
    )  # fmt: skip


@pytest.mark.usefixtures("_worker")
def test_health_all_well(client: Client) -> None:
    assert look(client) == (200, WELL)


@pytest.mark.usefixtures("_worker")
def test_health_asks_three_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(3):
        client.get("/healthz")


def test_health_without_a_worker_is_degraded(client: Client) -> None:
    assert look(client) == (200, {**WELL, "status": "degraded", "worker": "degraded"})


@pytest.mark.parametrize(("age", "word"), [(170, "ok"), (190, "degraded")])
def test_health_worker_silent_for_three_minutes(client: Client, age: int, word: str) -> None:
    leases.take("worker:a", "a", now=timezone.now() - timedelta(seconds=age))
    assert look(client)[1]["worker"] == word


@pytest.mark.usefixtures("_worker")
@pytest.mark.parametrize(
    ("state", "hours", "word"),
    [("failed", 23, "degraded"), ("failed", 25, "ok"), ("sent", 1, "ok")],
)
def test_health_messages(client: Client, state: str, hours: int, word: str) -> None:
    message(state, timedelta(hours=hours))
    message(state, timedelta(hours=hours))
    status, found = look(client)
    assert (status, found["messages"], found["worker"]) == (200, word, "ok")


@pytest.mark.usefixtures("_worker")
@pytest.mark.parametrize(
    ("status", "hours", "word"),
    [
        (TaskResultStatus.FAILED, 23, "degraded"),
        (TaskResultStatus.FAILED, 25, "ok"),
        (TaskResultStatus.SUCCESSFUL, 1, "ok"),
    ],
)
def test_health_failed_task(client: Client, status: str, hours: int, word: str) -> None:
    task(status, timedelta(hours=hours))
    assert look(client)[1]["worker"] == word


@pytest.mark.usefixtures("_worker")
@pytest.mark.parametrize(("succeeded", "word"), [(False, "degraded"), (True, "ok"), (None, "ok")])
def test_health_periodic_job(client: Client, succeeded: bool | None, word: str) -> None:
    PeriodicRun.objects.create(name="job", last_started=timezone.now(), succeeded=succeeded)
    assert look(client)[1]["worker"] == word


@pytest.mark.usefixtures("_worker")
def test_health_migration_missing_is_503_and_not_remembered(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "expected_migrations", lambda: frozenset({"accounts.later"}))
    assert look(client) == (503, {**WELL, "status": "failed", "migrations": "failed"})
    MigrationRecorder(connection).record_applied("accounts", "later")
    assert look(client) == (200, WELL)


@pytest.mark.usefixtures("_worker")
def test_health_trigger_missing_is_503(client: Client) -> None:
    triggers.drop()
    assert look(client) == (503, {**WELL, "status": "failed", "triggers": "failed"})
    triggers.install()
    assert look(client) == (200, WELL)


def test_health_database_away_is_503(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> list[str]:
        raise OperationalError("could not connect")

    monkeypatch.setattr(triggers, "missing", away)
    status, found = look(client)
    assert (status, found["status"], found["database"]) == (503, "failed", "failed")


def test_health_tables_missing_is_503(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_table(now: object) -> dict[str, Any]:
        raise OperationalError("no such table: core_workerlease")

    monkeypatch.setattr(health, "_signs", no_such_table)
    status, found = look(client)
    assert (status, found["database"], found["migrations"]) == (503, "ok", "failed")


def test_health_needs_no_sign_in_and_says_nothing_about_people(client: Client) -> None:
    message("failed", timedelta(hours=1))
    found = look(client)[1]
    assert set(found) == set(WELL)
    assert set(found.values()) <= {"ok", "degraded", "failed", "unknown"}


def test_health_post_is_refused(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
