"""What the instructor's pages read: a whole roster in a fixed number of queries, or one person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import protocol
from accounts.models import User
from enrollment.models import Contact, Participant
from logging_app import selectors as log
from logging_app.models import Supervision, Workout
from logging_app.photos.selectors import workouts_with_photo
from logging_app.progress import Outlook, outlooks
from logging_app.readiness.selectors import Said, said_lately
from logging_app.selectors.supervised import supervisions
from schedule import instructed, selectors
from schedule.models import FitnessAssessment, Instructing, InstructorNote, Pause
from schedule.rules import attention
from schedule.rules.adherence import Record, Spread, share_at_least, spread
from schedule.rules.attention import Attention, mean_effort
from schedule.rules.weeks import Outcome

FULL_ATTENDANCE = 0.8


@dataclass(frozen=True)
class Standing:
    """How one participant is getting on, and why they need their instructor (by rank)."""

    participant: Participant
    record: Record
    outlook: Outlook
    reasons: tuple[Attention, ...]

    @property
    def over(self) -> bool:
        """Whether their program is over."""
        return is_over(self.record)


@dataclass(frozen=True)
class Figures:
    """The roster in numbers: shares of 0–1, effort of 0–10, `full` the share of those known who
    did at least four fifths."""

    attendance: Spread
    dose: Spread
    effort: Spread
    full: float | None


@dataclass(frozen=True)
class Roster:
    """Everyone an instructor looks after, most urgent first; those whose program is over without
    anything to see to; and the participants of their sites whom nobody looks after."""

    standings: tuple[Standing, ...]
    over: tuple[Standing, ...]
    unassigned: tuple[Participant, ...]
    figures: Figures


@dataclass(frozen=True)
class Person:
    """Everything on one participant's page."""

    standing: Standing
    own: Instructing | None
    covers: tuple[Instructing, ...]
    assessment: FitnessAssessment | None
    pauses: tuple[Pause, ...]
    workouts: tuple[Workout, ...]
    signed: dict[object, Supervision]
    pictures: set[UUID]
    notes: tuple[InstructorNote, ...]
    contacts: tuple[Contact, ...]


def is_over(record: Record) -> bool:
    """Whether somebody's program is over."""
    week = record.programme.week(record.today)
    return week is not None and week > protocol.current().weeks


def read_roster(user: User, now: datetime, *, wanted: str = "") -> Roster:
    """The roster of an instructor; `wanted` keeps study ids or names that hold these letters."""
    reach = instructed.within_reach(user, now)
    mine = [person for person in reach if person.mine]  # type: ignore[attr-defined]
    standings = read_standings(mine, now)
    found = [one for one in standings if _is_wanted(one.participant, wanted)]
    over = [one for one in found if one.over and not one.reasons]
    return Roster(
        standings=tuple(one for one in found if one not in over),
        over=tuple(over),
        unassigned=tuple(p for p in reach if not p.mine),  # type: ignore[attr-defined]
        figures=_figures([one.record for one in standings]),
    )


def read_standings(people: Iterable[Participant], now: datetime) -> list[Standing]:
    """How each of them is getting on, most urgent first, then by the longest silence."""
    everyone = list(people)
    records = log.adherence(everyone, now, planned_days=False)
    coming = outlooks(records)
    said = said_lately(everyone, now, attention.DAYS_BACK)
    found = [
        _standing(person, records[person.pk], coming[person.pk], said.get(person.pk))
        for person in everyone
    ]
    return sorted(found, key=lambda one: attention.order(one.record, one.reasons))


def read_person(participant: Participant, now: datetime) -> Person:
    """One participant's page."""
    record = log.adherence([participant], now)[participant.pk]
    coming = outlooks({participant.pk: record})[participant.pk]
    said = said_lately([participant], now, attention.DAYS_BACK).get(participant.pk)
    looked_after_by = Instructing.objects.filter(participant=participant).values("instructor")
    # What others told each other may say more of a person than their instructor should know.
    contacts = participant.contacts.filter(by__in=looked_after_by).select_related("by")
    return Person(
        standing=_standing(participant, record, coming, said),
        own=instructed.own_of(participant, now),
        covers=tuple(instructed.covers_of(participant, now)),
        assessment=selectors.newest_assessment(participant),
        pauses=tuple(participant.pauses.all()),
        workouts=tuple(log.workouts(participant)),
        signed={row.workout_id: row for row in supervisions(participant)},
        pictures=workouts_with_photo(participant),
        notes=tuple(instructed.notes(participant)),
        contacts=tuple(contacts),
    )


def open_kinds(people: Iterable[Participant], now: datetime) -> dict[int, set[str]]:
    """Which kinds of session each of them can still do this week, by primary key; whose program
    is over is left out."""
    records = log.adherence(list(people), now)
    return {
        pk: {
            session.plan.modality
            for session in log.sessions_of(record, record.programme.week(record.today))
            if session.outcome is Outcome.OPEN
        }
        for pk, record in records.items()
        if not is_over(record)
    }


def _standing(
    participant: Participant, record: Record, coming: Outlook, said: Said | None
) -> Standing:
    due = coming.proposal is not None
    reasons = attention.attention(record, change_due=due, said=said)
    return Standing(participant, record, coming, reasons)


def _figures(records: list[Record]) -> Figures:
    attendance = [record.attendance for record in records]
    return Figures(
        attendance=spread(attendance),
        dose=spread(record.dose for record in records),
        effort=spread(mean_effort(record) for record in records),
        full=share_at_least(attendance, FULL_ATTENDANCE),
    )


def _is_wanted(participant: Participant, wanted: str) -> bool:
    letters = wanted.strip().casefold()
    name = participant.user.name if participant.user else ""
    return letters in participant.study_id.casefold() or letters in name.casefold()
