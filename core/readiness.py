"""What must be true before the site is served. Each finding is one line that says what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import checks
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from core import triggers

PREPARE = "run: manage.py prepare"


def problems() -> list[str]:
    """Every finding, in the order in which they should be mended; empty when all is well."""
    try:
        return list(_problems())
    except DatabaseError as error:
        return [database_line(error)]


def database_line(error: DatabaseError) -> str:
    reason = " ".join(str(error).split()).removesuffix(".")
    return (
        f"DATABASE_URL: the database cannot be used ({reason}); start it, mend the address, "
        f"or {PREPARE}"
    )


def _problems() -> Iterator[str]:
    yield from _serious(checks.run_checks())
    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield f"The database lacks {len(plan)} migrations; {PREPARE}"
        return
    if missing := triggers.missing():
        yield f"The database lacks the triggers {', '.join(missing)}; {PREPARE}"
    # What a room asks of the stored rows, once there are tables.
    yield from _serious(checks.run_checks(tags=["stored"], databases=["default"]))
    yield from _cache_problems()
    if not getattr(staticfiles_storage, "manifest_hash", "unhashed"):
        yield f"The static files are not collected; {PREPARE}"


def _serious(messages: Iterable[checks.CheckMessage]) -> Iterator[str]:
    for found in messages:
        if found.is_serious() and not found.is_silenced():
            yield f"{found.id}: {' '.join(str(found.msg).split())}"


def _cache_problems() -> Iterator[str]:
    try:
        cache.get("exdep-serve")
    except DatabaseError:
        yield f"The database lacks the cache's table; {PREPARE}"
    except Exception as error:
        if not settings.REDIS_URL:
            raise
        yield f"REDIS_URL: cannot be used ({type(error).__name__}); start Redis or mend the address"
