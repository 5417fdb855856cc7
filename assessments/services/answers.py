"""The participant's answers. One transaction: gate, rule, row, history, alert, trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from assessments import rules, selectors
from assessments.cover import refused
from assessments.models import Response
from assessments.selectors import Asked
from assessments.services.keeping import new_response, report_own_baseline
from assessments.watch import watch
from core.errors import Locked
from enrollment.models import Participant
from enrollment.selectors import may_write
from protocol import Instrument


@transaction.atomic
def save_answers(
    *,
    participant: Participant,
    visit: str,
    instrument: str,
    answers: Mapping[str, int | None],
    complete: bool,
    by: User,
    now: datetime,
) -> Response:
    """Keep answers to a self-answered questionnaire: a draft, or with `complete` the submission.

    What is sent is laid over what was answered before, so that two devices never undo each other;
    what was kept already is given back as it is, also once nothing more is taken.
    An answer that the instrument's alert rules name raises its alert at once, draft or not.
    Raises Withdrawn, Locked (submitted already), ConsentPending, NotFound, NotOpen, and
    ValidationError naming `answers.<key>` or, for what is missing, `answers`.
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    may_write(participant, now)
    asked = selectors.asked(participant, visit, instrument, now)
    if asked.is_sent and asked.is_open:
        raise Locked(_("These answers were sent already. The study team can add a note to them."))
    if asked.response is not None and _is_kept(asked, answers, complete):
        return asked.response
    if closed := refused(asked, answers, now):
        raise closed
    questionnaire, response = asked.questionnaire, asked.response
    _check(questionnaire, answers)
    earlier = dict(asked.answers)
    merged = {**earlier, **answers}
    if complete and (missing := rules.unanswered(questionnaire, merged)):
        raise ValidationError({"answers": [_("Not answered yet: %s.") % ", ".join(missing)]})
    response = response or new_response(participant, visit, questionnaire, by)
    response.answers, response.updated_at = merged, now
    response.submitted_at = now if complete else None
    response._history_user = by  # type: ignore[attr-defined]
    response.save()
    changed = [key for key in answers if key not in earlier or earlier[key] != answers[key]]
    watch(response, questionnaire, changed, by=by)
    if complete:
        audit.record(
            action="assessment.submitted", by=by, obj=response, participant_id=participant.pk,
            changes={"visit": visit, "instrument": instrument},
        )  # fmt: skip
        report_own_baseline(response, visit, by=by, now=now)
    return response


def _is_kept(asked: Asked, answers: Mapping[str, int | None], complete: bool) -> bool:
    """Whether all of this was kept already. Who sends it again never got the answer, and hears the
    same now, even if nothing new is taken any more."""
    same = {**asked.answers, **answers} == asked.answers
    # For Python, True is the answer 1; for the instrument it is none.
    return (
        same
        and (asked.is_sent or not complete)
        and not rules.answer_problems(asked.questionnaire, answers)
    )


def _check(questionnaire: Instrument, answers: Mapping[str, int | None]) -> None:
    if found := rules.answer_problems(questionnaire, answers):
        raise ValidationError({key: list(problems) for key, problems in found.items()})
