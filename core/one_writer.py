"""A line to stand in for those who write to SQLite.

SQLite lets one transaction write at a time. Who comes second asks again after pauses of up to a
tenth of a second, in no order; with a few phones at once the pauses are longer than the writing.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection


@contextmanager
def in_line() -> Iterator[None]:
    """Enter before a transaction that writes, in whatever process or thread. The lock goes with
    the file, so that a process that is killed holds up nobody. On PostgreSQL, and within a
    transaction, nothing is awaited."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with Path(settings.EXDEP_DATA_DIR, "writing.lock").open("ab") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield
