"""Words in a note that call for a look."""

from __future__ import annotations

from datetime import datetime

import protocol
from accounts.models import User
from enrollment.models import Participant
from safety.models import SafetyAlert
from safety.rules import most_urgent
from safety.rules.words import tiers_heard
from safety.services.alerts import raise_alert


def watch_words(
    *,
    participant: Participant,
    text: str | None,
    source_kind: str,
    source_id: str,
    by: User,
    now: datetime,
) -> SafetyAlert | None:
    """Open an alert where a note holds one of the protocol's words; None where it does not.

    Call it when the note is new or its words changed, with a source of its own for each. The text
    stays with its entry: the alert only names where it stands.
    """
    study = protocol.current()
    heard = [study.safety_tier(code) for code in tiers_heard(text, study.keywords)]
    if not heard:
        return None
    return raise_alert(
        participant=participant, kind=SafetyAlert.Kind.WORDS, tier=most_urgent(heard).code,
        source_kind=source_kind, source_id=source_id, detail={"where": source_kind}, by=by, now=now,
    )  # fmt: skip
