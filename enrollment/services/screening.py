"""Each write of the screening: the participant's half, the clinician's, the rater's, the decision.

No health question before consent: every write asks the gate. What was decided stays; until
allocation a clinician may correct their half and, if it turns out so, sign that the person may
not take part after all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

import protocol
from accounts import audit
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.errors import Forbidden, IllegalStep, Locked
from enrollment.models import Participant, Screening
from enrollment.rules import eligibility as rules
from enrollment.rules.eligibility import Facts, Outcome, Verdict
from enrollment.selectors import may_write
from enrollment.services.states import advance

PERSON_FIELDS = ("birth_year", "sex", "education", "illness_years", "treatment")
OWN_FIELDS = ("in_age_range", "occupation", "own_exclusions")
CLINICAL_FIELDS = (
    "diagnosis_confirmed", "diagnosis_tool", "diagnosed_on", "diagnosed_by", "clinical_exclusions",
    "medication_stable", "fitness_on", "fitness_by", "systolic_mmhg", "diastolic_mmhg",
    "resting_hr_bpm", "fitness_result", "restrictions",
)  # fmt: skip


class NotDecidable(IllegalStep):
    """Something is not known yet. `verdict` says what."""

    code = "screening_incomplete"
    detail = _lazy("Something is not known yet, so nothing can be decided.")

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__()


def of(participant: Participant) -> Screening | None:
    """The participant's screening, or None before anything of it was written."""
    return Screening.objects.filter(participant=participant).first()


def facts(participant: Participant, row: Screening) -> Facts:
    """What is known of a participant, as the rule takes it."""
    sent = row.own_sent_at
    return Facts(
        today=clock.local_date(sent or clock.now(), participant.tz),
        own_sent=sent is not None,
        birth_year=participant.birth_year,
        in_age_range=row.in_age_range,
        treatment=participant.treatment,
        own=row.own_exclusions,
        diagnosis_confirmed=row.diagnosis_confirmed,
        clinical=row.clinical_exclusions,
        medication_stable=row.medication_stable,
        fitness_result=row.fitness_result,
        rated=row.hdrs_rated_on is not None,
        total=row.hdrs_total,
        suicide_item=row.hdrs_suicide_item,
    )


def verdict(participant: Participant, row: Screening) -> Verdict:
    """The verdict by what is known now."""
    return rules.judge(protocol.current().eligibility, facts(participant, row))


@transaction.atomic
def save_own_half(
    *, participant: Participant, answers: Mapping[str, Any], by: User, now: datetime
) -> Screening:
    """Keep the participant's half: PERSON_FIELDS and OWN_FIELDS. May be sent again until the
    decision. Raises what the gate raises, Locked after the decision, ValidationError by field."""
    person, row = _open(participant, now)
    if row.decided_at is not None:
        raise Locked(_("The study team has looked at this already. Please tell them what changed."))
    _not_over(person)
    changed = _set(person, {name: answers.get(name) for name in PERSON_FIELDS})
    changed += _set(row, {name: answers.get(name) for name in OWN_FIELDS})
    for name in PERSON_FIELDS:
        if getattr(person, name) in (None, ""):
            raise ValidationError({name: [_("Please answer this question.")]})
    row.own_sent_at = now
    person.clean_fields(exclude=["user", "site", "arm", "day_one"])
    _keep(person, by=by)
    _keep(row, by=by)
    audit.record(
        action="screening.own_half_sent", by=by, obj=row, participant_id=person.pk,
        changes={"changed": sorted(changed)},
    )  # fmt: skip
    return row


