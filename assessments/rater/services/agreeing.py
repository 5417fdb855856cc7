"""Two independent ratings of one visit: compared once both are signed, and where they differ too
much one rater proposes, the other confirms. The signed ratings stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

import protocol
from accounts import audit
from accounts.models import User
from assessments import rules as answer_rules
from assessments.models import RatingAgreement, Response
from assessments.rater import rules
from assessments.scoring import score
from core.errors import Forbidden, IllegalStep


def compare(response: Response, *, by: User, now: datetime) -> RatingAgreement | None:
    """Keep the pair once both readings of a visit are signed; None before. What was signed first
    is compared: a later correction does not make two raters agree. In `sign`'s transaction."""
    rows = Response.objects.filter(
        visit=response.visit, instrument=response.instrument, voided_at=None
    ).exclude(submitted_at=None).order_by("version")  # fmt: skip
    by_reading = {row.reading: row for row in reversed(list(rows))}
    first, second = by_reading.get(rules.FIRST), by_reading.get(rules.SECOND)
    if first is None or second is None or _is_compared(first, second):
        return None
    rule = protocol.current().rating
    totals = [score(row.questionnaire, row.answers).total for row in (first, second)]
    points = rule.discrepancy_points if rule else 0
    pair = RatingAgreement(
        visit=response.visit, first=first, second=second, created_at=now,
        discrepant=bool(points) and rules.is_discrepant(totals[0], totals[1], points),
    )  # fmt: skip
    pair._history_user = by  # type: ignore[attr-defined]
    pair.save()
    return pair


def _is_compared(first: Response, second: Response) -> bool:
    return (
        RatingAgreement.objects.filter(first=first).exists()
        or RatingAgreement.objects.filter(second=second).exists()
    )


@transaction.atomic
def propose(
    *, pair: RatingAgreement, scores: Mapping[str, int | None], words: str, by: User, now: datetime
) -> RatingAgreement:
    """Say what the two agreed on, item by item where they differ; the other confirms it.

    A new proposal takes the place of one that nobody confirmed. Raises Forbidden for anybody but
    the two, IllegalStep where nothing is to be resolved, and ValidationError naming `words` or
    `answers.<key>`.
    """
    row = _locked(pair, by)
    scale = row.first.questionnaire
    asked = rules.differences(row.first.answers, row.second.answers, scale.keys)
    found = dict(answer_rules.answer_problems(scale, scores))
    missing = [key for key in asked if key not in scores]
    found |= {f"answers.{key}": [_("Please score this item.")] for key in missing}
    if not words.strip():
        found["words"] = [_("Please say how you agreed.")]
    if found:
        raise ValidationError(found)
    row.consensus, row.words = {key: scores[key] for key in asked}, words.strip()
    row.proposed_by = by
    return _keep(row, "assessment.consensus_proposed", by)


@transaction.atomic
def confirm(*, pair: RatingAgreement, shown: str, by: User, now: datetime) -> RatingAgreement:
    """Agree to what the other proposed (`shown` is its `proposal_key`); then it is resolved.

    Raises Forbidden for anybody but the other, and IllegalStep where there is no such proposal."""
    row = _locked(pair, by)
    if row.proposed_by_id is None or rules.proposal_key(row.consensus, row.words) != shown:
        raise IllegalStep
    if row.proposed_by_id == by.pk:
        raise Forbidden(_("The other rater confirms."))
    row.confirmed_by, row.resolved_at = by, now
    return _keep(row, "assessment.consensus_confirmed", by)


def _locked(pair: RatingAgreement, by: User) -> RatingAgreement:
    row = (
        RatingAgreement.objects.select_for_update(of=("self",))
        .select_related("first__participant", "second", "visit")
        .get(pk=pair.pk)
    )
    if by.pk not in (row.first.answered_by_id, row.second.answered_by_id):
        raise Forbidden
    if not row.discrepant or row.resolved_at is not None:
        raise IllegalStep
    return row


def _keep(row: RatingAgreement, action: str, by: User) -> RatingAgreement:
    row._history_user = by  # type: ignore[attr-defined]
    row.full_clean()
    row.save()
    audit.record(
        action=action, by=by, obj=row, participant_id=row.first.participant_id,
        changes={"visit": row.visit.code},
    )  # fmt: skip
    return row
