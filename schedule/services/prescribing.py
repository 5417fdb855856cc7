"""Prescriptions: versions by a named instructor, each from a week on, none ever changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

import protocol
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.errors import IllegalStep, Refused
from core.words import tidy
from enrollment.models import Deviation, Participant
from enrollment.permissions import same_site_as
from enrollment.selectors import may_write
from enrollment.services.conduct import note_deviation
from schedule import desk, selectors
from schedule.models import FitnessAssessment, Prescription
from schedule.permissions import must_instruct
from schedule.programme import Programme
from schedule.rules import Plan
from schedule.rules.plan import as_data
from schedule.rules.prescribing import first_free_week
from schedule.rules.progression import Kind, Proposal
from schedule.rules.ranges import (
    Outside,
    explained_by_limits,
    impossible,
    outside_data,
    problems,
)
from schedule.services.rows import keep, locked

Origin = Prescription.Origin
Answered = Callable[[Participant], Collection[str]]
# Which sessions workouts have answered, by key: known to a room further down, which adds itself.
ANSWERED: list[Answered] = []
# A start further ahead than this is a slip of the pen, and it could not be put right.
STARTS_WITHIN_DAYS = 28
may_answer_for = same_site_as(Role.CLINICIAN)
ORIGINS = {Kind.UP: Origin.STEP_UP, Kind.BACK: Origin.STEP_BACK, Kind.LOAD: Origin.ADJUSTED}


@dataclass(frozen=True)
class Answer:
    """Who answers for what leaves the protocol's ranges, and in what words."""

    by: User | None = None
    reason: str = ""


@transaction.atomic
def prescribe(
    *,
    participant: Participant,
    plan: Plan,
    from_week: int,
    starts_on: date | None = None,
    reason: str,
    by: User,
    now: datetime,
    origin: str = Origin.ADJUSTED,
    outside_reason: str = "",
    outside_by: User | None = None,
    over: int | None = None,
) -> Prescription:
    """Keep the next version of a plan, by whoever instructs this participant.

    The first sets the day on which the programme starts (`starts_on`) and counts from week 1;
    later ones count from a week of which nothing is done. `over` is the version that this one was
    made from (0 before the first). What leaves the protocol's ranges needs `outside_by`, a
    clinician of the site, with `outside_reason`, and is a deviation. The same again is the one
    that is there. Raises what the gate raises, Forbidden, IllegalStep where somebody wrote a
    version meanwhile, and ValidationError by field (`plan` fields as "aerobic.minutes").
    """
    participant = locked(participant)
    may_write(participant, now)
    must_instruct(by, participant)
    newest = selectors.newest_prescription(participant)
    if over is not None and over != (newest.version if newest else 0):
        if newest is not None and _is_this(newest, plan, from_week, by, over):
            return newest
        raise IllegalStep(_("Somebody wrote a new version meanwhile. Please look at it first."))
    programme = selectors.programme(participant)
    today = clock.local_date(now, participant.tz)
    reason = tidy(reason, 300)
    _check_plan(participant, plan, reason)
    if newest is None:
        from_week = 1
        _check_start(starts_on, today)
    else:
        starts_on = None
        _check_week(from_week, earliest_week(participant, programme, today))
    found = problems(protocol.current(), plan, programme.body(today))
    assessment = selectors.newest_assessment(participant)
    given = Answer(outside_by, tidy(outside_reason, 300))
    old = _answered_before(newest, found)
    answer = old or _answer(participant, found, given, programme, assessment, today)
    row = Prescription(
        participant=participant, version=(newest.version if newest else 0) + 1,
        from_week=from_week, starts_on=starts_on, assessment=assessment, content=as_data(plan),
        origin=origin, reason=reason, outside=outside_data(found), outside_by=answer.by,
        outside_reason=answer.reason, by=by, made_at=now,
    )  # fmt: skip
    keep(row, by=by, action="schedule.prescribed", changes=_told(row))
    if found and old is None:
        _deviate(participant, _left(row, found), today, by, now)
    if starts_on is not None and _late(participant, starts_on):
        _deviate(participant, _starts_late(participant, starts_on), today, by, now)
    return row


def earliest_week(participant: Participant, programme: Programme, today: date) -> int:
    """The first week of the programme that a new version can count for: of an earlier one
    something is done already, or it is over."""
    done = {key for answered in ANSWERED for key in answered(participant)}
    return first_free_week(programme.week(today), done)


@dataclass(frozen=True)
class Accepted:
    """What became of one proposal: the version, or why there is none."""

    participant: Participant
    prescription: Prescription | None = None
    refused: str = ""


