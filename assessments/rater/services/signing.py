"""The signature under a rating. One transaction: gate, rule, rows, history, agreement, trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from assessments import rules
from assessments.models import Interview, Response
from assessments.rater import selectors
from assessments.rater.rules import FIRST
from assessments.rater.selectors import Rating
from assessments.rater.services.agreeing import compare
from assessments.rater.services.drafts import locked_rating
from assessments.services.keeping import report_scored, took_place
from assessments.watch import watch
from core import clock
from core.errors import Forbidden, Locked, NotOpen


@dataclass(frozen=True)
class Signature:
    """What a rater says under a rating, and the meaning of the signature as the page showed it."""

    mode: str
    informant: str
    revealed: bool | None
    revealed_how: str
    meaning: str


@transaction.atomic
def sign(
    *, response: Response, edit: int, signature: Signature, by: User, now: datetime
) -> Response:
    """Sign one's own draft: from now on it stays as it is, and an earlier version is superseded.

    The caller has asked for the password again. `edit` is the state of the draft that was looked
    at. Raises what `save_draft` raises, NotOpen without a draft, Locked where the draft changed
    meanwhile, Forbidden for an untrained rater, and ValidationError naming `answers.<key>` or a
    field of the interview.
    """
    person, visit = response.participant, response.visit.code
    rating, person = locked_rating(person, visit, by=by, now=now)
    draft, interview = rating.response, rating.interview
    if draft is None or interview is None or not rating.is_draft:
        raise NotOpen(_("There is no draft of yours to sign."))
    if (draft.pk, interview.edit) != (response.pk, edit):
        raise Locked(_("The scores changed in another window. Please look at them again."))
    if found := rules.rating_problems(rating.questionnaire, draft.answers):
        raise ValidationError({key: list(problems) for key, problems in found.items()})
    on = clock.local_date(now, person.tz)
    if selectors.trained_until(by, rating.questionnaire, on) is None:
        raise Forbidden(untrained(rating))
    _supersede(rating, by=by, now=now)
    draft.submitted_at = draft.updated_at = now
    draft._history_user = by  # type: ignore[attr-defined]
    draft.save()
    _write_name(interview, signature, by=by, now=now)
    watch(draft, rating.questionnaire, [], by=by)
    took_place(draft.visit, on=on, by=by)
    audit.record(
        action="assessment.rated", by=by, obj=draft, participant_id=person.pk,
        changes={
            "visit": visit, "instrument": draft.instrument, "reading": draft.reading,
            "version": draft.version, "group_revealed": signature.revealed,
        },
    )  # fmt: skip
    if draft.reading == FIRST:
        report_scored(draft, visit, by=by, now=now)
    compare(draft, by=by, now=now)
    return draft


def untrained(rating: Rating) -> str:
    """Why somebody may not sign, and who can change that."""
    return _(
        "Your training in “%(scale)s” is not recorded, or does not count any more. A coordinator "
        "or clinician of the site records it on the study desk. Your draft is kept until then."
    ) % {"scale": rating.questionnaire.title}


def _write_name(interview: Interview, signature: Signature, *, by: User, now: datetime) -> None:
    interview.mode, interview.informant = signature.mode, signature.informant
    interview.group_revealed = signature.revealed
    interview.revealed_how = signature.revealed_how.strip() if signature.revealed else ""
    interview.signed_by, interview.signed_name = by, by.name
    interview.signed_at, interview.meaning = now, signature.meaning
    if signature.revealed and not interview.revealed_how:
        raise ValidationError({"revealed_how": [_("Please say how the group was revealed.")]})
    interview._history_user = by  # type: ignore[attr-defined]
    interview.full_clean()
    interview.save()


def _supersede(rating: Rating, *, by: User, now: datetime) -> None:
    """The corrected version counts no more; it stays as it was signed."""
    if rating.signed is not None:
        rating.signed.superseded_at = now
        rating.signed._history_user = by  # type: ignore[attr-defined]
        rating.signed.save()
