"""Tasks that wait in the middle until a test lets them go on. A FIFO needs no sleeping."""

from __future__ import annotations

from pathlib import Path

from django_tasks import task

from core.tasks import idempotent


def _wait(folder: str) -> str:
    with Path(folder, "began").open("w") as fifo:
        fifo.write("x")
    with Path(folder, "go").open() as fifo:
        fifo.read()
    return "done"


@task()
def once_only(folder: str) -> str:
    return _wait(folder)


@task()
@idempotent
def repeatable(folder: str) -> str:
    return _wait(folder)


@task()
def broken() -> None:
    raise RuntimeError("as it must")