def accept_proposals(
    *, proposals: Mapping[Participant, tuple[Proposal, int]], by: User, now: datetime
) -> list[Accepted]:
    """Make each proposal a version of its own, with the version that it was made from.

    Each stands for itself: one that cannot be kept says why and loses none of the others.
    """
    found = []
    for participant, (proposal, over) in proposals.items():
        try:
            row = prescribe(
                participant=participant, plan=proposal.plan, from_week=proposal.from_week,
                reason=desk.reasons(proposal.reasons), by=by, now=now,
                origin=ORIGINS[proposal.kind], over=over,
            )  # fmt: skip
            found.append(Accepted(participant, row))
        except Refused as refused:
            found.append(Accepted(participant, refused=str(refused.text)))
        except ValidationError as error:
            found.append(Accepted(participant, refused=" ".join(error.messages)))
    return found


# --- what stands against a version


def _check_plan(participant: Participant, plan: Plan, reason: str) -> None:
    if not selectors.exercises(participant):
        raise ValidationError(_("Nobody asks this participant to exercise."))
    wrong = impossible(protocol.current(), plan)
    if wrong:
        raise ValidationError({name: desk.IMPOSSIBLE[code] for name, code in wrong.items()})
    if not reason:
        raise ValidationError({"reason": _("Please say why, in a few words.")})


def _check_start(starts_on: date | None, today: date) -> None:
    if starts_on is None:
        raise ValidationError({"starts_on": _("Choose the day on which the program starts.")})
    if starts_on < today:
        raise ValidationError({"starts_on": _("This day is over. Choose today or a later one.")})
    if starts_on > today + timedelta(days=STARTS_WITHIN_DAYS):
        raise ValidationError({"starts_on": _("This is more than four weeks ahead.")})


def _check_week(from_week: int, earliest: int) -> None:
    weeks = protocol.current().weeks
    if from_week < earliest:
        raise ValidationError({
            "from_week": _(
                "Something of week %(week)d is done already or it is over. The earliest is week "
                "%(earliest)d."
            ) % {"week": from_week, "earliest": earliest}
        })  # fmt: skip
    if from_week > weeks:
        raise ValidationError({"from_week": _("The program has %d weeks.") % weeks})


def _answer(
    participant: Participant,
    found: list[Outside],
    given: Answer,
    programme: Programme,
    assessment: FitnessAssessment | None,
    today: date,
) -> Answer:
    """Who answers for what is outside: who was named, or whose limits lead there."""
    if not found:
        return Answer()
    limits_by = assessment.limits_by if assessment else None
    if given.by is None and limits_by and explained_by_limits(found, programme.body(today)):
        return Answer(limits_by, _("The limits in the fitness assessment."))
    if given.by is None or not given.reason:
        lines = [desk.outside_words(one) for one in found]
        raise ValidationError({
            "outside_reason": [
                _("Outside the protocol's ranges: a clinician's reason is needed."), *lines
            ]
        })  # fmt: skip
    if not may_answer_for(given.by, participant):
        raise ValidationError({"outside_by": _("Choose a clinician of this site.")})
    return given


def _answered_before(newest: Prescription | None, found: list[Outside]) -> Answer | None:
    """What a clinician answered for in the version before stands, while nothing is added."""
    if newest is None or newest.outside_by is None or not found:
        return None
    data = outside_data(found)
    if any(one not in newest.outside for one in data):
        return None
    return Answer(newest.outside_by, newest.outside_reason)


def _is_this(newest: Prescription, plan: Plan, from_week: int, by: User, over: int) -> bool:
    """The same version sent again, as by a second tap."""
    return (
        newest.version == over + 1
        and newest.by_id == by.pk
        and newest.from_week == (from_week if over else 1)
        and newest.plan == plan
    )


# --- deviations


def _late(participant: Participant, starts_on: date) -> bool:
    within = timedelta(days=protocol.current().program_starts_within_days)
    return participant.day_one is not None and starts_on > participant.day_one + within


def _starts_late(participant: Participant, starts_on: date) -> str:
    assert participant.day_one is not None
    return _("The program starts %(days)d days after allocation; the protocol has %(most)d.") % {
        "days": (starts_on - participant.day_one).days,
        "most": protocol.current().program_starts_within_days,
    }


def _left(row: Prescription, found: list[Outside]) -> str:
    lines = "; ".join(desk.outside_words(one) for one in found)
    # Who answered stands in the prescription; names stay out of the study's own tables.
    what = _("Prescription %(version)d leaves the protocol's ranges: %(lines)s. Reason: %(reason)s")
    said = {"version": row.version, "lines": lines, "reason": row.outside_reason}
    return (what % said)[:1000]


def _deviate(participant: Participant, what: str, on: date, by: User, now: datetime) -> None:
    row = Deviation(
        participant=participant, category=Deviation.Category.OTHER, occurred_on=on, found_on=on,
        what=what,
    )  # fmt: skip
    note_deviation(deviation=row, by=by, now=now)


def _told(row: Prescription) -> dict[str, object]:
    return {
        "version": row.version, "from_week": row.from_week, "starts_on": row.starts_on,
        "origin": str(row.origin), "outside": len(row.outside),
    }  # fmt: skip
