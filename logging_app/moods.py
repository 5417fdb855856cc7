"""Mood before and after the sessions of a week, as a small picture with its words. Pure.

A picture of what was said, not a score: nothing is averaged, and an answer left out stays out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

WIDTH, HEIGHT = 260, 96
LEFT, TOP, BOTTOM, STEP_AT_MOST = 26, 10, 76, 44
HIGHEST = 10


@dataclass(frozen=True)
class Felt:
    """One session: its day, and the moods (0–10) that were said."""

    day: date
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Mark:
    """A session in the picture, in its units; `before` and `after` are heights, None unknown."""

    x: float
    before: float | None
    after: float | None
    day: str


@dataclass(frozen=True)
class Picture:
    """What the template draws, and the same in words."""

    marks: list[Mark]
    words: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP
    bottom: int = BOTTOM


def picture(felt: Iterable[Felt]) -> Picture | None:
    """The sessions in order of their day; None where nobody said anything of mood."""
    rows = sorted(
        (one for one in felt if one.before is not None or one.after is not None),
        key=lambda one: one.day,
    )
    if not rows:
        return None
    step = min(STEP_AT_MOST, (WIDTH - LEFT - 10) / len(rows))
    marks = [
        Mark(
            x=round(LEFT + step * (n + 0.5), 1),
            before=_height(one.before), after=_height(one.after),
            day=formats.date_format(one.day, "D"),
        )
        for n, one in enumerate(rows)
    ]  # fmt: skip
    return Picture(marks, _("; ").join(_said(one) for one in rows))


def _height(mood: int | None) -> float | None:
    """Where a mood stands: 0 at the bottom line, 10 at the top."""
    return None if mood is None else round(BOTTOM - (BOTTOM - TOP) * mood / HIGHEST, 1)


def _said(one: Felt) -> str:
    day = formats.date_format(one.day, "l j")
    if one.before is not None and one.after is not None:
        return _("%(day)s: %(before)d before, %(after)d after") % {
            "day": day, "before": one.before, "after": one.after,
        }  # fmt: skip
    if one.after is not None:
        return _("%(day)s: %(after)d after") % {"day": day, "after": one.after}
    return _("%(day)s: %(before)d before") % {"day": day, "before": one.before or 0}
