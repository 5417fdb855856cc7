"""What was prescribed to the demo's people: the protocol's steps, as far as each came."""

from __future__ import annotations

from dataclasses import replace

import protocol
from enrollment.models import Participant
from exdep_site.demo.course import Course
from exdep_site.demo.people import EXERCISE
from exdep_site.demo.rows import Rows
from exdep_site.demo.staff import Cast
from schedule.models import FitnessAssessment, Instructing, Prescription
from schedule.rules.plan import Plan, as_data
from schedule.rules.prescribing import default_plan
from schedule.rules.weeks import DAYS_PER_WEEK
from schedule.selectors import body_of, rates_from

FIRST, STEP = "As the protocol begins.", "Most sessions done and none too hard: a step up."


def add_plans(rows: Rows, course: Course, participant: Participant, cast: Cast) -> None:
    """Who looks after this person, and a version for each step reached. Day 1 is the start."""
    if course.person.arm != EXERCISE:
        return
    by = cast.instructor(course.person.site)
    at = course.calendar.moment(0, 16.5)
    rows.add(Instructing(participant=participant, instructor=by, since=at, by=by), at=at, by=by)
    assessment = next(
        row for row in rows.tables[FitnessAssessment] if row.participant is participant
    )
    study = protocol.current()
    rates = rates_from(assessment, participant.birth_year)
    body = replace(body_of(assessment), heart_rate=rates is not None and rates.guides)
    last: Plan | None = None
    version = 0
    for week in range(1, study.weeks + 1):
        offset = max(0, DAYS_PER_WEEK * (week - 1) - 1)
        plan = default_plan(study, week, body)
        if plan == last or offset > course.person.horizon:
            continue
        version, last = version + 1, plan
        made = course.calendar.moment(offset, 17)
        row = Prescription(
            participant=participant, version=version, from_week=week, assessment=assessment,
            starts_on=course.calendar.day_one if version == 1 else None, content=as_data(plan),
            origin=Prescription.Origin.DEFAULT if version == 1 else Prescription.Origin.STEP_UP,
            reason=FIRST if version == 1 else STEP, by=by, made_at=made,
        )  # fmt: skip
        rows.add(row, at=made, by=by)
