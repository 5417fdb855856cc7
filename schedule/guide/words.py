"""The words of the guide, out of its two data files. Each file is read once for the process."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from protocol import Text

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Aerobic:
    """How to do one activity of aerobic sessions. `drawing` is the name of an SVG file."""

    code: str
    drawing: str
    how: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """One short page on moving: `code` is its anchor."""

    code: str
    title: Text
    points: tuple[Text, ...]


@functools.cache
def aerobic() -> dict[str, Aerobic]:
    """The activities that the guide describes, by code."""
    rows = _rows("aerobic.toml", "activities")
    return {row["code"]: Aerobic(row["code"], row["drawing"], _texts(row["how"])) for row in rows}


@functools.cache
def topics() -> tuple[Topic, ...]:
    """The pages on moving, in the order of the file."""
    rows = _rows("moving.toml", "topics")
    return tuple(Topic(row["code"], Text(**row["title"]), _texts(row["points"])) for row in rows)


def _rows(file: str, key: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((HERE / file).read_text("utf-8"))[key]
    return rows


def _texts(rows: list[dict[str, str]]) -> tuple[Text, ...]:
    return tuple(Text(**row) for row in rows)
