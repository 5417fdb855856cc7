"""A rater's draft, kept as it is written. One transaction: gate, rule, row, alert, trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from assessments import rules
from assessments.models import Interview, Response
from assessments.rater import selectors
from assessments.rater.selectors import Rating
from assessments.services.keeping import new_response
from assessments.watch import watch
from core.errors import EditConflict, Forbidden, Locked, NotOpen
from enrollment.models import Participant
from enrollment.selectors import may_write

LONGEST_NOTE = 1000


def locked_rating(
    participant: Participant, visit: str, *, by: User, now: datetime
) -> tuple[Rating, Participant]:
    """The rating as it stands, with its person locked. Raises Forbidden, NotFound, and what the
    gate raises. In a transaction."""
    person = Participant.objects.select_for_update().get(pk=participant.pk)
    if not selectors.may_rate(by, person):
        raise Forbidden
    may_write(person, now)
    return selectors.rating(by, person, visit, now), person


@transaction.atomic
def save_draft(
    *, participant: Participant, visit: str, answers: Mapping[str, int | None],
    notes: Mapping[str, str], edit: int, by: User, now: datetime,
) -> Response:  # fmt: skip
    """Keep the whole interview form as it stands: scores (null: could not be rated) and notes.

    `edit` is higher than the one kept, or the request is late: the same content again changes
    nothing, other content raises EditConflict. A score that the alert rules name raises its alert
    at once. Raises Forbidden, NotFound, what the gate raises, NotOpen, Locked (another's, or signed
    already) and ValidationError naming `answers.<key>` or `notes.<key>`.
    """
    rating, person = locked_rating(participant, visit, by=by, now=now)
    _refuse(rating)
    _check(rating, answers, notes)
    kept = {key: words for key, words in notes.items() if words}
    response, earlier = rating.response, dict(rating.answers)
    interview = rating.interview
    if response is not None and interview is not None and edit <= interview.edit:
        if (earlier, interview.notes) == (dict(answers), kept):
            return response
        raise EditConflict(_("Newer scores were kept from another window. Please reload the page."))
    response = response or _begin(rating, person, by=by)
    response.answers, response.updated_at = dict(answers), now
    response._history_user = by  # type: ignore[attr-defined]
    response.save()
    interview = interview or Interview(response=response)
    interview.notes, interview.edit = kept, edit
    interview._history_user = by  # type: ignore[attr-defined]
    interview.save()
    changed = [key for key in answers if key not in earlier or earlier[key] != answers[key]]
    watch(response, rating.questionnaire, changed, by=by)
    return response


def _refuse(rating: Rating) -> None:
    if rating.reading is None:
        raise Locked(_("Another rater scores this visit."))
    if rating.is_rated:
        raise Locked(_("This visit is signed. A correction is made with its reason."))
    if not rating.is_open and not rating.is_draft:
        raise NotOpen(_("This visit cannot be rated now."))


def _check(rating: Rating, answers: Mapping[str, int | None], notes: Mapping[str, str]) -> None:
    found = dict(rules.answer_problems(rating.questionnaire, answers))
    for key, words in notes.items():
        if key not in rating.questionnaire.keys:
            found[f"notes.{key}"] = [_("This questionnaire has no such question.")]
        elif len(words) > LONGEST_NOTE:
            found[f"notes.{key}"] = [_("Please keep to %d characters.") % LONGEST_NOTE]
    if found:
        raise ValidationError(found)


def _begin(rating: Rating, person: Participant, *, by: User) -> Response:
    response = new_response(person, rating.plan.code, rating.questionnaire, by)
    response.reading = rating.reading or 1
    response.version = next_version(response)
    return response


def next_version(response: Response) -> int:
    """One more than any version of this reading, voided ones too."""
    rows = Response.objects.filter(
        visit=response.visit, instrument=response.instrument, reading=response.reading
    )
    return int(rows.aggregate(last=Max("version"))["last"] or 0) + 1


@transaction.atomic
def give_back(
    *, participant: Participant, visit: str, reason: str, revealed_how: str, by: User,
    now: datetime,
) -> Response:  # fmt: skip
    """Take one's own unsigned draft out of the count, so that another rater can score the visit.

    What was written stays, and its alerts too. `revealed_how` says how the group was revealed, if
    it was: then this rater takes no later visit of the person. A correction that is given back
    leaves the signed version as it stands. Raises what `save_draft` raises, NotOpen without a
    draft, and ValidationError naming `reason`.
    """
    rating, _person = locked_rating(participant, visit, by=by, now=now)
    response, interview = rating.response, rating.interview
    if response is None or interview is None or not rating.is_draft:
        raise NotOpen(_("There is no draft of yours."))
    if not reason.strip():
        raise ValidationError({"reason": [_("Please say why.")]})
    if revealed_how.strip():
        interview.group_revealed, interview.revealed_how = True, revealed_how.strip()
        interview._history_user = by  # type: ignore[attr-defined]
        interview.full_clean()
        interview.save()
    response.voided_at, response.voided_by, response.void_reason = now, by, reason.strip()
    response._history_user = by  # type: ignore[attr-defined]
    response.full_clean()
    response.save()
    audit.record(
        action="assessment.rating_given_back", by=by, obj=response,
        participant_id=participant.pk, changes={"visit": visit, "reading": response.reading},
    )  # fmt: skip
    return response
