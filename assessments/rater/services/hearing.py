"""What a rater hears of harm: written once for the clinicians, and closed to the rater after."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

import protocol
from accounts.models import User
from assessments.rater import selectors
from core import clock
from core.errors import Forbidden
from enrollment.models import Participant
from safety.models import SafetyAlert
from safety.models.event import AdverseEvent
from safety.services import raise_alert
from safety.services.events import note_event

SOURCE = "rater"


@transaction.atomic
def note_heard(
    *, participant: Participant, tier: str, words: str, key: UUID, by: User, now: datetime
) -> None:
    """Tell the clinician on duty what was heard, by the tier that the rater chose; it is a draft of
    an adverse event as well.

    `key` names the form, so that sending it twice is one alert. Never refused by consent or
    withdrawal: somebody may be in danger. Returns nothing, because nothing of it is shown to the
    rater. Raises Forbidden, and ValidationError naming `tier` or `words`.
    """
    if not selectors.may_rate(by, participant):
        raise Forbidden
    # PostgreSQL keeps no NUL.
    text = words.replace("\0", "").strip()
    problems = {}
    if tier not in {one.code for one in protocol.current().safety_tiers}:
        problems["tier"] = [_("Please choose one line.")]
    if not text:
        problems["words"] = [_("Please say what you heard.")]
    if problems:
        raise ValidationError(problems)
    source = f"{by.pk}:{key}"
    if SafetyAlert.objects.filter(source_kind=SOURCE, source_id=source).exists():
        return
    raise_alert(
        participant=participant, kind=SafetyAlert.Kind.HEARD, tier=tier, source_kind=SOURCE,
        source_id=source, detail={"words": text}, by=by, now=now,
    )  # fmt: skip
    note_event(
        participant=participant, verbatim=text, started_on=clock.local_date(now, participant.tz),
        source=AdverseEvent.Source.TOLD, source_kind=SOURCE, source_id=source, by=by, now=now,
    )  # fmt: skip
