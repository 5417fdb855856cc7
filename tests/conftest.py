"""What every test shares: the `db` mark, and a flush that knows the triggers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import TransactionTestCase

from core import triggers

DB_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        elsewhere = item.get_closest_marker("browser") or item.get_closest_marker("walk")
        if (item.get_closest_marker("django_db") or names & DB_FIXTURES) and not elsewhere:
            item.add_marker(pytest.mark.db)


@pytest.fixture(autouse=True)
def _heads_of_this_trail_only() -> None:
    """Each test has a trail of its own; the heads anchored for another one are not its heads."""
    (Path(settings.EXDEP_DATA_DIR) / "audit-heads.jsonl").unlink(missing_ok=True)


_flush = TransactionTestCase._fixture_teardown


def _flush_without_triggers(case: TransactionTestCase) -> Any:
    """The trail refuses to be emptied, so its triggers go first; the flush's post_migrate brings
    them back, and with them the head of an empty trail."""
    for alias in connections:
        triggers.drop(alias)
    return _flush(case)


TransactionTestCase._fixture_teardown = _flush_without_triggers  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Where the tables are made from the models, nothing has made the list of migrations."""
    with django_db_blocker.unblock():
        MigrationRecorder(connections["default"]).ensure_schema()
