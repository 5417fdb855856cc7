"""The exercises of an entry, line by line: offered from the plan and from last time, ticked by the
person. What is not ticked was not said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

import protocol
from logging_app.models import StrengthSet
from schedule.rules import ExercisePlan

NAME = re.compile(r"sets\[(\d{1,3})\]\.(\w+)")
NUMBERS = ("sets", "reps", "hold_s")
ROWS_AT_MOST = 60
HEAVIEST_KG = 1000
FIELDS = ("sets", "reps", "load_kg", "band_level", "hold_s")
BANDS = {"light": _lazy("light band"), "medium": _lazy("medium band"), "heavy": _lazy("heavy band")}
# What a line is done with, where it is done with nothing heavy.
NO_LOAD = ("bodyweight", "elastic_bands")

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One line as the page shows it. `plan` and `last` are what the plan asks and what was done
    last time, by field; `values` is what stands in the boxes (text or numbers)."""

    exercise: str
    equipment: str
    values: Line
    plan: Line = field(default_factory=dict)
    last: Line = field(default_factory=dict)
    ticked: bool = False

    @property
    def title(self) -> str:
        """The exercise by its name, or as the person wrote it."""
        known = protocol.current().exercises.get(self.exercise)
        return str(known.label) if known else self.exercise

    @property
    def modality(self) -> str:
        """Strength, or flexibility for a stretch."""
        known = protocol.current().exercises.get(self.exercise)
        return known.modality if known else ("flexibility" if self.is_hold else "strength")

    @property
    def shown(self) -> dict[str, str]:
        """What stands in the boxes, as the browser reads numbers."""
        return {name: _text(self.values.get(name)) for name in FIELDS}

    @property
    def last_time(self) -> dict[str, str]:
        """What was done last time, as the browser reads numbers; empty for a new exercise."""
        return {name: _text(self.last.get(name)) for name in FIELDS} if self.last else {}

    @property
    def bands(self) -> list[tuple[str, str]]:
        """The bands to choose from, with one that somebody wrote in their own words."""
        written = self.shown["band_level"]
        own = [(written, written)] if written and written not in BANDS else []
        return [*((code, str(label)) for code, label in BANDS.items()), *own]

    @property
    def is_hold(self) -> bool:
        """Held for seconds, not repeated."""
        return self.values.get("hold_s") not in (None, "")

    @property
    def asks_load(self) -> bool:
        """Kilograms are asked of what is lifted, not of bands, the body or a stretch."""
        return not self.is_hold and self.equipment not in NO_LOAD

    @property
    def asks_band(self) -> bool:
        return self.equipment == "elastic_bands"


def offered(plan: Iterable[ExercisePlan], last: Sequence[Line]) -> list[Row]:
    """The plan's exercises with what it asks, then those of last time that it has not; nothing is
    ticked. A line of the plan knows what was done of it last time."""
    left = list(last)
    rows = []
    for wanted in plan:
        asked = _asked(wanted)
        done = _take(left, wanted.exercise)
        rows.append(Row(wanted.exercise, asked["equipment"], asked, plan=asked, last=done or {}))
    return rows + [Row(line["exercise"], line["equipment"], line, last=line) for line in left]


def more_exercises() -> list[tuple[str, str]]:
    """Every exercise of strength that the study describes, for one that nobody planned."""
    return [(e.code, str(e.label)) for e in protocol.current().exercises_of("strength")]


def with_lines(rows: Sequence[Row], lines: Sequence[Line]) -> list[Row]:
    """The rows with those ticked that `lines` hold, each with what it says; the others follow."""
    left = list(lines)
    found = []
    for row in rows:
        line = _take(left, row.exercise)
        if line is None:
            found.append(row)
        else:
            equipment = line.get("equipment") or row.equipment
            found.append(replace(row, equipment=equipment, values=line, ticked=True))
    more = [
        Row(line["exercise"], line.get("equipment") or "other", line, ticked=True) for line in left
    ]
    return found + more


def posted(data: QueryDict) -> list[dict[str, Any]]:
    """The lines a form sent, as text; a line counts where its exercise is ticked or named."""
    found: dict[int, dict[str, Any]] = {}
    for name, value in data.items():
        match = NAME.fullmatch(name)
        if match and match[2] in ("exercise", "equipment", "load_kg", "band_level", *NUMBERS):
            found.setdefault(int(match[1]), {})[match[2]] = str(value).strip()
    lines = [line for _number, line in sorted(found.items()) if line.get("exercise")]
    return lines[:ROWS_AT_MOST]


def read(lines: Sequence[Line]) -> tuple[list[dict[str, Any]], list[str]]:
    """The lines as the service takes them, and what is wrong with them, in words."""
    kept, wrong = [], []
    for line in lines:
        try:
            kept.append(_line(line))
        except ValueError:
            name = Row(str(line["exercise"]), "", line).title
            wrong.append(_("%(exercise)s: please write how often, in digits.") % {"exercise": name})
    return kept, wrong


def _line(line: Line) -> dict[str, Any]:
    hold = _whole(line.get("hold_s"), StrengthSet, "hold_s")
    reps = line.get("reps") or ("1" if hold is not None else "")
    load = str(line.get("load_kg") or "").replace(",", ".")
    if load and not 0 <= float(load) <= HEAVIEST_KG:
        raise ValueError
    found: dict[str, Any] = {
        "exercise": str(line["exercise"])[:60],
        "equipment": (line.get("equipment") or "other")[:24],
        "sets": _whole(line.get("sets"), StrengthSet, "sets"),
        "reps": _whole(reps, StrengthSet, "reps"),
        "load_kg": float(load) if load else None,
        "band_level": (line.get("band_level") or "")[:24] or None,
        "hold_s": hold,
    }
    if found["sets"] is None or found["reps"] is None:
        raise ValueError
    return found


def _whole(value: Any, model: Any, name: str) -> int | None:
    text = str(value or "").strip()
    if not text:
        return None
    number = int(text)
    limits = [v.limit_value for v in model._meta.get_field(name).validators]
    if not min(limits) <= number <= max(limits):
        raise ValueError
    return number


def _take(lines: list[Line], exercise: str) -> Line | None:
    """The first of the lines that is this exercise, taken out of them."""
    for position, line in enumerate(lines):
        if _code(line["exercise"]) == exercise:
            return lines.pop(position)
    return None


def _code(written: str) -> str:
    """An exercise may be written by its code or by its name."""
    wanted = written.strip().casefold()
    for code, exercise in protocol.current().exercises.items():
        if wanted in (code, exercise.label.en.casefold(), exercise.label.zh.casefold()):
            return code
    return written


def _text(value: Any) -> str:
    """A number without a decimal that says nothing; nothing where it is unknown."""
    if value in (None, ""):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _asked(wanted: ExercisePlan) -> dict[str, Any]:
    asked = {
        "sets": wanted.sets, "reps": wanted.reps, "load_kg": wanted.load_kg,
        "band_level": wanted.band_level, "hold_s": wanted.hold_s,
    }  # fmt: skip
    return {**asked, "reps": 1 if wanted.hold_s else wanted.reps, "equipment": _equipment(wanted)}


def _equipment(wanted: ExercisePlan) -> str:
    """With what it is done, as the plan implies it."""
    if wanted.band_level:
        return "elastic_bands"
    offered = protocol.current().exercise(wanted.exercise).equipment
    if wanted.load_kg is not None:
        return next((e for e in offered if e in ("dumbbells", "machines")), "dumbbells")
    return "bodyweight"
