"""What comes next for those who exercise: proposals, by what was asked and what was done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

import protocol
from enrollment.models import Participant
from logging_app.models import SessionMatch, StrengthSet
from schedule.rules import Plan
from schedule.rules.adherence import Record
from schedule.rules.prescribing import first_free_week
from schedule.rules.progression import (
    SESSIONS_RUNNING,
    Course,
    Lifted,
    Proposal,
    Reason,
    against,
    days_off,
    propose,
)

# Two sessions running lie within these days, or too far apart to say anything of strength.
STRENGTH_WITHIN = timedelta(days=28)


@dataclass(frozen=True)
class Outlook:
    """What comes next for one person: the plan from the coming week on (None without one), what is
    proposed, or why a step that the protocol has reached is not (`against`). `version` is the
    newest one, 0 where there is none."""

    version: int
    coming: int
    plan: Plan | None = None
    proposal: Proposal | None = None
    against: tuple[Reason, ...] = ()


def answered(participant: Participant) -> Collection[str]:
    """The keys of the sessions that workouts answered."""
    return set(
        SessionMatch.objects.filter(participant=participant, released=False).values_list(
            "session_key", flat=True
        )
    )


def outlooks(records: Mapping[int, Record]) -> dict[int, Outlook]:
    """What comes next for each, by primary key; one query, however many they are."""
    lifted = _lifted(records)
    return {pk: outlook(record, lifted.get(pk, {})) for pk, record in records.items()}


def outlook(record: Record, lifted: Mapping[str, list[Lifted]] | None = None) -> Outlook:
    """What comes next for one person."""
    programme, today = record.programme, record.today
    coming = first_free_week(programme.week(today), record.answers)
    version = max(programme.versions, default=0)
    plan = programme.plan(coming)
    if plan is None or programme.starts_on is None or programme.left_on is not None:
        return Outlook(version, coming, plan)
    study, body = protocol.current(), programme.body(today)
    course = course_of(record, coming, lifted or {})
    proposal = propose(study, plan, course, body)
    reasons = () if proposal else against(study, plan, course, body)
    return Outlook(version, coming, plan, proposal, reasons)


def course_of(record: Record, coming: int, lifted: Mapping[str, list[Lifted]]) -> Course:
    """How it went for somebody with a programme. A red flag counts from the judged week to now."""
    programme, today = record.programme, record.today
    assert programme.starts_on is not None
    judged = max((week for week in record.complete_weeks if week < coming), default=None)
    own = [done for done in record.workouts if done.day >= programme.starts_on]
    of_week = [done for done in own if done.key is not None and done.week == judged]
    efforts = [done.effort for done in of_week if done.effort is not None]
    since = programme.span(judged).first if judged else programme.starts_on
    last = max((done.day for done in own), default=None)
    return Course(
        coming=coming,
        judged=judged,
        since=programme.versions[max(programme.versions)][0],
        attendance=record.week_summary(judged).attendance if judged else None,
        effort=sum(efforts) / len(efforts) if efforts else None,
        red_flag=any(_red(done.symptoms) for done in own if done.day >= since),
        days_off=days_off(last, programme.starts_on, today),
        before=programme.plan(programme.week(last) or 1 if last else 1),
        held=programme.held(today),
        paused=any(span.holds(today) for span in programme.pauses),
        lifted=lifted,
    )


def _red(symptoms: Collection[str]) -> bool:
    study = protocol.current()
    return any(study.symptom(code).severity == "red" for code in symptoms)


def _lifted(records: Mapping[int, Record]) -> dict[int, dict[str, list[Lifted]]]:
    """The newest sessions of each exercise, newest first: the fewest repetitions and the lowest
    load of its sets. An exercise may be written by its code or by its name."""
    today = max((record.today for record in records.values()), default=None)
    if today is None:
        return {}
    rows = StrengthSet.objects.filter(
        participant__in=list(records), workout__voided_at=None,
        workout__started_at__date__gte=today - STRENGTH_WITHIN,
    ).order_by("-workout__started_at")  # fmt: skip
    names = _names()
    found: dict[tuple[int, str], dict[object, list[tuple[int, float | None]]]] = defaultdict(dict)
    for pk, workout, exercise, reps, load in rows.values_list(
        "participant_id", "workout_id", "exercise", "reps", "load_kg"
    ):
        code = names.get(exercise.strip().casefold())
        if code is not None:
            found[pk, code].setdefault(workout, []).append((reps, load))
    people: dict[int, dict[str, list[Lifted]]] = defaultdict(dict)
    for (pk, code), sessions in found.items():
        newest = list(sessions.values())[:SESSIONS_RUNNING]
        people[pk][code] = [_session(sets) for sets in newest]
    return people


def _session(sets: list[tuple[int, float | None]]) -> Lifted:
    loads = [load for _, load in sets]
    known = [load for load in loads if load is not None]
    return Lifted(
        reps=min(reps for reps, _ in sets),
        load_kg=min(known) if len(known) == len(loads) else None,
    )


def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for code, exercise in protocol.current().exercises.items():
        for name in (code, exercise.label.en, exercise.label.zh):
            found[name.casefold()] = code
    return found
