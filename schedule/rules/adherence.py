"""How far what was asked was done, by week and kind of session. Pure.

Sources: clinical notes 3.2 (attendance = done / due, dose = min(actual, prescribed) minutes /
prescribed). What is unknown is None and counted as unknown, never as zero.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

import protocol
from core import clock
from schedule.programme import Programme
from schedule.rules.plan import Pair
from schedule.rules.weeks import DAYS_PER_WEEK, Outcome, PlannedSession, outcomes


@dataclass(frozen=True)
class Done:
    """A workout as adherence sees it. `day` is its local date in the zone it was entered in.

    `week` is that of the programme (None before it or without one, beyond its last after it).
    `key` is the session it answers, None for an extra. Minutes, beats a minute, effort and mood
    0–10, feeling −5 … +5. `zone_minutes` is None until there are heart-rate samples.
    """

    workout_id: UUID
    day: date
    week: int | None
    modality: str
    key: str | None
    minutes: int
    effort: int | None = None
    hr_mean_bpm: int | None = None
    hr_max_bpm: int | None = None
    zone_minutes: float | None = None
    stopped_early: bool | None = None
    symptoms: tuple[str, ...] = ()
    mood_before: int | None = None
    mood_after: int | None = None
    feeling: int | None = None


@dataclass(frozen=True)
class Counts:
    """Sessions of one or several weeks: done + missed + excused + open_ = due."""

    due: int = 0
    done: int = 0
    missed: int = 0
    excused: int = 0
    open_: int = 0
    minutes_due: int = 0
    minutes_done: int = 0

    @property
    def attendance(self) -> float | None:
        """Done of what was not excused; None where nothing was asked."""
        return _share(self.done, self.due - self.excused)

    @property
    def dose(self) -> float | None:
        """Minutes done, each session's up to what it asked, of those asked and not excused."""
        return _share(self.minutes_done, self.minutes_due)


@dataclass(frozen=True)
class KindWeek(Counts):
    """One kind of session in one week of the programme.

    `minutes_due` sums the fewest minutes asked of the sessions that are not excused,
    `minutes_done` what was done of each, at most as much. `effort_mean` is over the
    `effort_known` sessions that say it. Of the `hr_known` sessions with a mean heart rate and
    beats to go by, `hr_below`, `hr_in` and `hr_above` say where it lay in the band of that day.
    """

    week: int = 0
    modality: str = ""
    effort_target: Pair = (0, 0)
    effort_mean: float | None = None
    effort_known: int = 0
    zone_minutes: float | None = None
    hr_below: int = 0
    hr_in: int = 0
    hr_above: int = 0

    @property
    def hr_known(self) -> int:
        return self.hr_below + self.hr_in + self.hr_above


