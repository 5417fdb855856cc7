"""One measured figure, its limit, and the table they are printed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A figure in `unit`. `limit` is the most it may be, `least` the least (None: only shown).

    `ratio` compares it with something measured in the same run, which `ratio_of` names: it says
    more than the figure itself where machines differ, and has limits of its own.
    """

    what: str
    value: float
    unit: str
    ratio: float | None = None
    ratio_of: str = ""
    limit: float | None = None
    least: float | None = None
    ratio_limit: float | None = None
    ratio_least: float | None = None

    @property
    def holds(self) -> bool:
        return _within(self.value, self.least, self.limit) and (
            self.ratio is None or _within(self.ratio, self.ratio_least, self.ratio_limit)
        )


@dataclass(frozen=True)
class Skipped:
    """What could not be measured here, and what it would need."""

    what: str
    needs: str
    holds: bool = True


Row = Line | Skipped
HEAD = ("", "measured", "limit", "ratio")


def table(lines: Sequence[Row]) -> str:
    """The lines as text, the ratio in the last column."""
    rows = [HEAD, *(_row(line) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD) - 1)]
    shown = []
    for what, measured, limit, ratio in rows:
        cells = (what.ljust(widths[0]), measured.rjust(widths[1]), limit.rjust(widths[2]), ratio)
        shown.append("  ".join(cells).rstrip())
    return "\n".join(shown)


def _row(line: Row) -> tuple[str, str, str, str]:
    if isinstance(line, Skipped):
        return (line.what, "SKIPPED", "", f"needs {line.needs}")
    ratio = ""
    if line.ratio is not None:
        asked = _limit(line.ratio_least, line.ratio_limit, "")
        ratio = f"{line.ratio:.2f} of {line.ratio_of}" + (f" ({asked})" if asked else "")
    return (
        line.what,
        f"{_figure(line.value)} {line.unit}".rstrip(),
        _limit(line.least, line.limit, line.unit),
        ratio if line.holds else f"{ratio}  NOT KEPT".strip(),
    )


def _within(value: float, least: float | None, most: float | None) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)


def _limit(least: float | None, most: float | None, unit: str) -> str:
    said = [f"{sign} {_figure(at)}" for sign, at in (("≥", least), ("≤", most)) if at is not None]
    return f"{', '.join(said)} {unit}".strip() if said else ""


def _figure(value: float) -> str:
    """Whole numbers as such; small fractions with two digits."""
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2f}"
