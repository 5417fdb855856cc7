"""The total of a form on paper. One transaction: gate, rule, row, history, trail."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from assessments import rules, scoring, selectors
from assessments.models import Response
from assessments.services.keeping import new_response, report_scored, took_place
from assessments.watch import watch
from core import clock
from core.errors import Forbidden, Locked
from enrollment.models import Participant
from enrollment.selectors import may_write


@transaction.atomic
def record_total(
    *, participant: Participant, visit: str, instrument: str, total: int, filled_in_on: date,
    scored_by: str, by: User, now: datetime,
) -> Response:  # fmt: skip
    """Keep the total of a score-only instrument, read off a paper form: once, unchangeable.

    `filled_in_on` is the day the participant filled it in, `scored_by` who added it up.
    Coordinators at the participant's site only. Raises Forbidden, NotFound, what the gate
    raises, Locked (entered already) and ValidationError naming `total` or `filled_in_on`.
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    if not selectors.may_enter_totals(by, participant):
        raise Forbidden
    may_write(participant, now)
    form = selectors.paper_form(visit, instrument)
    today = clock.local_date(now, participant.tz)
    if found := rules.total_problems(
        form.plan, form.instrument, total, on=filled_in_on, today=today,
        day_one=participant.day_one,
    ):  # fmt: skip
        raise ValidationError({key: [problem] for key, problem in found.items()})
    if selectors.response_of(participant, visit, instrument) is not None:
        raise Locked(_("This score was entered already. A correction needs its reason."))
    response = new_response(participant, visit, form.instrument, by)
    response.answers = {scoring.TOTAL: total}
    response.updated_at = response.submitted_at = now
    took_place(response.visit, on=filled_in_on, by=by)
    response._history_user = by  # type: ignore[attr-defined]
    response._change_reason = f"paper, scored by {scored_by}"[:100]  # type: ignore[attr-defined]
    response.save()
    watch(response, form.instrument, [], by=by)
    audit.record(
        action="assessment.total_entered", by=by, obj=response, participant_id=participant.pk,
        changes={"visit": visit, "instrument": instrument, "filled_in_on": filled_in_on},
    )  # fmt: skip
    report_scored(response, visit, by=by, now=now)
    return response
