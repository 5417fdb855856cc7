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
EQUIPMENT = (
    "bodyweight",
    "elastic_bands",
    "dumbbells",
    "machines",
    "chair",
    "mat",
    "wall",
)


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

    `sets`, `reps` and `one_rm_percent` are for strength; `hold_seconds` and `hold_times`
    (how long a stretch is held, and how often) for flexibility. None elsewhere.
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
    hold_seconds: Pair | None = None
    hold_times: Pair | None = None


@dataclass(frozen=True, slots=True)
class SessionKind:
    """A kind of session of the week. `rest_hours` is the least time between two of them.

    `exercises` are the codes of the exercises offered, in the order in which a plan takes
    them; empty for aerobic sessions, which offer `activities` only.
    """

    modality: str
    label: Text
    per_week: int
    minutes: Pair
    activities: tuple[str, ...]
    steps: tuple[Step, ...]
    rest_hours: int | None = None
    exercises: tuple[str, ...] = ()

    def step(self, week: int) -> Step:
        """The step of a study week. Raises `UnknownNameError` outside the programme."""
        for step in self.steps:
            if step.weeks[0] <= week <= step.weeks[1]:
                return step
        raise UnknownNameError(f"{self.modality} has no step for week {week}")


@dataclass(frozen=True, slots=True)
class Progression:
    """When a step up may be proposed, and when a step back (source: clinical notes 3.2).

    A load may rise by `load_raise_percent` when `reps_above_for_raise` repetitions or more
    above the target were done in two sessions running (ACSM 2009).
    """

    attendance_at_least: float
    effort_at_most: int
    back_after_days_off: int
    back_two_after_days_off: int
    load_raise_percent: Pair
    reps_above_for_raise: int


@dataclass(frozen=True, slots=True)
class Activity:
    """What was done. `met` from the 2024 Compendium with its code; None where unknown."""

    code: str
    label: Text
    met: float | None
    met_code: str | None


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of strength or flexibility work, told so that it can be done alone.

    `modality` is "strength" or "flexibility"; `equipment` are codes of `EQUIPMENT`, any one
    of which will do; `area` names what it works on; `how` are the steps in order; `breathing`
    is None where nothing need be said. `drawing` is the name of an SVG file of the schedule.
    """

    code: str
    label: Text
    modality: str
    equipment: tuple[str, ...]
    area: Text
    how: tuple[Text, ...]
    breathing: Text | None
    drawing: str


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One line of what an instructor judges of a session they supervised."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a study's file had to choose because its source leaves it open (staff's English)."""

    code: str
    choice: str
