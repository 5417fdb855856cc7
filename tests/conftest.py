"""What every test shares: the `db` mark, and a flush that knows the triggers."""

from __future__ import annotations

import pytest

DB_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if (item.get_closest_marker("django_db") or names & DB_FIXTURES) and not (
            item.get_closest_marker("browser")
        ):
            item.add_marker(pytest.mark.db)
