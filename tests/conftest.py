"""What every test shares: the `db` mark, and how the database is emptied after it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import TransactionTestCase

from tests import emptying

# No test depends on how fast the machine is.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")

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


def _teardown(case: TransactionTestCase) -> None:
    for alias in case._databases_names(include_mirrors=False):
        emptying.empty(alias)


TransactionTestCase._fixture_teardown = _teardown  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_use_migrations(pytestconfig: pytest.Config) -> bool:
    """With `--migrations` one worker walks them; the others make the tables from the models."""
    return (
        not pytestconfig.getvalue("nomigrations")
        and os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0"
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Where the tables are made from the models, nothing has made the list of migrations."""
    with django_db_blocker.unblock():
        MigrationRecorder(connections["default"]).ensure_schema()
