"""The demo's participants as rows, with each state they passed in their history."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import datetime, timedelta

import protocol
from core import clock
from enrollment.models import ConsentConversation, Participant
from exdep_site.demo.course import ZONE, Course
from exdep_site.demo.people import Stage
from exdep_site.demo.staff import Cast

BATCH = 500
LATEST = 8  # days after the program, where the last visit is not known
WHY = "synthetic"
STATES = {
    Stage.FINISHED: Participant.State.COMPLETED,
    Stage.MIDWAY: Participant.State.ALLOCATED,
    Stage.LEFT: Participant.State.WITHDRAWN,
}


def study_id(number: int) -> str:
    return f"EX-{number:03d}"


def write_participants(drawn: Sequence[Course], cast: Cast) -> list[Participant]:
    """The participants as they stand today, and in their history each state they passed."""
    rows = [_participant(course, cast) for course in drawn]
    Participant.objects.bulk_create(rows, batch_size=BATCH)
    first: list[Participant] = []
    later: list[Participant] = []
    for course, row in zip(drawn, rows, strict=True):
        states = [_as_it_was(row, *state) for state in _states(course, row)]
        first.append(states[0])
        later.extend(states[1:])
    keep = Participant.history.bulk_history_create
    keep(first, batch_size=BATCH, default_change_reason=WHY)
    keep(later, batch_size=BATCH, update=True, default_change_reason=WHY)
    return rows


def _participant(course: Course, cast: Cast) -> Participant:
    person = course.person
    day_one = course.calendar.day_one
    return Participant(
        user=cast.people.get(person.account) if person.account else None,
        study_id=study_id(person.number),
        site=cast.sites[person.site],
        zone=ZONE,
        state=STATES[person.stage],
        birth_year=day_one.year - person.age,
        sex=person.sex,
        education=person.education,
        illness_years=person.illness_years,
        treatment=person.treatment,
        arm=person.arm,
        day_one=day_one,
        created_at=course.calendar.moment(screened(course) - 3, 10),
    )


def _states(course: Course, row: Participant) -> list[tuple[Participant.State, bool, datetime]]:
    """Each state with whether the arm was known and since when."""
    moment = course.calendar.moment
    states = [
        (Participant.State.INVITED, False, row.created_at),
        (Participant.State.CONSENTED, False, moment(screened(course), 9)),
        (Participant.State.ELIGIBLE, False, moment(screened(course) + 1, 17)),
        (Participant.State.READY, False, moment(0, 14)),
        (Participant.State.ALLOCATED, True, moment(0, 15)),
    ]
    if course.person.stage is Stage.FINISHED:
        study = protocol.current()
        last = course.visit(study.enabled_visits[-1].code)
        offset = last.offset if last and last.offset is not None else study.days + LATEST
        states.append((Participant.State.COMPLETED, True, moment(offset, 21.5)))
    if course.person.left_on is not None:
        states.append((Participant.State.WITHDRAWN, True, moment(course.person.left_on, 11)))
    return states


def _as_it_was(
    row: Participant, state: Participant.State, allocated: bool, at: datetime
) -> Participant:
    earlier = copy.copy(row)
    earlier.state = state
    if not allocated:
        earlier.arm, earlier.day_one = "", None
    earlier._history_date = at  # type: ignore[attr-defined]
    return earlier


def write_newcomer(size: int, cast: Cast) -> None:
    """Invited, nothing signed, nothing known yet."""
    person = Participant(
        user=cast.people["newcomer"], study_id=study_id(size + 1), site=cast.sites[0], zone=ZONE
    )
    person.full_clean()
    person._change_reason = WHY  # type: ignore[attr-defined]
    person.save()


def write_newcomers_talk(cast: Cast) -> None:
    """An investigator has talked with the newcomer, so that a visitor can walk to a signature."""
    talk = ConsentConversation(
        participant=Participant.objects.get(user=cast.people["newcomer"]), document=cast.consent,
        at=clock.now() - timedelta(hours=2), investigator=cast.people["clinician"],
        questions_answered=True, capacity_confirmed=True,
    )  # fmt: skip
    talk._history_user = talk.investigator  # type: ignore[attr-defined]
    talk._change_reason = WHY  # type: ignore[attr-defined]
    talk.full_clean()
    talk.save()


def screened(course: Course) -> int:
    """The day of the screening visit, counted from day 1 as 0."""
    visit = course.visit("screening")
    return visit.offset if visit and visit.offset is not None else -21
