"""One measured figure, its limit, and the table they are printed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A figure in `unit`. `limit` is the most it may be (None: only shown).

    `ratio` compares it with something measured in the same run, which `ratio_of` names: it says
    more than the figure itself where machines differ.
    """

    what: str
    value: float
    unit: str
    ratio: float
    ratio_of: str
    limit: float | None = None

    @property
    def holds(self) -> bool:
        return self.limit is None or self.value <= self.limit


HEAD = ("", "measured", "limit", "ratio")


def table(lines: Sequence[Line]) -> str:
    """The lines as text, the ratio in the last column."""
    rows = [HEAD, *(_row(line) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD) - 1)]
    shown = []
    for what, measured, limit, ratio in rows:
        cells = (what.ljust(widths[0]), measured.rjust(widths[1]), limit.rjust(widths[2]), ratio)
        shown.append("  ".join(cells).rstrip())
    return "\n".join(shown)


def _row(line: Line) -> tuple[str, str, str, str]:
    limit = "" if line.limit is None else f"{line.limit:,.0f} {line.unit}"
    broken = "" if line.holds else "  TOO MUCH"
    return (
        line.what,
        f"{line.value:,.0f} {line.unit}",
        limit,
        f"{line.ratio:.2f} of {line.ratio_of}{broken}",
    )
