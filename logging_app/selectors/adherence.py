"""What was asked joined with what was done, for one person or a whole roster.

The one place that Today, the instructor's pages, the desk and the exports read it from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from core import clock
from enrollment.models import Participant
from logging_app.models import Workout
from schedule import selectors as schedule
from schedule.programme import Programme
from schedule.rules import Outcome, PlannedSession
from schedule.rules.adherence import Done, Record, record, week_outcomes

FIELDS = (
    "participant_id", "pk", "started_at", "zone", "modality", "duration_min", "effort",
    "hr_mean_bpm", "hr_max_bpm", "stopped_early", "symptoms", "mood_before", "mood_after",
    "feeling", "match__session_key", "match__released",
)  # fmt: skip


@dataclass(frozen=True)
class WeekSession:
    """One session of a week and what is known of it; no `hr_bpm` where beats cannot guide."""

    plan: PlannedSession
    hr_bpm: tuple[int, int] | None
    done_by: UUID | None
    outcome: Outcome = Outcome.OPEN
    planned_on: date | None = None


def adherence(
    participants: Collection[Participant], now: datetime, *, planned_days: bool = True
) -> dict[int, Record]:
    """Each participant's record up to their own today, by primary key; who is not asked to
    exercise has one without sessions. Eight queries, however many participants; fewer as
    `schedule.selectors.programmes` has it."""
    people = {person.pk: person for person in participants}
    programmes = schedule.programmes(list(people.values()), planned_days=planned_days)
    workouts = _workouts(people, programmes)
    return {
        pk: record(programmes[pk], workouts[pk], clock.local_date(now, person.tz))
        for pk, person in people.items()
    }


def week_sessions(
    participant: Participant, moment: datetime, week: int | None = None
) -> list[WeekSession]:
    """The sessions of a week of the programme, by default that of `moment`, in order."""
    found = adherence([participant], moment)[participant.pk]
    return sessions_of(found, found.programme.week(found.today) if week is None else week)


def sessions_of(found: Record, week: int | None) -> list[WeekSession]:
    """The sessions of a week of a record that was read, past or to come."""
    programme = found.programme
    plans = programme.sessions(week)
    if week is None or not plans:
        return []
    keys = {plan.key for plan in plans}
    answers = {done.key: done for done in found.workouts if done.key in keys}
    outcomes = week_outcomes(programme, week, {plan.key for plan in plans if plan.key in answers},
                             found.today)  # fmt: skip
    span = programme.span(week)
    on = found.today if span.last is None else min(found.today, span.last)
    return [
        WeekSession(
            plan=plan,
            hr_bpm=programme.hr_bpm(plan, on),
            done_by=answers[plan.key].workout_id if plan.key in answers else None,
            outcome=outcomes[plan.key],
            planned_on=programme.planned.get(plan.key),
        )
        for plan in plans
    ]


def _workouts(
    people: Collection[int], programmes: dict[int, Programme]
) -> defaultdict[int, list[Done]]:
    rows = Workout.objects.all().counted().filter(participant__in=people).order_by()
    found: defaultdict[int, list[Done]] = defaultdict(list)
    for row in rows.values_list(*FIELDS):
        found[row[0]].append(_done(programmes[row[0]], *row[1:]))
    return found


def _done(programme: Programme, *row: Any) -> Done:
    (pk, started_at, zone, modality, minutes, effort, hr_mean, hr_max, stopped, symptoms,
     before, after, feeling, key, released) = row  # fmt: skip
    day = clock.local_date(started_at, ZoneInfo(zone))
    return Done(
        workout_id=pk, day=day, week=programme.week(day), modality=modality,
        key=None if released else key, minutes=minutes, effort=effort,
        hr_mean_bpm=hr_mean, hr_max_bpm=hr_max, stopped_early=stopped,
        symptoms=tuple(symptoms or ()), mood_before=before, mood_after=after, feeling=feeling,
    )  # fmt: skip
