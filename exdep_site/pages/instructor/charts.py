"""A small chart of the last weeks, drawn on the server: sessions done of those asked, and effort.

All numbers are places in the drawing, `WIDTH` × `HEIGHT` of them; the page gives them a size.
"""

from __future__ import annotations

from dataclasses import dataclass

from schedule.rules.adherence import Counts, Record
from schedule.rules.attention import mean_effort

WEEKS_SHOWN = 6
COLUMN, GAP = 24, 6
TOP, FLOOR, HEIGHT = 4, 52, 68
WIDTH = WEEKS_SHOWN * (COLUMN + GAP) - GAP
HARDEST = 10


@dataclass(frozen=True)
class Block:
    """A rectangle: `kind` is due (the whole of what was asked), excused or done."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True)
class Column:
    """One week: blocks on the floor, and a dot for its mean effort where that is known."""

    week: int
    x: int
    blocks: tuple[Block, ...]
    effort_y: float | None

    @property
    def middle(self) -> float:
        return self.x + COLUMN / 2


@dataclass(frozen=True)
class Shown:
    """What one column says: its week, the counts, and the mean effort (None where unknown)."""

    week: int
    counts: Counts
    effort: float | None


def shown(record: Record) -> tuple[Shown, ...]:
    """The last weeks that have begun, oldest first."""
    return tuple(
        Shown(week, record.week_summary(week), mean_effort(record, week))
        for week in record.week_numbers[-WEEKS_SHOWN:]
    )


def columns(weeks: tuple[Shown, ...]) -> tuple[Column, ...]:
    """The drawing of some weeks; they share one scale."""
    most = max((one.counts.due for one in weeks), default=0) or 1
    unit = (FLOOR - TOP) / most
    return tuple(
        Column(
            week=one.week,
            x=number * (COLUMN + GAP),
            blocks=tuple(_blocks(one.counts, unit)),
            effort_y=None if one.effort is None else _place(one.effort),
        )
        for number, one in enumerate(weeks)
    )


def _blocks(counts: Counts, unit: float) -> list[Block]:
    found = [_block("due", 0, counts.due, unit)]
    if counts.excused:
        found.append(_block("excused", counts.done, counts.excused, unit))
    if counts.done:
        found.append(_block("done", 0, counts.done, unit))
    return found


def _block(kind: str, below: int, many: int, unit: float) -> Block:
    height = round(many * unit, 1)
    return Block(kind, round(FLOOR - below * unit - height, 1), height)


def _place(effort: float) -> float:
    return round(FLOOR - effort / HARDEST * (FLOOR - TOP), 1)
