"""The weeks of a programme, their sessions, and what became of each. Pure functions over dates.

Sessions count from the programme's start, a local date of the participant's own; week n is the
seven days from start + 7(n − 1). Dates and not moments are counted, so that no change of clocks
or of zone can lose or double a day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from protocol import Study, Text
from schedule.rules.plan import ExercisePlan, Pair, Plan, protocol_plan, talk_test

DAYS_PER_WEEK = 7


@dataclass(frozen=True)
class PlannedSession:
    """One session of a week. Minutes in whole minutes, effort on 0–10."""

    key: str
    week: int
    modality: str
    number: int
    label: Text
    activities: tuple[str, ...]
    minutes: Pair
    hrr_percent: Pair | None
    effort: Pair
    talk_test: Text
    exercises: tuple[ExercisePlan, ...] = ()


class Outcome(StrEnum):
    """What became of a session. Open ones can still be done this week."""

    DONE = "done"
    OPEN = "open"
    MISSED = "missed"
    EXCUSED = "excused"


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included; `last` None goes on."""

    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def session_key(week: int, modality: str, number: int) -> str:
    """The stable name of a session: `w07-aerobic-2`."""
    return f"w{week:02d}-{modality}-{number}"


def week_sessions(study: Study, week: int, plan: Plan | None = None) -> tuple[PlannedSession, ...]:
    """The sessions of week `week` of the programme, in the protocol's order; none outside it.

    `plan` is what is prescribed for that week; without one they are the protocol's own.
    """
    if not 1 <= week <= study.weeks:
        return ()
    asked = plan or protocol_plan(study, week)
    return tuple(
        PlannedSession(
            key=session_key(week, kind.modality, number),
            week=week,
            modality=kind.modality,
            number=number,
            label=kind.label,
            activities=wanted.activities,
            minutes=wanted.minutes,
            hrr_percent=wanted.hrr_percent if asked.heart_rate else None,
            effort=wanted.effort,
            talk_test=talk_test(study, wanted),
            exercises=wanted.exercises,
        )
        for kind in study.session_kinds
        if (wanted := asked.kind(kind.modality)) is not None
        for number in range(1, wanted.per_week + 1)
    )


def programme_week(start: date, day: date) -> int:
    """The week of the programme that a day lies in: 1 from `start` on; 0 and less before."""
    return (day - start).days // DAYS_PER_WEEK + 1


def week_span(start: date, week: int) -> Span:
    """The seven days of a week of the programme."""
    first = start + timedelta(days=DAYS_PER_WEEK * (week - 1))
    return Span(first, first + timedelta(days=DAYS_PER_WEEK - 1))


def paused_days(span: Span, pauses: Iterable[Span]) -> int:
    """How many days of a week lie in a pause; two pauses over one day count it once."""
    days = (span.first + timedelta(days=n) for n in range(DAYS_PER_WEEK))
    spans = list(pauses)
    return sum(any(pause.holds(day) for pause in spans) for day in days)


def excused_at_most(per_week: int, days_paused: int) -> int:
    """How many of a kind's sessions a pause excuses: their share of the week, rounded down."""
    return per_week * days_paused // DAYS_PER_WEEK


def outcomes(
    sessions: Iterable[PlannedSession],
    *,
    done: Collection[str],
    span: Span,
    pauses: Iterable[Span],
    today: date,
) -> dict[str, Outcome]:
    """What became of each session of one week, by key: each has exactly one outcome.

    Done stays done, whatever the pause; of the others the last ones are excused. What is neither
    is open while the week lasts, and missed after it.
    """
    rows = list(sessions)
    days = paused_days(span, pauses)
    rest = Outcome.OPEN if span.last is None or today <= span.last else Outcome.MISSED
    found: dict[str, Outcome] = {}
    for modality in dict.fromkeys(session.modality for session in rows):
        kind = [session for session in rows if session.modality == modality]
        undone = [session for session in kind if session.key not in done]
        spared = min(excused_at_most(len(kind), days), len(undone))
        excused = {session.key for session in undone[len(undone) - spared :]}
        for session in kind:
            if session.key in done:
                found[session.key] = Outcome.DONE
            else:
                found[session.key] = Outcome.EXCUSED if session.key in excused else rest
    return found


def match_session(
    sessions: Iterable[PlannedSession],
    *,
    modality: str,
    taken: Collection[str],
    planned: Collection[str] = (),
) -> str | None:
    """The key of the session that a workout of that modality answers, or None for an extra: the
    first still open, before all others one `planned` for the workout's own day."""
    open_keys = [s.key for s in sessions if s.modality == modality and s.key not in taken]
    return next((key for key in open_keys if key in planned), next(iter(open_keys), None))


def too_close(study: Study, modality: str, day: date, others: Iterable[date]) -> date | None:
    """A day of the same kind of session that leaves less rest than the protocol asks, or None."""
    kind = study.kind(modality)
    if kind is None or not kind.rest_hours:
        return None
    return next((o for o in sorted(others) if abs((day - o).days) * 24 < kind.rest_hours), None)


def version_in_force(versions: Mapping[int, tuple[int, Plan]], week: int) -> int | None:
    """The newest version that takes effect by a week.

    `versions` maps a version to (the week from which it counts, its plan).
    """
    reached = [version for version, (from_week, _) in versions.items() if from_week <= week]
    return max(reached, default=None)


def plan_in_force(versions: Mapping[int, tuple[int, Plan]], week: int) -> Plan | None:
    """The plan of a week: that of the version in force."""
    version = version_in_force(versions, week)
    return versions[version][1] if version is not None else None


def next_check_in_day(study: Study, study_day: int) -> int | None:
    """The study day of the next check-in from `study_day` on: the last day of every n-th week of
    the programme. None after the last one, or where the protocol has none."""
    every = study.check_in_every_weeks
    if every is None:
        return None
    days = range(7 * every, study.days + 1, 7 * every)
    return next((day for day in days if day >= study_day), None)
