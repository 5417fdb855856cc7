"""Adverse events: noted as a draft, assessed by a clinician, countersigned by another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.errors import Forbidden, IllegalStep, NotFound
from core.words import tidy
from enrollment.models import Participant
from safety.models import EVENT_STATES, AdverseEvent
from safety.rules import events as rules

ASSESSES = Role.CLINICIAN
NOTES = (Role.CLINICIAN, Role.COORDINATOR)
REPORTS = (Role.CLINICIAN, Role.COORDINATOR)
ASSESSMENT = (
    "term", "term_version", "started_on", "ended_on", "grade", "serious", "related_exercise",
    "related_procedure", "expected", "action", "outcome", "narrative",
)  # fmt: skip
Source = AdverseEvent.Source


@transaction.atomic
def note_event(
    *,
    participant: Participant,
    verbatim: str,
    started_on: date,
    source: str,
    source_kind: str = "",
    source_id: str = "",
    by: User | None,
    now: datetime,
) -> AdverseEvent:
    """Keep what somebody told as a draft to be assessed, once per source (`source_id`).

    Told again in other words, a draft takes the new ones and history keeps the earlier. What was
    assessed stays. Raises ValidationError without words. Whoever may write the source may call it.
    """
    words = tidy(verbatim, 300)
    if not words:
        raise ValidationError({"verbatim": _("Please say what happened, in a few words.")})
    there = _of_source(source_kind, source_id)
    if there is not None and (there.verbatim == words or there.state != AdverseEvent.State.DRAFT):
        return there
    row = there or AdverseEvent(
        participant=participant, started_on=started_on, source=source, source_kind=source_kind,
        source_id=source_id, aware_at=now, noted_by=by,
    )  # fmt: skip
    row.verbatim = words
    return _keep(row, by=by, now=now, action="safety.event_noted", changes={"source": source})


def tell_event(
    *, participant: Participant, verbatim: str, started_on: date, by: User, now: datetime
) -> AdverseEvent:
    """Staff note what they were told in between. Raises Forbidden, NotFound and ValidationError."""
    _refuse_stranger(participant, by, NOTES)
    if started_on > clock.local_date(now, participant.tz):
        raise ValidationError({"started_on": _("This is in the future.")})
    return note_event(
        participant=participant, verbatim=verbatim, started_on=started_on, source=Source.TOLD,
        by=by, now=now,
    )  # fmt: skip


@transaction.atomic
def assess(
    *, event: AdverseEvent, entry: Mapping[str, Any], by: User, now: datetime, reason: str = ""
) -> AdverseEvent:
    """A clinician of the site judges an event (`entry` has ASSESSMENT's fields), or corrects what
    was judged, with a reason: it is then countersigned anew.

    Raises Forbidden, NotFound, IllegalStep and ValidationError by field.
    """
    row = _locked(event, by, (ASSESSES,))
    known = row.state in (AdverseEvent.State.ASSESSED, AdverseEvent.State.COUNTERSIGNED)
    why = tidy(reason, 100)
    if known and not why:
        raise ValidationError({"reason": _("Please say why this is corrected.")})
    today = clock.local_date(now, row.participant.tz)
    if found := rules.problems(entry, known=AdverseEvent.SERIOUS, today=today):
        raise ValidationError(found)
    row.state = EVENT_STATES.after(row.state, "correct" if known else "assess")
    for name in ASSESSMENT:
        setattr(row, name, entry.get(name, getattr(row, name)))
    row.assessed_by, row.assessed_at = by, now
    row.countersigned_by = row.countersigned_at = None
    return _keep(
        row, by=by, now=now,
        action="safety.event_corrected" if known else "safety.event_assessed",
        changes={"serious": row.is_serious, "grade": row.grade}, why=why,
    )  # fmt: skip


@transaction.atomic
def dismiss(*, event: AdverseEvent, reason: str, by: User, now: datetime) -> AdverseEvent:
    """A clinician finds that a draft is no adverse event, and says why. It can be judged later."""
    row = _locked(event, by, (ASSESSES,))
    why = tidy(reason, 100)
    if not why:
        raise ValidationError({"reason": _("Please say why this is no adverse event.")})
    row.state = EVENT_STATES.after(row.state, "dismiss")
    row.assessed_by, row.assessed_at = by, now
    return _keep(row, by=by, now=now, action="safety.event_dismissed", changes={}, why=why)


@transaction.atomic
def countersign(*, event: AdverseEvent, by: User, now: datetime) -> AdverseEvent:
    """Another clinician of the site agrees. Raises Forbidden for the one who assessed it."""
    row = _locked(event, by, (ASSESSES,))
    if row.assessed_by_id == by.pk:
        raise Forbidden(_("Somebody else countersigns."))
    row.state = EVENT_STATES.after(row.state, "countersign")
    row.countersigned_by, row.countersigned_at = by, now
    return _keep(row, by=by, now=now, action="safety.event_countersigned", changes={})


@transaction.atomic
def mark_reported(*, event: AdverseEvent, by: User, now: datetime) -> AdverseEvent:
    """A serious event was reported to the sponsor; the first time counts."""
    row = _locked(event, by, REPORTS)
    if not row.is_serious:
        raise IllegalStep(_("Only a serious event is reported this way."))
    if row.reported_at is not None:
        return row
    row.reported_at = now
    return _keep(row, by=by, now=now, action="safety.event_reported", changes={})


def _of_source(kind: str, pk: str) -> AdverseEvent | None:
    if not pk:
        return None
    rows = AdverseEvent.objects.select_for_update()
    return rows.filter(source_kind=kind, source_id=pk).first()


def _locked(event: AdverseEvent, by: User, roles: tuple[Role, ...]) -> AdverseEvent:
    rows = AdverseEvent.objects.select_for_update(of=("self",)).select_related("participant__site")
    row = rows.get(pk=event.pk)
    _refuse_stranger(row.participant, by, roles)
    return row


def _refuse_stranger(participant: Participant, by: User, roles: tuple[Role, ...]) -> None:
    if not by.has_role(*roles):
        raise Forbidden
    sites = by.sites(*roles)
    if sites is not None and participant.site_id not in sites:
        raise NotFound


def _keep(
    row: AdverseEvent, *, by: User | None, now: datetime, action: str,
    changes: Mapping[str, object], why: str = "",
) -> AdverseEvent:  # fmt: skip
    row.full_clean(exclude=["participant", "noted_by"])
    row._history_user = by  # type: ignore[attr-defined]
    row._history_date = now  # type: ignore[attr-defined]
    row._change_reason = why or None  # type: ignore[attr-defined]
    row.save()
    audit.record(
        action=action, by=by, obj=row, participant_id=row.participant_id, at=now,
        changes={"state": str(row.state), **changes},
    )  # fmt: skip
    return row
