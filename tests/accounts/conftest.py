"""Fixtures of this room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core import triggers


@pytest.fixture
def without_triggers(db: None) -> Iterator[None]:
    """What somebody can do who may drop triggers; they come back with the test's rollback."""
    triggers.drop()
    yield
    triggers.install()
