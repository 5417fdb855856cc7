"""Confirming what the study's protocol had to assume, before anybody is enrolled."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

import protocol
from accounts import audit
from accounts.models import User
from accounts.roles import Role
from core.errors import Forbidden, NotFound
from enrollment.models import ProtocolConfirmation

CONFIRMERS = (Role.CLINICIAN, Role.COORDINATOR)


@transaction.atomic
def confirm_assumption(
    *, code: str, choice: str, by: User, now: datetime, words: str = ""
) -> ProtocolConfirmation:
    """Keep that `by` (a clinician or coordinator) confirms the choice `code` as it was shown.

    Confirmed twice, the first stands. Raises Forbidden, and NotFound where the protocol has no
    such choice, or by now in other words than `choice`.
    """
    if not by.has_role(*CONFIRMERS):
        raise Forbidden
    study = protocol.current()
    if (code, choice) not in {(row.code, row.choice) for row in study.assumed}:
        raise NotFound
    row, new = ProtocolConfirmation.objects.get_or_create(
        study_name=study.name, protocol_version=study.version, code=code, choice=choice,
        defaults={"confirmed_by": by, "at": now, "words": words[:400]},
    )  # fmt: skip
    if new:
        audit.record(
            action="protocol.choice_confirmed", by=by, obj=row, at=now, reason=words[:400],
            changes={"study": study.name, "version": study.version, "code": code},
        )  # fmt: skip
    return row
