"""The study protocol as frozen dataclasses. Filled by `protocol.study_reader`.

Units: weeks and study days (day 1 is the day of allocation, there is no day 0), minutes for
alerts. A pair is always (lowest, highest), both included. The sessions are in
`protocol.programme`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from protocol.errors import UnknownNameError
from protocol.programme import (
    Activity,
    Assumption,
    ChecklistItem,
    Exercise,
    Intensity,
    Pair,
    Progression,
    SessionKind,
    Step,
)
from protocol.text import Text


@dataclass(frozen=True, slots=True)
class Arm:
    """A group of the trial. `exercises` says whether sessions are prescribed to it."""

    code: str
    label: Text
    ratio: int
    exercises: bool
    offered_after: Text | None


@dataclass(frozen=True, slots=True)
class Strata:
    """How allocation is stratified.

    `caps` maps each stratum (its levels joined by "/", e.g. "female") to its places, or is
    empty; `overflow` is what happens when they are used up: "refuse" or "extend".
    """

    factors: tuple[str, ...]
    overflow: str
    caps: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A reason for not taking part. `asked_of`: "participant", "clinician" or "both"."""

    code: str
    label: Text
    question: Text
    asked_of: str


@dataclass(frozen=True, slots=True)
class SeverityEntry:
    """The entry cut: a total of `instrument` of at least `entry_cut`, named by `scheme`.

    `exclude_item` scored `exclude_at_least` or more excludes and refers.
    """

    instrument: str
    scheme: str
    entry_cut: int
    exclude_item: str | None
    exclude_at_least: int | None


@dataclass(frozen=True, slots=True)
class MedicationRule:
    """Whether medicines are allowed, and whether kind and dose must stay the same."""

    allowed: bool
    constant_during_study: bool
    label: Text


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may take part. Ages in whole years, both ends included."""

    age: Pair
    exclusions: tuple[Exclusion, ...]
    severity: SeverityEntry | None
    medication: MedicationRule | None


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """A visit. `target_day` and `window` are study days; before allocation they are ≤ 1."""

    code: str
    label: Text
    week: int
    target_day: int
    window: Pair
    optional: bool
    enabled: bool
    before_allocation: bool
    instruments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diary:
    """The sleep diary: nights asked before each visit, and the fewest that make a mean."""

    visits: tuple[str, ...]
    nights_before: int
    nights_at_least: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A named outcome. `source` is "total", "item" or "diary".

    `instrument` is None for the diary, `item` None for a total; `better` is "higher"/"lower".
    """

    code: str
    label: Text
    primary: bool
    source: str
    instrument: str | None
    item: str | None
    better: str
    range: Pair


@dataclass(frozen=True, slots=True)
class Symptom:
    """A line of the stop list. `severity`: "red" (stop, call for help) or "amber"."""

    code: str
    label: Text
    severity: str
    advice: Text


@dataclass(frozen=True, slots=True)
class Readiness:
    """A question before a session; its `advice` is shown where the answer is yes."""

    code: str
    label: Text
    severity: str
    advice: Text


@dataclass(frozen=True, slots=True)
class SafetyTier:
    """How fast an alert must be answered: minutes since it was raised, wall-clock time.

    `escalate_minutes` are the times at which an unacknowledged alert is passed on.
    """

    code: str
    label: Text
    rank: int
    acknowledge_minutes: int
    escalate_minutes: tuple[int, ...]
    assess_minutes: int
    holds_sessions: bool
    action: Text


@dataclass(frozen=True, slots=True)
class Worsening:
    """From when on a total calls for a safety review, by the tier `tier`.

    Any of: `points` or `percent` worse than the same instrument's baseline, or `at_least` as such.
    None where the study sets no such limit.
    """

    instrument: str
    points: int | None
    percent: int | None
    at_least: int | None
    tier: str


@dataclass(frozen=True, slots=True)
class RatingRules:
    """How raters' work is checked: the share of visits that two rate independently (0–1), the
    difference of totals (points) from which the two agree on one in writing, and the visits at
    which the rater guesses the arm."""

    double_share: float
    discrepancy_points: int
    guess_at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExtraVisit:
    """A visit that no calendar plans: "early-termination", or "unscheduled" (any number of them).

    Staff open it; what it asks may be answered for `days_open` days from then on."""

    code: str
    label: Text
    days_open: int
    instruments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keywords:
    """Words that open an alert of a tier where a note holds one. They only ever add an alert: a
    note without them says nothing about safety."""

    tier: str
    en: tuple[str, ...]
    zh: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """A telephone line for a crisis. `emergency` marks ambulance and police.

    `verified_on` is the day a person rang it, None where nobody has yet.
    """

    label: Text
    phone: str
    note: Text
    verified_on: dt.date | None
    emergency: bool

    @property
    def tel_href(self) -> str:
        """The number as a `tel:` address."""
        return "tel:" + "".join(c for c in self.phone if c.isdigit() or c == "+")

    def is_stale(self, today: dt.date, days: int = 180) -> bool:
        """Whether nobody has checked the line for more than `days` days, or ever."""
        return self.verified_on is None or (today - self.verified_on).days > days