@transaction.atomic
def save_clinical_half(
    *, participant: Participant, fields: Mapping[str, Any], by: User, now: datetime,
    reason: str = "",
) -> Screening:  # fmt: skip
    """Keep the clinician's half (CLINICAL_FIELDS). After the decision `reason` is needed.

    Clinicians at the participant's site. Raises Forbidden, what the gate raises, Locked from
    allocation on, ValidationError by field.
    """
    _only_clinicians(by, participant)
    person, row = _open(participant, now)
    _not_over(person)
    if row.decided_at is not None and not reason.strip():
        raise ValidationError({"reason": [_("This was signed already. Why is it changed?")]})
    changed = _set(row, {name: fields[name] for name in CLINICAL_FIELDS if name in fields})
    if row.fitness_result == Screening.Fitness.CONDITIONAL and not row.restrictions.strip():
        raise ValidationError({"restrictions": [_("Please write down which restrictions.")]})
    row.clean_fields(exclude=["participant", "decided_by"])
    _keep(row, by=by, reason=reason)
    audit.record(
        action="screening.clinical_half_saved", by=by, obj=row, participant_id=person.pk,
        changes={"changed": sorted(changed)}, reason=reason,
    )  # fmt: skip
    return row


@transaction.atomic
def report_rating(
    *, participant: Participant, total: int | None, suicide_item: int | None, rated_on: date,
    by: User, now: datetime,
) -> Screening | None:  # fmt: skip
    """A rater has scored the entry scale. Called by the room that holds the answers; the numbers
    are never shown to raters. None from the decision on, where it changes nothing."""
    _person, row = _open(participant, now)
    if row.decided_at is not None:
        return None
    row.hdrs_total, row.hdrs_suicide_item, row.hdrs_rated_on = total, suicide_item, rated_on
    _keep(row, by=by)
    return row


@transaction.atomic
def decide(*, participant: Participant, by: User, now: datetime) -> Screening:
    """Sign what the rule says of both halves, with its reasons, and move the participant on.

    Raises Forbidden, what the gate raises, NotDecidable while something is missing, and
    IllegalStep where the same was signed already or the person is allocated.
    """
    _only_clinicians(by, participant)
    person, row = _open(participant, now)
    _not_over(person)
    found = verdict(person, row)
    if found.outcome is Outcome.MISSING:
        raise NotDecidable(found)
    eligible = found.outcome is Outcome.ELIGIBLE
    row.decided_at, row.decided_by = now, by
    row.reasons = [reason.code for reason in found.reasons]
    _keep(row, by=by)
    audit.record(
        action="screening.decided", by=by, obj=row, participant_id=person.pk,
        changes={"outcome": found.outcome.value, "reasons": row.reasons},
    )  # fmt: skip
    advance(
        participant=person, event="find_eligible" if eligible else "find_ineligible", by=by, now=now
    )
    return row


def _open(participant: Participant, now: datetime) -> tuple[Participant, Screening]:
    """The participant, locked and let through by the gate, and their screening, new or kept."""
    person = Participant.objects.select_for_update().get(pk=participant.pk)
    may_write(person, now)
    return person, of(person) or Screening(participant=person)


def _only_clinicians(by: User, participant: Participant) -> None:
    sites = by.sites(Role.CLINICIAN)
    here = sites is None or participant.site_id in sites
    if not by.has_role(Role.CLINICIAN) or not here:
        raise Forbidden


def _not_over(person: Participant) -> None:
    if person.state not in Participant.BEFORE_ALLOCATION:
        raise Locked(_("The screening is over: nothing of it changes any more."))


def _set(row: Participant | Screening, values: Mapping[str, Any]) -> list[str]:
    """Set `values`; the names of those that changed. None stands for "" in a text field."""
    changed = []
    for name, value in values.items():
        field: Any = row._meta.get_field(name)
        new = field.get_default() if value is None and not field.null else value
        if getattr(row, name) != new:
            changed.append(name)
            setattr(row, name, new)
    return changed


def _keep(row: Participant | Screening, *, by: User, reason: str = "") -> None:
    row._history_user = by  # type: ignore[union-attr]
    row._change_reason = reason[:100]  # type: ignore[union-attr]
    row.save()
