"""A rater's scores of one visit. One transaction: gate, rule, row, history, alert, trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from assessments import rules, selectors
from assessments.models import Response
from assessments.services.keeping import new_response, report_scored, took_place
from assessments.watch import watch
from core import clock
from core.errors import Forbidden, Locked, NotOpen
from enrollment.models import Participant
from enrollment.selectors import may_write


@transaction.atomic
def record_rating(
    *, participant: Participant, visit: str, answers: Mapping[str, int | None], by: User,
    now: datetime,
) -> Response:  # fmt: skip
    """Keep a rater's scores of one visit: all items at once, submitted, unchangeable.

    `answers` maps items to scores, null where an item could not be rated; of 16A and 16B one is
    there. Raters at the participant's site only. Raises Forbidden, NotFound, what the gate raises,
    NotOpen, Locked (rated already) and ValidationError naming `answers.<key>`.
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    if not selectors.may_rate(by, participant):
        raise Forbidden
    may_write(participant, now)
    rating = selectors.rating(participant, visit, now)
    if not rating.is_open:
        raise NotOpen(_("This visit cannot be rated now."))
    if rating.is_rated:
        raise Locked(_("This visit is rated already. A correction is asked for with its reason."))
    questionnaire = rating.questionnaire
    if found := rules.rating_problems(questionnaire, answers):
        raise ValidationError({key: list(problems) for key, problems in found.items()})
    response = new_response(participant, visit, questionnaire, by)
    response.answers, response.updated_at, response.submitted_at = dict(answers), now, now
    on = clock.local_date(now, participant.tz)
    took_place(response.visit, on=on, by=by)
    response._history_user = by  # type: ignore[attr-defined]
    response.save()
    watch(response, questionnaire, list(answers), by=by)
    audit.record(
        action="assessment.rated", by=by, obj=response, participant_id=participant.pk,
        changes={"visit": visit, "instrument": questionnaire.code},
    )  # fmt: skip
    report_scored(response, visit, by=by, now=now)
    return response
