"""A participant says that they are not safe."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

import protocol
from accounts.models import User
from core import one_writer
from enrollment.models import Participant
from safety.models import SafetyAlert
from safety.rules import red_flag_tier
from safety.services.alerts import raise_alert

# A second tap is the first one's, unless somebody closed that alert meanwhile: our choice.
SAME_TAP = timedelta(minutes=10)


@one_writer.in_line()
@transaction.atomic
def say_not_safe(*, participant: Participant, by: User, now: datetime) -> SafetyAlert:
    """Raise the alert of the most urgent tier, once for taps within some minutes.

    It is taken from whoever takes part or took part: neither a consent that is pending nor a
    withdrawal is a reason not to hear somebody in danger.
    """
    person = Participant.objects.select_for_update().select_related("site").get(pk=participant.pk)
    told = SafetyAlert.objects.unclosed().filter(
        participant=person, kind=SafetyAlert.Kind.NOT_SAFE, raised_at__gt=now - SAME_TAP
    )
    if (alert := told.first()) is not None:
        return alert
    return raise_alert(
        participant=person, kind=SafetyAlert.Kind.NOT_SAFE,
        tier=red_flag_tier(protocol.current().safety_tiers).code, source_kind="button",
        source_id=f"{person.pk}:{now:%Y%m%dT%H%M%S.%f}", detail={}, by=by, now=now,
    )  # fmt: skip
