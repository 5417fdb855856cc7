"""Writes of answers. Each is one transaction: gate, rule, row, history, alert, trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

import protocol
from accounts import audit
from accounts.models import User
from assessments import rules, selectors
from assessments.models import Response, Visit
from core.errors import Locked, NotOpen
from enrollment.models import Participant
from enrollment.selectors import may_write
from protocol import Instrument
from safety.models import SafetyAlert
from safety.rules import most_urgent
from safety.services import raise_alert


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

    What is sent is laid over what was answered before, so that two devices never undo each other.
    An answer that the instrument's alert rules name raises its alert at once, draft or not.
    Raises Withdrawn, Locked (submitted already), ConsentPending, NotFound, NotOpen, and
    ValidationError naming `answers.<key>` or, for what is missing, `answers`.
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    may_write(participant, now)
    asked = selectors.asked(participant, visit, instrument, now)
    if not asked.is_open:
        raise NotOpen
    if asked.is_sent:
        raise Locked(_("These answers were sent already. The study team can add a note to them."))
    questionnaire, response = asked.questionnaire, asked.response
    _check(questionnaire, answers)
    earlier = dict(asked.answers)
    merged = {**earlier, **answers}
    if complete and (missing := rules.unanswered(questionnaire, merged)):
        raise ValidationError({"answers": [_("Not answered yet: %s.") % ", ".join(missing)]})
    if response is not None and not complete and merged == earlier:
        return response
    response = response or _new_response(participant, visit, questionnaire, by)
    response.answers, response.updated_at = merged, now
    response.submitted_at = now if complete else None
    response._history_user = by  # type: ignore[attr-defined]
    response.save()
    changed = [key for key in answers if key not in earlier or earlier[key] != answers[key]]
    _watch(response, questionnaire, changed, by=by)
    if complete:
        audit.record(
            action="assessment.submitted", by=by, obj=response, participant_id=participant.pk,
            changes={"visit": visit, "instrument": instrument},
        )  # fmt: skip
    return response


def _check(questionnaire: Instrument, answers: Mapping[str, int | None]) -> None:
    if found := rules.answer_problems(questionnaire, answers):
        raise ValidationError({key: list(problems) for key, problems in found.items()})


def _new_response(
    participant: Participant, visit: str, questionnaire: Instrument, by: User
) -> Response:
    row, _new = Visit.objects.get_or_create(participant=participant, code=visit)
    return Response(
        visit=row, participant=participant, instrument=questionnaire.code,
        instrument_version=questionnaire.version, answered_by=by,
    )  # fmt: skip


def _watch(response: Response, questionnaire: Instrument, changed: list[str], *, by: User) -> None:
    """Raise what the chosen answers call for. One alert a value: changing back closes nothing."""
    study = protocol.current()
    for key in changed:
        value = response.answers[key]
        previous = selectors.previous_answer(response, key)
        tiers = questionnaire.alert_tiers(key, value, previous)
        if not tiers:
            continue
        tier = most_urgent([study.safety_tier(code) for code in tiers])
        raise_alert(
            participant=response.participant,
            kind=SafetyAlert.Kind.RISK_ANSWER,
            tier=tier.code,
            source_kind="response",
            source_id=f"{response.pk}:{key}:{value}",
            detail={"instrument": questionnaire.code, "item": key, "value": value},
            by=by,
        )
