"""One moment of the database, however long reading takes and whoever writes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside is of one moment, and phones go on writing.

    Only reads are allowed inside. Where a transaction is open already, it is that one's view.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # A deferred BEGIN: Django's own would be IMMEDIATE and hold up every writer.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
