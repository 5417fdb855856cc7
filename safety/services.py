"""Writes of safety. An alert is raised in the transaction of what caused it."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from accounts import audit
from accounts.models import User
from enrollment.models import Participant
from safety.models import SafetyAlert


@transaction.atomic
def raise_alert(
    *,
    participant: Participant,
    kind: SafetyAlert.Kind,
    tier: str,
    source_kind: str,
    source_id: str,
    detail: Mapping[str, object],
    by: User,
) -> SafetyAlert:
    """Open an alert once per source; the same source again only renews what was said."""
    alert, new = SafetyAlert.objects.get_or_create(
        kind=kind,
        source_kind=source_kind,
        source_id=source_id,
        defaults={"participant": participant, "tier": tier, "detail": dict(detail)},
    )
    if not new and alert.detail == dict(detail):
        return alert
    if not new:
        alert.detail = dict(detail)
        alert.save()
    audit.record(
        action="safety.alert_raised" if new else "safety.alert_changed",
        by=by,
        obj=alert,
        participant_id=participant.pk,
        changes={"kind": kind, "tier": tier, "source": f"{source_kind}:{source_id}"},
    )
    return alert
