"""A correction: a new version beside the signed one, which stays as it was."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from assessments.models import Interview, Response
from assessments.rater import selectors
from assessments.rater.services.drafts import locked_rating, next_version
from core.errors import Locked, NotOpen
from enrollment.models import Participant


@transaction.atomic
def begin_correction(
    *, participant: Participant, visit: str, reason: str, by: User, now: datetime
) -> Response:
    """Open a copy of one's own signed rating as a draft, with why. It counts once it is signed.

    Raises what `save_draft` raises, NotOpen where nothing is signed, Locked once the person's next
    visit can be scored (its rater must not see earlier scores), and ValidationError naming
    `reason`.
    """
    rating, person = locked_rating(participant, visit, by=by, now=now)
    signed = rating.signed
    if signed is None or rating.is_draft:
        raise NotOpen(_("There is nothing of yours to correct."))
    if not selectors.may_correct(rating, now):
        raise Locked(_("The next visit is open, and correcting would show you earlier scores. "
                       "Please tell the coordinator, who adds a note to the rating."))  # fmt: skip
    if not reason.strip():
        raise ValidationError({"reason": [_("Please say what is corrected, and why.")]})
    draft = Response(
        visit=signed.visit, participant=person, instrument=signed.instrument,
        instrument_version=signed.instrument_version, reading=signed.reading,
        version=next_version(signed), answers=dict(signed.answers), answered_by=by, updated_at=now,
    )  # fmt: skip
    draft._history_user = by  # type: ignore[attr-defined]
    draft.save()
    interview = Interview(
        response=draft, notes=dict(signed.interview.notes), mode=signed.interview.mode,
        informant=signed.interview.informant, reason=reason.strip(),
    )  # fmt: skip
    interview._history_user = by  # type: ignore[attr-defined]
    interview.full_clean()
    interview.save()
    audit.record(
        action="assessment.correction_begun", by=by, obj=draft, participant_id=person.pk,
        reason=reason.strip(), changes={"visit": visit, "version": draft.version},
    )  # fmt: skip
    return draft
