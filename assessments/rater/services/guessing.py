"""Which group a rater took somebody to be in: asked once after signing, never shown again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from assessments.models import ArmGuess
from assessments.rater import selectors
from core.errors import Forbidden, Locked, NotOpen
from enrollment.models import Participant


@transaction.atomic
def guess_arm(
    *, participant: Participant, visit: str, guess: str, by: User, now: datetime
) -> ArmGuess:
    """Keep a rater's guess at a visit that the protocol names. Once, and only who signed there.

    Raises Forbidden, NotFound, NotOpen (not asked at this visit, or not signed), Locked (given
    already) and ValidationError naming `guess`. It is no datum of the participant's, so that it
    is kept also after they have left.
    """
    person = Participant.objects.select_for_update().get(pk=participant.pk)
    if not selectors.may_rate(by, person):
        raise Forbidden
    if not selectors.is_guess_asked(by, person, visit):
        raise NotOpen(_("This question is asked after the rating is signed."))
    if selectors.has_guessed(by, person, visit):
        raise Locked(_("You have answered this question."))
    row = ArmGuess(participant=person, visit=visit, guess=guess, by=by, at=now)
    row.full_clean()
    row.save()
    # What was guessed stays out of the trail: the trail is read by people who know the groups.
    audit.record(
        action="assessment.arm_guessed", by=by, obj=row, participant_id=person.pk,
        changes={"visit": visit},
    )  # fmt: skip
    return row
