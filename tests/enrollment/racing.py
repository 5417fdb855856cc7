"""Run as a script by test_allocation_race: real processes allocate at one moment, or are killed.

`python -m tests.enrollment.racing race N` or `… kill`; writes one JSON line.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402

from enrollment.allocation_proof import prove  # noqa: E402
from enrollment.models import AllocationSlot, Participant  # noqa: E402
from enrollment.services import allocation  # noqa: E402
from tests import cast  # noqa: E402
from tests.enrollment import stage  # noqa: E402


def forked(work: Callable[[], None]) -> int:
    """A process of its own that does `work`; its id."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException as error:
        sys.stderr.write(repr(error))
        os._exit(1)
    os._exit(0)


def race(count: int) -> dict[str, Any]:
    """`count` processes wait at one gate, and each allocates a person of its own."""
    stage.make_list()
    by = stage.coordinator()
    people = [stage.ready(f"p{n}") for n in range(count)]
    gate, opener = os.pipe()

    def allocate(person: Participant) -> Callable[[], None]:
        def work() -> None:
            os.close(opener)
            os.read(gate, 1)  # returns when the opener is closed everywhere
            allocation.allocate(participant=person, by=by, now=cast.NOW)

        return work

    children = [forked(allocate(person)) for person in people]
    os.close(opener)
    failed = sum(os.waitpid(child, 0)[1] != 0 for child in children)
    used = AllocationSlot.objects.exclude(participant=None).order_by("position")
    return {
        "failed": failed,
        "positions": [slot.position for slot in used],
        "people": len({slot.participant_id for slot in used}),
        "problems": prove().problems,
    }


def kill() -> dict[str, Any]:
    """A process dies in the middle of an allocation: after the slot is taken, before the end."""
    stage.make_list()
    by, first, second = stage.coordinator(), stage.ready("first"), stage.ready("second")
    here, there = os.pipe()
    orphan, _never = os.pipe()

    def work() -> None:
        def stop(**options: Any) -> None:
            os.write(there, str(AllocationSlot.objects.exclude(participant=None).count()).encode())
            os.read(orphan, 1)

        allocation.advance = stop  # type: ignore[assignment]
        allocation.allocate(participant=first, by=by, now=cast.NOW)

    child = forked(work)
    inside = int(os.read(here, 1))
    os.kill(child, signal.SIGKILL)
    died = os.WTERMSIG(os.waitpid(child, 0)[1])
    first.refresh_from_db()
    left = AllocationSlot.objects.exclude(participant=None).count()
    allocation.allocate(participant=second, by=by, now=cast.NOW)
    return {
        "inside": inside,
        "died": died,
        "left": left,
        "arm": first.arm,
        "state": first.state,
        "next": AllocationSlot.objects.get(participant=second).position,
        "problems": prove().problems,
    }


if __name__ == "__main__":
    found = race(int(sys.argv[2])) if sys.argv[1] == "race" else kill()
    sys.stdout.write(json.dumps(found))
