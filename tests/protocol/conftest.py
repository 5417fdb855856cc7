"""The protocol files as the plain tables that a test can break."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from protocol import loader

Table = dict[str, Any]


def _table(name: str) -> Table:
    return tomllib.loads((loader.ROOM / name).read_text(encoding="utf-8"))


def _study_table(name: str) -> Table:
    data = _table(f"studies/{name}.toml")
    for part in data.pop("include"):
        data |= _table(f"parts/{part}.toml")
    return data


@pytest.fixture(scope="session")
def whole_study() -> Callable[[], Table]:
    """A fresh copy of the source paper's study, parts joined, at each call."""
    table = _study_table("exdep12")
    return lambda: copy.deepcopy(table)


@pytest.fixture(scope="session")
def whole_instrument() -> Callable[[str], Table]:
    """A fresh copy of an instrument's table at each call."""
    return lambda code: _table(f"instruments/{code}.toml")
