"""Showing an arm to somebody who should not know it: written down before it is seen."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.errors import Forbidden
from enrollment import permissions
from enrollment.models import Deviation, Participant, Unblinding
from enrollment.selectors import write_facts
from enrollment.services.conduct import note_deviation


def check(*, unblinding: Unblinding, by: User) -> None:
    """Raises Forbidden where `by` may not, and ValidationError where there is nothing to show:
    no arm yet, or one that `shown_to` knows already. A reason must stand there."""
    participant = unblinding.participant
    if not permissions.may_unblind(by, participant):
        raise Forbidden
    if not participant.arm:
        raise ValidationError({"participant": _("This participant has no group yet.")})
    if permissions.knows_the_arm(unblinding.shown_to, participant):
        raise ValidationError({"shown_to": _("This person knows the group already.")})
    if not unblinding.reason.strip():
        raise ValidationError({"reason": _("Please say why.")})


@transaction.atomic
def unblind(*, unblinding: Unblinding, by: User, now: datetime) -> Unblinding:
    """Keep that `by` shows the arm of a participant to `shown_to`, and why; it cannot be undone.

    A rater who knows it rates this participant no more (`enrollment.rate_participant`). Until the
    data are locked it is a deviation as well, a major one where a rater is told. Errors: `check`.
    """
    participant = Participant.objects.select_for_update().get(pk=unblinding.participant_id)
    unblinding.participant = participant
    check(unblinding=unblinding, by=by)
    unblinding.at, unblinding.by = now, by
    unblinding.full_clean()
    unblinding._history_user = by  # type: ignore[attr-defined]
    unblinding._change_reason = unblinding.reason  # type: ignore[attr-defined]
    unblinding.save(force_insert=True)
    audit.record(
        action="enrollment.unblinded", by=by, obj=unblinding, reason=unblinding.reason, at=now,
        changes={"shown_to": unblinding.shown_to_id},
    )  # fmt: skip
    if not write_facts(participant, now).locked:
        _note(unblinding, participant, by, now)
    return unblinding


def _note(unblinding: Unblinding, participant: Participant, by: User, now: datetime) -> None:
    """The deviation: who was told by role, never by name, and never which arm it is."""
    rater = unblinding.shown_to.has_role(Role.RATER)
    roles = ", ".join(sorted(role.value for role in unblinding.shown_to.active_roles))
    today = clock.local_date(now, participant.tz)
    deviation = Deviation(
        participant=participant, category=Deviation.Category.UNBLINDING, major=rater,
        occurred_on=today, found_on=today, what=f"Arm shown to {roles}. {unblinding.reason}",
    )  # fmt: skip
    note_deviation(deviation=deviation, by=by, now=now)
