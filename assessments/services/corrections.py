"""Notes beside answers, and answers taken out of the count. The answers themselves never change."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from accounts.roles import Role
from assessments.models import Annotation, Response
from assessments.services.keeping import report_voided
from core.errors import Forbidden, IllegalStep, Locked, Voided
from enrollment.models import Participant
from enrollment.permissions import same_site_as
from enrollment.selectors import refusal

MINDERS = (Role.COORDINATOR, Role.CLINICIAN)
minds_answers = same_site_as(*MINDERS)


@transaction.atomic
def annotate(*, response: Response, item: str, words: str, by: User, now: datetime) -> Annotation:
    """Add a note beside submitted answers, or beside one `item` of them (empty: all).

    Coordinators and clinicians at the participant's site; nobody edits or removes it. Raises
    Forbidden, Locked, IllegalStep for a draft, ValidationError naming `item` or `words`.
    """
    response = _minded(response, by, now)
    if item and item not in response.questionnaire.keys:
        raise ValidationError({"item": [_("This questionnaire has no such question.")]})
    note = Annotation(response=response, item=item, words=words.strip(), by=by, at=now)
    note.full_clean()
    note.save()
    audit.record(
        action="assessment.annotated", by=by, obj=response,
        participant_id=response.participant_id, changes={"item": item},
    )  # fmt: skip
    return note


@transaction.atomic
def void_answers(*, response: Response, reason: str, by: User, now: datetime) -> Response:
    """Take submitted answers, or a total from paper, out of the count. They stay readable.

    While the visit is open the participant may answer again: that is the next version. A rating is
    corrected by its rater, never voided. Coordinators and clinicians at the participant's site.
    Raises Forbidden, Locked, Voided, IllegalStep for a draft, ValidationError naming `reason`.
    """
    response = _minded(response, by, now)
    instrument = response.questionnaire
    if instrument.mode == "rater" and not instrument.score_only:
        raise Forbidden(_("A rating is corrected by its rater."))
    if response.voided_at is not None:
        raise Voided
    if not reason.strip():
        raise ValidationError({"reason": [_("Please say why this is voided.")]})
    response.voided_at, response.voided_by = now, by
    response.void_reason = reason.strip()
    response.full_clean(validate_unique=False)
    response._history_user = by  # type: ignore[attr-defined]
    response._change_reason = reason.strip()[:100]  # type: ignore[attr-defined]
    response.save()
    audit.record(
        action="assessment.voided", by=by, obj=response, participant_id=response.participant_id,
        changes={"visit": response.visit.code, "instrument": response.instrument},
    )  # fmt: skip
    report_voided(response, by=by, now=now)
    return response


def _minded(response: Response, by: User, now: datetime) -> Response:
    """The locked row, where `by` may mind it and the data are not locked. A participant who has
    left, or signs a new consent just now, does not keep staff from telling that it is wrong."""
    participant = Participant.objects.select_for_update().get(pk=response.participant_id)
    if not minds_answers(by, participant):
        raise Forbidden
    if refusal(participant, now) is Locked:
        raise Locked
    row = Response.objects.select_for_update().select_related("visit").get(pk=response.pk)
    if row.submitted_at is None:
        raise IllegalStep
    return row
