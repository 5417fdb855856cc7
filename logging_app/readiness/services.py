"""What somebody said of themselves before a session."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

import protocol
from accounts import audit
from accounts.models import User
from core.errors import EditConflict, NotFound
from enrollment.models import Participant
from enrollment.selectors import may_write
from logging_app.models import ReadinessCheck
from logging_app.readiness import rules
from logging_app.rules import CLOCK_TOLERANCE
from safety.models import SafetyAlert
from safety.rules import red_flag_tier
from safety.services import raise_alert

SOURCE = "readiness"


@dataclass(frozen=True)
class Recorded:
    """What became of it: its row, and whether it is new."""

    check: ReadinessCheck
    created: bool


@transaction.atomic
def record_readiness(
    *,
    participant: Participant,
    uuid: UUID,
    answers: Collection[str],
    device_time: datetime | None = None,
    by: User,
    now: datetime,
) -> Recorded:
    """Keep the protocol's codes that were ticked; none is "none of these".

    It says how somebody was at that moment: the same again changes nothing, other answers under
    the same uuid raise EditConflict. A red one opens an alert, which holds the sessions. Raises
    what the gate raises, NotFound for another's uuid, and ValidationError (`answers`).
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    may_write(participant, now)
    study = protocol.current()
    if unknown := sorted(set(answers) - {row.code for row in study.readiness}):
        words = _("Not on the study's list: %s.") % ", ".join(unknown)
        raise ValidationError({"answers": [words]})
    said = rules.in_order(answers, study)
    stored = ReadinessCheck.objects.filter(pk=uuid).first()
    if stored is not None:
        if stored.participant_id != participant.pk:
            raise NotFound
        if stored.answers != said:
            raise EditConflict
        return Recorded(stored, created=False)
    told = device_time if device_time and device_time <= now + CLOCK_TOLERANCE else now
    row = ReadinessCheck(
        id=uuid, participant=participant, at=told, zone=participant.zone, answers=said,
        device_time=device_time, received_at=now, entered_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Another participant sent this very uuid at this moment.
        raise NotFound from None
    audit.record(action="readiness.recorded", by=by, obj=row, participant_id=participant.pk)
    if red := [code for code in said if rules.severity(code, study) == "red"]:
        raise_alert(
            participant=participant, kind=SafetyAlert.Kind.RED_FLAG_SYMPTOM,
            tier=red_flag_tier(study.safety_tiers).code, source_kind=SOURCE, source_id=str(uuid),
            detail={"symptoms": red}, by=by, now=now,
        )  # fmt: skip
    return Recorded(row, created=True)
