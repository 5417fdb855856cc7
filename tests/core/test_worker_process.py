"""Real worker processes: a stop finishes the task at hand, a kill leaves it to be found."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from django_tasks_db.models import DBTaskResult

from tests.deployment import Deployment

TASK = "tests.core.blocking_tasks."


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    return Deployment.prepared(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def deployment(prepared: Deployment, tmp_path: Path) -> Deployment:
    for fifo in ("began", "go"):
        os.mkfifo(tmp_path / fifo)
    return prepared.copy(tmp_path)


def enqueue(deployment: Deployment, name: str) -> None:
    deployment.manage(
        "shell", "-v0", "-c",
        f"from tests.core.blocking_tasks import {name}; {name}.enqueue({str(deployment.home)!r})",
    )  # fmt: skip


def start_and_wait_for_the_task(deployment: Deployment) -> subprocess.Popen[str]:
    worker = deployment.start("worker")
    with (deployment.home / "began").open() as fifo:
        assert fifo.read() == "x"
    return worker


def let_go(deployment: Deployment) -> None:
    with (deployment.home / "go").open("w"):
        pass


def states(deployment: Deployment) -> list[tuple[str, str]]:
    table = DBTaskResult._meta.db_table
    return deployment.sql(f"SELECT status, exception_class_path FROM {table}")


def kill_in_the_middle(deployment: Deployment, name: str) -> None:
    enqueue(deployment, name)
    worker = start_and_wait_for_the_task(deployment)
    worker.kill()
    worker.communicate()
    assert states(deployment) == [("RUNNING", "")]
    deployment.sql("UPDATE core_workerlease SET expires_at = '2026-01-01 00:00:00'")


def test_worker_stop_finishes_the_task_at_hand(deployment: Deployment) -> None:
    enqueue(deployment, "once_only")
    worker = start_and_wait_for_the_task(deployment)
    worker.send_signal(signal.SIGTERM)
    worker.send_signal(signal.SIGTERM)
    let_go(deployment)
    _out, log = worker.communicate(timeout=30)
    assert worker.returncode == 0, log
    assert states(deployment) == [("SUCCESSFUL", "")]
    assert deployment.sql("SELECT count(*) FROM core_workerlease") == [(0,)]
    assert [json.loads(line)["message"] for line in log.splitlines()][-1] == "the worker stops"


def test_worker_killed_idempotent_task_runs_again(deployment: Deployment) -> None:
    kill_in_the_middle(deployment, "repeatable")
    again = deployment.start("worker", "--once")
    with (deployment.home / "began").open() as fifo:
        assert fifo.read() == "x"
    let_go(deployment)
    _out, log = again.communicate(timeout=30)
    assert again.returncode == 0, log
    assert states(deployment) == [("SUCCESSFUL", "")]
    assert '"run_again": true' in log


def test_worker_killed_other_task_is_reported(deployment: Deployment) -> None:
    kill_in_the_middle(deployment, "once_only")
    done = deployment.manage("worker", "--once")
    assert states(deployment) == [("FAILED", "core.orphans.WorkerGone")]
    found = [json.loads(line) for line in done.stderr.splitlines()]
    told = [line for line in found if line["message"] == "a task's worker is gone"]
    assert [(line["level"], line["task"], line["run_again"]) for line in told] == [
        ("ERROR", f"{TASK}once_only", False)
    ]


def test_worker_once_failing_says_so(deployment: Deployment) -> None:
    deployment.manage(
        "shell", "-v0", "-c", "from tests.core.blocking_tasks import broken; broken.enqueue()"
    )
    done = deployment.manage("worker", "--once", check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "CommandError: A job or task failed; the log says which."
    )
