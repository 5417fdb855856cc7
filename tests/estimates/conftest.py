"""A study whose own model is in force, at noon of the cast's day."""

from __future__ import annotations

from pathlib import Path

import pytest
import time_machine

from estimates import selectors
from tests import cast
from tests.estimates.models import FORWARD, directory, log_enough, patient


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def model(monkeypatch):
    """Put a model in the place of the one that comes with the site."""

    def put(path: Path) -> Path:
        monkeypatch.setattr(selectors, "SHIPPED", path)
        return path

    put(FORWARD)
    return put


@pytest.fixture
def changed_model(model, tmp_path):
    """The same with a card that is changed at dotted places."""

    def put(**changes: object) -> Path:
        return model(directory(tmp_path / "model", **changes))

    return put


@pytest.fixture
def person(db):
    """A participant in week 7 who agreed to estimates and logged enough for one."""
    found = patient()
    log_enough(found)
    return found