@dataclass(frozen=True, slots=True)
class EstimateRules:
    """Windows and least amounts of data for the mood-change estimate (days, counts)."""

    window_days: int
    hr_pairs_at_least: int
    nights_at_least: int
    baseline_nights: int
    baseline_nights_at_least: int
    coverage: float
    training_participants_at_least: int


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


_T = TypeVar("_T", bound=_Coded)


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """One study, read from `protocol/studies/<name>.toml` and checked.

    Equal only to itself, so that it can be a key of a cache. Sessions begin at most
    `program_starts_within_days` days after allocation; another instructor covers for a
    participant's own for `cover_days_at_most` days at most. `assumed` are the choices that a
    person must confirm before anybody is enrolled.
    """

    name: str
    version: str
    title: Text
    simulated_source: str | None
    weeks: int
    target_size: int
    arms: tuple[Arm, ...]
    strata: Strata | None
    eligibility: Eligibility
    intensity: Intensity
    session_kinds: tuple[SessionKind, ...]
    progression: Progression | None
    activities: Mapping[str, Activity]
    exercises: Mapping[str, Exercise]
    fidelity: tuple[ChecklistItem, ...]
    max_hr_formula: str
    program_starts_within_days: int
    cover_days_at_most: int
    visits: tuple[VisitPlan, ...]
    extra_visits: tuple[ExtraVisit, ...]
    rating: RatingRules | None
    diary: Diary | None
    outcomes: tuple[Outcome, ...]
    check_in_every_weeks: int | None
    stop_list: tuple[Symptom, ...]
    readiness: tuple[Readiness, ...]
    safety_tiers: tuple[SafetyTier, ...]
    worsening: tuple[Worsening, ...]
    keywords: tuple[Keywords, ...]
    region_labels: Mapping[str, Text]
    crisis: Mapping[str, tuple[CrisisLine, ...]]
    crisis_valid_days: int
    retention_years: int | None
    keep_original_files: bool
    estimates: EstimateRules | None
    assumed: tuple[Assumption, ...]

    @property
    def days(self) -> int:
        """The programme's length in study days."""
        return self.weeks * 7

    @property
    def enabled_visits(self) -> tuple[VisitPlan, ...]:
        """The visits that this study holds, in order."""
        return tuple(visit for visit in self.visits if visit.enabled)

    @property
    def visits_before_allocation(self) -> tuple[VisitPlan, ...]:
        """Those of them that take place before allocation, in order; the last is the baseline."""
        return tuple(visit for visit in self.enabled_visits if visit.before_allocation)

    def kind(self, modality: str) -> SessionKind | None:
        """The session kind of a modality, or None where the study has none."""
        return next((k for k in self.session_kinds if k.modality == modality), None)

    def step(self, modality: str, week: int) -> Step:
        """What a modality asks in a study week. Raises `UnknownNameError`."""
        kind = self.kind(modality)
        if kind is None:
            raise UnknownNameError(f"{self.name} has no {modality} sessions")
        return kind.step(week)

    def exercise(self, code: str) -> Exercise:
        """An exercise by its code. Raises `UnknownNameError`."""
        return _named(self.exercises.values(), code, "exercise")

    def exercises_of(self, modality: str) -> tuple[Exercise, ...]:
        """The exercises described for a modality, in the order of the file."""
        return tuple(e for e in self.exercises.values() if e.modality == modality)

    def visit(self, code: str) -> VisitPlan:
        """A planned visit by its code. Raises `UnknownNameError`."""
        return _named(self.visits, code, "visit")

    def arm(self, code: str) -> Arm:
        """An arm by its code. Raises `UnknownNameError`."""
        return _named(self.arms, code, "arm")

    def symptom(self, code: str) -> Symptom:
        """A symptom of the stop list by its code. Raises `UnknownNameError`."""
        return _named(self.stop_list, code, "symptom")

    def outcome(self, code: str) -> Outcome:
        """A named outcome by its code. Raises `UnknownNameError`."""
        return _named(self.outcomes, code, "outcome")

    def safety_tier(self, code: str) -> SafetyTier:
        """A safety tier by its code. Raises `UnknownNameError`."""
        return _named(self.safety_tiers, code, "safety tier")


def _named(rows: Iterable[_T], code: str, what: str) -> _T:
    for row in rows:
        if row.code == code:
            return row
    raise UnknownNameError(f"no {what} is called {code!r}")
