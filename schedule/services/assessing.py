"""Fitness assessments: each is a version, and the newest counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

import protocol
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.errors import Forbidden
from enrollment.models import Participant
from enrollment.permissions import same_site_as
from enrollment.selectors import may_write
from protocol import EQUIPMENT
from schedule import selectors
from schedule.models import FitnessAssessment
from schedule.permissions import INSTRUCT
from schedule.rules.ranges import MOST
from schedule.services.rows import keep, locked

FIELDS = (
    "assessed_on", "resting_hr_bpm", "max_hr_source", "max_hr_measured_bpm", "rate_limiting_drug",
    "sit_and_reach_cm", "strength_tests", "equipment", "activities", "preferences", "reason",
)  # fmt: skip
OF_ONE_VERSION = ("assessed_on", "reason")
# What an instructor reads and keeps to, and a clinician alone changes.
CLINICIANS = ("restrictions", "limit_hr_bpm", "limit_effort", "limit_minutes")
is_clinician = same_site_as(Role.CLINICIAN)


@transaction.atomic
def assess(
    *, participant: Participant, fields: Mapping[str, Any], by: User, now: datetime
) -> FitnessAssessment:
    """Keep a new version of the assessment, by whoever instructs this participant or by a
    clinician of the site.

    `fields` holds FIELDS, and CLINICIANS where `by` is a clinician; from anybody else these go
    along from the version before, and so does what is left out. Raises what the gate raises,
    Forbidden, and ValidationError by field.
    """
    participant = locked(participant)
    may_write(participant, now)
    clinician = is_clinician(by, participant)
    if not (clinician or by.has_perm(INSTRUCT, participant)):
        raise Forbidden
    if not selectors.exercises(participant):
        raise ValidationError(_("Nobody asks this participant to exercise."))
    before = selectors.newest_assessment(participant)
    row = FitnessAssessment(participant=participant, by=by, made_at=now)
    for name in FIELDS:
        if name in fields:
            setattr(row, name, fields[name])
        elif before is not None and name not in OF_ONE_VERSION:
            setattr(row, name, getattr(before, name))
    _limits(row, before, fields if clinician else {}, by)
    _check(row, now)
    return keep(
        row, by=by, action="schedule.assessed", why=row.reason,
        changes={"assessed_on": row.assessed_on, "limits_changed": _differ(row, before)},
    )  # fmt: skip


def _limits(
    row: FitnessAssessment, before: FitnessAssessment | None, given: Mapping[str, Any], by: User
) -> None:
    for name in CLINICIANS:
        kept = getattr(before, name) if before else getattr(row, name)
        setattr(row, name, given.get(name, kept))
    if _differ(row, before):
        row.limits_by = by
    elif before is not None:
        row.limits_by = before.limits_by


def _differ(row: FitnessAssessment, before: FitnessAssessment | None) -> bool:
    empty = FitnessAssessment()
    return any(getattr(row, name) != getattr(before or empty, name) for name in CLINICIANS)


def _check(row: FitnessAssessment, now: datetime) -> None:
    study = protocol.current()
    if row.assessed_on and row.assessed_on > clock.local_date(now, row.participant.tz):
        raise ValidationError({"assessed_on": _("This is in the future.")})
    for name, known in (("equipment", EQUIPMENT), ("activities", study.activities)):
        if strange := sorted(set(getattr(row, name)) - set(known)):
            raise ValidationError({
                name: _("Not in the study's list: %s.") % ", ".join(strange)
            })  # fmt: skip
    for number, test in enumerate(row.strength_tests, start=1):
        if not _is_test(study, test):
            raise ValidationError({
                "strength_tests": _(
                    "Line %(number)d: choose an exercise, and write kilograms up to %(most)d and "
                    "from 1 to %(reps)d repetitions."
                ) % {"number": number, "most": MOST["load_kg"], "reps": MOST["reps"]}
            })  # fmt: skip


def _is_test(study: protocol.Study, test: Any) -> bool:
    if not isinstance(test, dict) or set(test) != {"exercise", "load_kg", "reps"}:
        return False
    load, reps = test["load_kg"], test["reps"]
    return (
        test["exercise"] in study.exercises
        and isinstance(load, int | float)
        and 0 < load <= MOST["load_kg"]
        and isinstance(reps, int)
        and 1 <= reps <= MOST["reps"]
    )
