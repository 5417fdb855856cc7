"""One fault for each rule: how a good file is broken, and what its refusal must say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Table = dict[str, Any]
TEXT = {"en": "words", "zh": "文字"}


@dataclass(frozen=True)
class Fault:
    """`key` is the whole key of the refusal, `rule` a part of its words."""

    name: str
    breaks: Callable[[Table], object]
    key: str
    rule: str


def row(rows: list[Table], name: str) -> Table:
    """The row of a list whose code (or modality, scheme, region, key) is `name`."""
    wanted = ("code", "modality", "scheme", "region", "key")
    return next(r for r in rows if name in [r.get(k) for k in wanted])


def put(*path: str | int, value: Any) -> Callable[[Table], object]:
    """Put a value at a path; a string in a list names the row."""

    def breaks(table: Table) -> None:
        place = _walk(table, path[:-1])
        place[path[-1]] = value

    return breaks


def drop(*path: str | int) -> Callable[[Table], object]:
    """Take a key away."""
    return lambda table: _walk(table, path[:-1]).pop(path[-1])


def again(*path: str | int) -> Callable[[Table], object]:
    """Write the last row of a list twice."""

    def breaks(table: Table) -> None:
        rows = _walk(table, path)
        rows.append(dict(rows[-1]))

    return breaks


def both(*faults: Callable[[Table], object]) -> Callable[[Table], object]:
    """Several changes at once."""
    return lambda table: [fault(table) for fault in faults]


def _walk(table: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        table = (
            row(table, part) if isinstance(table, list) and isinstance(part, str) else table[part]
        )
    return table