@dataclass(frozen=True)
class Record:
    """What was asked of one person up to `today` and what became of it.

    `weeks` holds each kind of each week that has begun, in order; `sessions` the sessions of those
    weeks and `outcomes` what became of each, by key; `answers` the workout that answered a key.
    `workouts` are all that count, oldest first.
    """

    programme: Programme
    today: date
    sessions: tuple[PlannedSession, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    answers: Mapping[str, Done] = field(default_factory=dict)
    weeks: tuple[KindWeek, ...] = ()
    workouts: tuple[Done, ...] = ()

    @property
    def extras(self) -> tuple[Done, ...]:
        """Workouts that answer no session."""
        return tuple(done for done in self.workouts if done.key not in self.answers)

    @property
    def last_done(self) -> date | None:
        """The day of the latest workout, an extra too."""
        return max((done.day for done in self.workouts), default=None)

    @property
    def week_numbers(self) -> tuple[int, ...]:
        """The weeks that have begun."""
        return tuple(dict.fromkeys(row.week for row in self.weeks))

    @property
    def complete_weeks(self) -> tuple[int, ...]:
        """The weeks that were lived through: over, and before the day of leaving. Only they make
        an attendance: the week of leaving says nothing of how somebody keeps up."""
        left = self.programme.left_on
        end = min(self.today, left) if left is not None else self.today
        return tuple(week for week in self.week_numbers if _last(self.programme, week) < end)

    def kinds(self, week: int) -> tuple[KindWeek, ...]:
        """Each kind of one week."""
        return tuple(row for row in self.weeks if row.week == week)

    def week_summary(self, week: int) -> Counts:
        """All kinds of one week together; all zero for a week that has not begun."""
        return total(self.kinds(week))

    def summary(self, modality: str | None = None) -> Counts:
        """All complete weeks together, of one modality or of all."""
        whole = set(self.complete_weeks)
        return total(
            row for row in self.weeks if row.week in whole and modality in (None, row.modality)
        )

    @property
    def attendance(self) -> float | None:
        """0–1 over the complete weeks; None before the first is complete."""
        return self.summary().attendance

    @property
    def dose(self) -> float | None:
        """0–1 over the complete weeks; None before the first is complete."""
        return self.summary().dose


@dataclass(frozen=True)
class Spread:
    """Median and quartiles of what is known, and how many values are known and missing."""

    median: float | None
    q1: float | None
    q3: float | None
    known: int
    missing: int


def record(programme: Programme, workouts: Iterable[Done], today: date) -> Record:
    """A person's record up to `today`, their local date. `workouts` are those that count."""
    rows = tuple(sorted(workouts, key=lambda done: (done.day, str(done.workout_id))))
    answers = {done.key: done for done in rows if done.key is not None}
    sessions: list[PlannedSession] = []
    found: dict[str, Outcome] = {}
    weeks: list[KindWeek] = []
    for week in begun_weeks(programme, rows, today):
        asked = programme.sessions(week)
        became = week_outcomes(programme, week, answers, today)
        sessions += asked
        found |= became
        for _modality, kind in groupby(asked, lambda session: session.modality):
            weeks.append(_kind_week(programme, tuple(kind), became, answers))
    return Record(
        programme=programme, today=today, sessions=tuple(sessions), outcomes=found,
        answers={key: done for key, done in answers.items() if key in found},
        weeks=tuple(weeks), workouts=rows,
    )  # fmt: skip


def begun_weeks(programme: Programme, workouts: Iterable[Done], today: date) -> list[int]:
    """The weeks that ask for something and have begun: by today's date, or because a session of
    theirs was done already where the day comes earlier."""
    reached = [programme.week(today), *(done.week for done in workouts if done.key is not None)]
    last = min(max((week for week in reached if week), default=0), protocol.current().weeks)
    return [week for week in range(1, last + 1) if programme.sessions(week)]


def week_outcomes(
    programme: Programme, week: int, done: Collection[str], today: date
) -> dict[str, Outcome]:
    """What became of each session of a week, by key; a week to come is open or excused."""
    sessions = programme.sessions(week)
    if not sessions:
        return {}
    if closed(programme, week, today):
        today = max(today, clock.next_day(_last(programme, week)))
    return outcomes(
        sessions, done=done, span=programme.span(week), pauses=programme.pauses, today=today
    )


def closed(programme: Programme, week: int, today: date) -> bool:
    """Whether nothing of a week can be done any more: it is over, or the person has left."""
    left = programme.left_on is not None and today > programme.left_on
    return left or today > _last(programme, week)


def total(rows: Iterable[Counts]) -> Counts:
    """Several weeks or kinds together."""
    every = list(rows)
    names = ("due", "done", "missed", "excused", "open_", "minutes_due", "minutes_done")
    return Counts(**{name: sum(getattr(row, name) for row in every) for name in names})


def spread(values: Iterable[float | None]) -> Spread:
    """Median and quartiles by linear interpolation between the ordered values (numpy's default)."""
    every = list(values)
    known = sorted(value for value in every if value is not None)
    q1, median, q3 = (_quantile(known, share) for share in (0.25, 0.5, 0.75))
    return Spread(median, q1, q3, len(known), len(every) - len(known))


def share_at_least(values: Iterable[float | None], threshold: float) -> float | None:
    """Which share (0–1) of the known values reaches `threshold`; None where none is known."""
    known = [value for value in values if value is not None]
    return _share(sum(value >= threshold for value in known), len(known))


def hr_place(programme: Programme, session: PlannedSession, done: Done) -> str | None:
    """Where a workout's mean heart rate lay by the session's band of that day: "below", "in" or
    "above"; None where the rate is unknown or beats do not guide."""
    band = programme.hr_bpm(session, done.day)
    if band is None or done.hr_mean_bpm is None:
        return None
    if done.hr_mean_bpm < band[0]:
        return "below"
    return "above" if done.hr_mean_bpm > band[1] else "in"


def _kind_week(
    programme: Programme,
    sessions: Sequence[PlannedSession],
    became: Mapping[str, Outcome],
    answers: Mapping[str, Done],
) -> KindWeek:
    pairs = [(one, answers[one.key]) for one in sessions if one.key in answers]
    counts = {outcome: [became[one.key] for one in sessions].count(outcome) for outcome in Outcome}
    efforts = [done.effort for _, done in pairs if done.effort is not None]
    zones = [done.zone_minutes for _, done in pairs if done.zone_minutes is not None]
    places = [hr_place(programme, one, done) for one, done in pairs]
    return KindWeek(
        week=sessions[0].week,
        modality=sessions[0].modality,
        due=len(sessions),
        done=counts[Outcome.DONE],
        missed=counts[Outcome.MISSED],
        excused=counts[Outcome.EXCUSED],
        open_=counts[Outcome.OPEN],
        minutes_due=sum(
            one.minutes[0] for one in sessions if became[one.key] is not Outcome.EXCUSED
        ),
        minutes_done=sum(min(done.minutes, one.minutes[0]) for one, done in pairs),
        effort_target=sessions[0].effort,
        effort_mean=sum(efforts) / len(efforts) if efforts else None,
        effort_known=len(efforts),
        zone_minutes=sum(zones) if zones else None,
        hr_below=places.count("below"),
        hr_in=places.count("in"),
        hr_above=places.count("above"),
    )


def _last(programme: Programme, week: int) -> date:
    return programme.span(week).first + timedelta(days=DAYS_PER_WEEK - 1)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
