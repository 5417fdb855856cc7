"""The sessions of a study as frozen dataclasses: kinds, steps and intensity.

Units: minutes and study weeks; `hrr_percent` is percent of heart-rate reserve; `effort` is the
project's own 0–10 scale (0 rest, 10 hardest possible). A pair is always (lowest, highest),
both included.
"""

from __future__ import annotations

from dataclasses import dataclass

from protocol.errors import UnknownNameError
from protocol.text import Text

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Intensity:
    """The study's band of intensity; every step stays inside it."""

    label: Text
    hrr_percent: Pair
    effort: Pair
    talk_test: Text


@dataclass(frozen=True, slots=True)
class Step:
    """What a session asks from week `weeks[0]` to `weeks[1]`.

    `sets`, `reps` and `one_rm_percent` are for strength, None elsewhere.
    """

    weeks: Pair
    minutes: Pair
    hrr_percent: Pair | None
    effort: Pair
    talk_test: Text
    note: Text | None
    sets: Pair | None = None
    reps: Pair | None = None
    one_rm_percent: Pair | None = None


@dataclass(frozen=True, slots=True)
class SessionKind:
    """A kind of session of the week. `rest_hours` is the least time between two of them."""

    modality: str
    label: Text
    per_week: int
    minutes: Pair
    activities: tuple[str, ...]
    steps: tuple[Step, ...]
    rest_hours: int | None = None

    def step(self, week: int) -> Step:
        """The step of a study week. Raises `UnknownNameError` outside the programme."""
        for step in self.steps:
            if step.weeks[0] <= week <= step.weeks[1]:
                return step
        raise UnknownNameError(f"{self.modality} has no step for week {week}")


@dataclass(frozen=True, slots=True)
class Progression:
    """When a step up may be proposed, and when a step back (source: clinical notes 3.2)."""

    attendance_at_least: float
    effort_at_most: int
    back_after_days_off: int
    back_two_after_days_off: int


@dataclass(frozen=True, slots=True)
class Activity:
    """What was done. `met` from the 2024 Compendium with its code; None where unknown."""

    code: str
    label: Text
    met: float | None
    met_code: str | None
