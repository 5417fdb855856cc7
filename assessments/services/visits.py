"""What staff write of visits: opened, booked, missed. Each is one transaction with its trail."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

import protocol
from accounts.models import User
from accounts.roles import Role
from assessments import rules
from assessments.models import Visit
from assessments.visits import selectors
from assessments.visits.selectors import Standing
from core import clock
from core.errors import Forbidden, IllegalStep, NotFound
from enrollment.models import Participant
from enrollment.permissions import same_site_as
from enrollment.selectors import may_write
from schedule.services.rows import keep, locked

books_visits = same_site_as(Role.COORDINATOR)
opens_visits = same_site_as(Role.COORDINATOR, Role.CLINICIAN)


@transaction.atomic
def open_extra_visit(*, participant: Participant, kind: str, by: User, now: datetime) -> Visit:
    """Open an extra visit (`early-termination` or `unscheduled`) from today on.

    Coordinators and clinicians at the participant's site, after allocation. Raises Forbidden, what
    the gate raises, NotFound for a kind the study has not, IllegalStep before allocation and for a
    second early termination.
    """
    participant = locked(participant)
    if not opens_visits(by, participant):
        raise Forbidden
    may_write(participant, now)
    extra = next((one for one in protocol.current().extra_visits if one.code == kind), None)
    if extra is None:
        raise NotFound
    there = set(participant.visits.values_list("code", flat=True))
    code = rules.next_extra_code(extra, there)
    if participant.day_one is None or code is None:
        raise IllegalStep
    row = Visit(participant=participant, code=code, opened_on=clock.local_date(now, participant.tz))
    return keep(row, by=by, action="visit.opened", changes={"visit": code})


@transaction.atomic
def book_visit(
    *, participant: Participant, visit: str, booked_at: datetime, place: str,
    rater: User | None, by: User, now: datetime,
) -> Visit:  # fmt: skip
    """Make a time, a place and a rater for a visit, or change them.

    Coordinators at the participant's site. Raises Forbidden, what the gate raises, NotFound,
    IllegalStep where the visit is complete or missed, and ValidationError naming `booked_at` (past,
    before the window, a baseline after allocation) or `rater` (none of the site, or one who was
    told this participant's group).
    """
    participant = locked(participant)
    if not books_visits(by, participant):
        raise Forbidden
    may_write(participant, now)
    found = _still_to_come(participant, visit, now)
    problem = rules.booking_problem(
        found.plan, found.window, on=clock.local_date(booked_at, participant.tz),
        today=clock.local_date(now, participant.tz), day_one=participant.day_one,
    )  # fmt: skip
    if problem:
        raise ValidationError({"booked_at": [problem]})
    if rater is not None and not rater.has_perm("enrollment.rate_participant", participant):
        raise ValidationError({"rater": [_("This person does not rate this participant.")]})
    row = found.row or Visit(participant=participant, code=visit)
    row.booked_at, row.place, row.rater = booked_at, place.strip(), rater
    return keep(row, by=by, action="visit.booked", changes={"visit": visit, "at": booked_at})


@transaction.atomic
def miss_visit(
    *, participant: Participant, visit: str, reason: str, by: User, now: datetime
) -> Visit:
    """Write down why a visit did not take place. What is answered later is kept all the same.

    Coordinators at the participant's site. Raises Forbidden, what the gate raises, NotFound,
    IllegalStep before the visit opens and where anything is kept of it, and ValidationError naming
    `reason`.
    """
    participant = locked(participant)
    if not books_visits(by, participant):
        raise Forbidden
    may_write(participant, now)
    found = selectors.standing_of(participant, visit, now)
    if found.state is not rules.VisitState.OPEN:
        raise IllegalStep
    if not reason.strip():
        raise ValidationError({"reason": [_("Please say why it was missed.")]})
    row = found.row or Visit(participant=participant, code=visit)
    row.missed_reason = reason.strip()
    return keep(row, by=by, action="visit.missed", changes={"visit": visit}, why=reason[:100])


def _still_to_come(participant: Participant, visit: str, now: datetime) -> Standing:
    """A visit for which a time can still be made. Raises NotFound and IllegalStep."""
    found = selectors.standing_of(participant, visit, now)
    over = {
        rules.VisitState.COMPLETE, rules.VisitState.OUT_OF_WINDOW, rules.VisitState.MISSED,
    }  # fmt: skip
    if found.state in over:
        raise IllegalStep
    return found
