"""What an answer calls for: the alerts of the instruments' own rules."""

from __future__ import annotations

import protocol
from accounts.models import User
from assessments import selectors
from assessments.models import Response
from protocol import Instrument
from safety.models import SafetyAlert
from safety.rules import most_urgent
from safety.services import raise_alert


def watch(response: Response, questionnaire: Instrument, changed: list[str], *, by: User) -> None:
    """Raise what the chosen answers call for. One alert a value: changing back closes nothing."""
    study = protocol.current()
    for key in changed:
        value = response.answers[key]
        previous = selectors.previous_answer(response, key)
        tiers = questionnaire.alert_tiers(key, value, previous)
        if not tiers:
            continue
        tier = most_urgent([study.safety_tier(code) for code in tiers])
        raise_alert(
            participant=response.participant,
            kind=SafetyAlert.Kind.RISK_ANSWER,
            tier=tier.code,
            source_kind="response",
            source_id=f"{response.pk}:{key}:{value}",
            detail={"instrument": questionnaire.code, "item": key, "value": value},
            by=by,
        )
