"""A course as unsaved rows of each room's tables."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models

import protocol
from accounts.models import User
from assessments.models import Response, Visit
from enrollment.consent import pdf
from enrollment.consent.presenters import copy_page
from enrollment.models import (
    BaselineRecord,
    ConsentConversation,
    ConsentIdentity,
    ConsentRecord,
    DeviceIssue,
    Participant,
    Screening,
    Withdrawal,
)
from enrollment.services.consent import identity_sha256
from exdep_site.demo.course import ZONE, Course, ResponseDraw, VisitDraw, WorkoutDraw
from exdep_site.demo.participants import screened
from exdep_site.demo.people import EXERCISE
from exdep_site.demo.staff import Cast
from logging_app.models import CheckIn, SessionMatch, SleepNight, StrengthSet, Workout
from logging_app.services import ENTRY_FIELDS
from safety.models import SafetyAlert
from safety.rules import red_flag_tier
from schedule.models import FitnessAssessment, Instructing, Prescription

REASONS = ("", "Moved to another city", "", "A new job leaves no time", "")


@dataclass
class Rows:
    """Unsaved rows by table, in the order in which they may be written."""

    tables: dict[type[models.Model], list[Any]] = field(
        default_factory=lambda: {
            model: []
            for model in (
                ConsentConversation, ConsentRecord, Screening, BaselineRecord, DeviceIssue,
                FitnessAssessment, Instructing, Prescription, Withdrawal, Visit,
                Response, SleepNight, CheckIn, Workout, StrengthSet, SessionMatch, SafetyAlert,
            )
        }
    )  # fmt: skip
    # Who signed: no history, and each needs its record's key.
    identities: list[ConsentIdentity] = field(default_factory=list)

    def add(self, row: models.Model, *, at: datetime, by: User | None) -> None:
        """Put a row into its table; its history will say `at` and `by`."""
        row._history_date, row._history_user = at, by  # type: ignore[attr-defined]
        self.tables[type(row)].append(row)


def add_course(rows: Rows, course: Course, participant: Participant, cast: Cast) -> None:
    """Put everything one person brought into `rows`."""
    user = participant.user
    _add_consent(rows, course, participant, cast)
    _add_assessment(rows, course, participant, cast)
    _add_withdrawal(rows, course, participant)
    for visit in course.visits:
        _add_visit(rows, visit, course, participant, cast)
    for night in course.nights:
        row = SleepNight(participant=participant, zone=ZONE, **night)
        rows.add(row, at=row.received_at, by=user)
    for draw in course.workouts:
        uuid = UUID(bytes=course.uuid_source.bytes(16), version=4)
        _add_workout(rows, uuid, draw, participant, cast)


def _add_consent(rows: Rows, course: Course, participant: Participant, cast: Cast) -> None:
    """The talk, the signature and the countersignature; who has an account has a copy as well."""
    number, shown = course.person.number, bool(course.person.account)
    moment = course.calendar.moment
    signed = moment(screened(course), 9)
    text = cast.texts["en" if shown else "zh-hans"]
    investigator = cast.people["clinician"]
    talk = ConsentConversation(
        participant=participant, document=cast.consent, at=moment(screened(course), 8.5),
        investigator=investigator, questions_answered=True, capacity_confirmed=True,
    )  # fmt: skip
    rows.add(talk, at=talk.at, by=investigator)
    row = ConsentRecord(
        participant=participant,
        document=cast.consent,
        language=text.language,
        text_sha256=text.sha256,
        signed_at=signed,
        reauthenticated_at=signed,
        seconds_shown={str(part): 20 + (number * part) % 47 for part in range(1, 14)},
        quiz_answers={question["key"]: [question["right"]] for question in cast.consent.quiz},
        tracker_data=shown or course.person.traits.wears_tracker,
        estimates=shown or number % 8 != 0,
        sharing=shown or number % 3 != 0,
        countersigned_at=moment(screened(course), 9.5),
        countersigned_by=investigator,
    )
    if participant.user is not None:
        identity = ConsentIdentity(record=row, printed_name=participant.user.name)
        row.identity_sha256 = identity_sha256(identity.printed_name, None)
        identity.copy_pdf = pdf.build(copy_page(row, identity, text, talk))
        row.pdf_sha256 = hashlib.sha256(identity.copy_pdf).hexdigest()
        rows.identities.append(identity)
    rows.add(row, at=signed, by=participant.user)


# What people have at home, one after the other.
AT_HAND: tuple[list[str], ...] = (["mat"], ["elastic_bands", "mat"], ["dumbbells", "mat"], [])


def _add_assessment(rows: Rows, course: Course, participant: Participant, cast: Cast) -> None:
    """Of the exercise arm. Now and then the maximum was measured, or a medicine limits it."""
    person = course.person
    if person.arm != EXERCISE:
        return
    measured = person.number % 11 == 0 and not person.account
    row = FitnessAssessment(
        participant=participant,
        assessed_on=course.calendar.day_one,
        resting_hr_bpm=person.traits.resting_hr,
        max_hr_source="measured" if measured else "tanaka",
        max_hr_measured_bpm=round(206 - 0.7 * person.age) if measured else None,
        rate_limiting_drug=person.number % 23 == 0 and not person.account,
        equipment=AT_HAND[person.number % len(AT_HAND)],
        by=cast.instructor(person.site),
    )
    rows.add(row, at=course.calendar.moment(0, 16), by=row.by)


def _add_withdrawal(rows: Rows, course: Course, participant: Participant) -> None:
    person = course.person
    if person.left_on is None:
        return
    at = course.calendar.moment(person.left_on, 11)
    row = Withdrawal(
        participant=participant,
        at=at,
        stop_contact=person.number % 5 == 0,
        stop_data_use=person.number % 9 == 0,
        reason=REASONS[person.number % len(REASONS)],
    )
    rows.add(row, at=at, by=participant.user)


def _add_visit(
    rows: Rows, draw: VisitDraw, course: Course, participant: Participant, cast: Cast
) -> None:
    visit = Visit(
        participant=participant,
        code=draw.code,
        done_on=None if draw.offset is None else course.calendar.date(draw.offset),
        missed_reason=draw.missed_reason,
    )
    rows.add(visit, at=draw.noticed, by=cast.people["coordinator"])
    for answer in draw.responses:
        by = _answered_by(answer, participant, cast)
        response = Response(
            visit=visit,
            participant=participant,
            instrument=answer.instrument,
            instrument_version=answer.version,
            answers=answer.answers,
            answered_by=by,
            submitted_at=answer.at,
            updated_at=answer.at,
        )
        rows.add(response, at=answer.at, by=by)


def _answered_by(answer: ResponseDraw, participant: Participant, cast: Cast) -> User | None:
    if answer.on_paper:
        return cast.people["coordinator"]
    return cast.people["rater"] if answer.by_rater else participant.user


def _add_workout(
    rows: Rows, uuid: UUID, draw: WorkoutDraw, participant: Participant, cast: Cast
) -> None:
    user = participant.user
    workout = Workout(
        id=uuid, participant=participant, zone=ZONE, entered_by=user,
        sources=_sources(draw.fields), **draw.fields,
    )  # fmt: skip
    at = workout.received_at
    rows.add(workout, at=at, by=user)
    for position, line in enumerate(draw.sets, start=1):
        row = StrengthSet(workout=workout, participant=participant, position=position, **line)
        rows.add(row, at=at, by=user)
    if draw.session_key is not None:
        match = SessionMatch(workout=workout, participant=participant, session_key=draw.session_key)
        rows.add(match, at=at, by=user)
    study = protocol.current()
    named = [study.symptom(code) for code in draw.fields["symptoms"] or ()]
    red = sorted(symptom.code for symptom in named if symptom.severity == "red")
    if red:
        alert = SafetyAlert(
            participant=participant,
            kind=SafetyAlert.Kind.RED_FLAG_SYMPTOM,
            tier=red_flag_tier(study.safety_tiers).code,
            source_kind="workout",
            source_id=str(uuid),
            detail={"symptoms": red},
            owner=cast.people["clinician"],
            raised_at=at,
        )
        rows.add(alert, at=at, by=user)


def _sources(fields: dict[str, Any]) -> dict[str, str]:
    return {
        name: "typed"
        for name in ENTRY_FIELDS
        if fields.get(name) is not None and name != "device_time"
    }
