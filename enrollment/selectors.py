"""Reads of enrollment, the gate among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Q, QuerySet
from django.http import HttpRequest
from rest_framework.request import Request

import protocol
from accounts.models import User
from accounts.roles import Role
from core.errors import Refused
from enrollment import facts
from enrollment.models import (
    BaselineRecord,
    ConsentConversation,
    ConsentDocument,
    ConsentIdentity,
    ConsentRecord,
    ConsentText,
    Participant,
    ParticipantQuerySet,
    ProtocolConfirmation,
    StudyPause,
)
from enrollment.rules.consent import Gap, gaps, made_while_pending
from enrollment.rules.gate import WriteFacts, refusal_to_write
from protocol import Assumption, CrisisLine, VisitPlan


def write_facts(participant: Participant, at: datetime) -> WriteFacts:
    """The gate's facts in one query."""
    return _facts(_asked(participant, at).get())


def _asked(participant: Participant, at: datetime) -> QuerySet[Participant, dict[str, Any]]:
    columns = facts.gate(at)
    return Participant.objects.filter(pk=participant.pk).annotate(**columns).values(*columns)


def _facts(row: Mapping[str, Any]) -> WriteFacts:
    version = row["in_force"]
    return WriteFacts(
        withdrawn=row["gone"],
        locked=row["locked"],
        signed_versions=frozenset({version} if row["signed"] else ()),
        version_in_force=version,
        signed_at=row["signed"],
    )


def refusal(participant: Participant, at: datetime) -> type[Refused] | None:
    """Why `participant`'s data may not be written at `at` (the moment of receipt), or None."""
    return refusal_to_write(write_facts(participant, at))


def may_write(participant: Participant, at: datetime) -> None:
    """The one gate every writing service asks. Raises Withdrawn, Locked or ConsentPending."""
    reason = refusal(participant, at)
    if reason is not None:
        raise reason


def may_write_and(participant: Participant, at: datetime, also: Exists) -> bool:
    """The gate, and whether `also` (of the participant's `pk`) is there, in the same query."""
    row = _asked(participant, at).annotate(also=also).get()
    reason = refusal_to_write(_facts(row))
    if reason is not None:
        raise reason
    return bool(row["also"])


def account_by_key(key: Any, at: datetime) -> User | None:
    """An account as every request needs it, in one query: whether it holds a staff role, its
    participant with their site, and the gate's facts of this moment (`gate_facts`)."""
    user = (
        User.objects.select_related("participant__site")
        .annotate(**facts.roles(at), **facts.gate(at)).filter(pk=key).first()
    )  # fmt: skip
    if user is None:
        return None
    user._participant = getattr(user, "participant", None)  # type: ignore[attr-defined]
    if not user.holds_roles and not user.is_superuser:  # type: ignore[attr-defined]
        user.active_roles = {}
    if user._participant is not None:  # type: ignore[attr-defined]
        user._gate_facts = _facts(user.__dict__)  # type: ignore[attr-defined]
    return user


def gate_facts(user: User, participant: Participant, at: datetime) -> WriteFacts:
    """The gate's facts as they were read with the account, else as they are now. They let a
    request in; what is written asks `may_write` again, under its lock."""
    read: WriteFacts | None = getattr(user, "_gate_facts", None)
    return read or write_facts(participant, at)


def participant_of(user: AbstractBaseUser | AnonymousUser | None) -> Participant | None:
    """The participant this account belongs to, looked up once per request."""
    if not isinstance(user, User):
        return None
    if not hasattr(user, "_participant"):
        user._participant = (  # type: ignore[attr-defined]
            Participant.objects.select_related("site").filter(user=user).first()
        )
    found: Participant | None = user._participant  # type: ignore[attr-defined]
    return found


def own_participant(request: HttpRequest | Request) -> Participant:
    """The caller's own participant, where the guard let only participants through."""
    participant = participant_of(request.user)
    assert participant is not None
    return participant


def account(request: HttpRequest | Request) -> User:
    """The caller's account, where the guard let only the signed-in through."""
    assert isinstance(request.user, User)
    return request.user


def visible_participants(user: User) -> ParticipantQuerySet:
    """Participants a member of staff may see, by site and role."""
    return Participant.objects.visible_to(user)


# --- consent


def consent_in_force(at: datetime) -> ConsentDocument | None:
    """The version that is signed now: the newest that was approved by `at`."""
    return ConsentDocument.objects.filter(approved_at__lte=at).order_by("-approved_at").first()


def consent_text(document: ConsentDocument, language: str) -> ConsentText | None:
    """A document in `language`, or in English where it has no such text."""
    texts = {text.language: text for text in document.texts.all()}
    return texts.get(language) or texts.get("en")


def consent_talk(
    participant: Participant, document: ConsentDocument, at: datetime
) -> ConsentConversation | None:
    """The latest talk about this version that leaves nothing open."""
    return (
        ConsentConversation.objects.filter(
            participant=participant, document=document, at__lte=at,
            questions_answered=True, capacity_confirmed=True,
        )
        .select_related("investigator").order_by("-at").first()
    )  # fmt: skip


def consents(participant: Participant) -> QuerySet[ConsentRecord]:
    """Everything this person has signed, newest first."""
    return participant.consents.select_related("document", "countersigned_by").order_by(
        "-signed_at"
    )


def consent_copy(record_id: int, user: User) -> bytes | None:
    """The signed copy as PDF for its owner or a coordinator of the site; None for all others."""
    rows = ConsentIdentity.objects.filter(record=record_id, sealed_at=None)
    sites = user.sites(Role.COORDINATOR, Role.CLINICIAN)
    if sites is not None:
        rows = rows.filter(
            Q(record__participant__user=user) | Q(record__participant__site__in=sites)
        )
    found = rows.values_list("copy_pdf", flat=True).first()
    return bytes(found) if found else None


def renewed_consent_was_pending(
    participant: Participant, signed_at: datetime | None = None
) -> Callable[[datetime], bool]:
    """Whether a renewed consent was pending for this person when something was made.

    `signed_at`, where it is known, is when they signed the version in force: it ended every wait,
    so that what was made since then needs no look at the others.
    """
    waits = cache(lambda: consent_gaps(participant))

    def pending(made: datetime) -> bool:
        if signed_at is not None and made >= signed_at:
            return False
        return made_while_pending(made, waits())

    return pending


def consent_gaps(participant: Participant) -> list[Gap]:
    """When a renewed consent was pending for this person. Two queries."""
    approvals = ConsentDocument.objects.exclude(approved_at=None)
    signed = ConsentRecord.objects.filter(participant=participant)
    return gaps(
        list(approvals.values_list("version", "approved_at")),  # type: ignore[arg-type]
        dict(signed.values_list("document__version", "signed_at")),
    )


def baseline_parts(participant: Participant) -> dict[str, BaselineRecord]:
    """What is known of each part of the baseline, by its code."""
    return {row.part: row for row in BaselineRecord.objects.filter(participant=participant)}


def visits_before_start(participant: Participant) -> tuple[VisitPlan, ...]:
    """The protocol's visits before allocation that ask something of this participant now, in order:
    all of them once they may take part, all but the last while that is not decided. None before
    consent, from allocation on, and of whoever was screened out or has left."""
    early = protocol.current().visits_before_allocation
    if participant.in_baseline:
        return early
    return early[:-1] if participant.in_screening else ()


def study_pauses() -> QuerySet[StudyPause]:
    """Every time that something stood still for the whole study, the newest first."""
    return StudyPause.objects.select_related("by", "ended_by")


def study_rests() -> list[tuple[datetime, datetime | None]]:
    """The times without sessions for everybody: since when, and until when (None: still)."""
    rows = StudyPause.objects.filter(what=StudyPause.What.SESSIONS)
    return list(rows.values_list("since", "until"))


def allocation_rests() -> bool:
    """Whether nobody may be allocated now."""
    return StudyPause.objects.filter(what=StudyPause.What.ALLOCATION, until=None).exists()


def crisis_lines(participant: Participant) -> list[CrisisLine]:
    """Whom to call from where the participant is: emergency first, then the region, the country."""
    study = protocol.current()
    region = participant.site.region
    lines = [*study.crisis.get(region, ()), *study.crisis.get(region.split("-")[0], ())]
    return sorted(lines, key=lambda line: not line.emergency)


def ambulance(region: str) -> CrisisLine | None:
    """The number to call where a red flag shows: the first emergency line of the region."""
    crisis = protocol.current().crisis
    near = [*crisis.get(region, ()), *crisis.get(region.split("-")[0], ())]
    anywhere = [line for lines in crisis.values() for line in lines]
    return next((line for line in [*near, *anywhere] if line.emergency), None)


def confirmed_assumptions() -> list[ProtocolConfirmation]:
    """What a person confirmed of the running study's assumed choices, as they read now."""
    study = protocol.current()
    read = {(row.code, row.choice) for row in study.assumed}
    if not read:
        return []
    rows = ProtocolConfirmation.objects.filter(
        study_name=study.name, protocol_version=study.version
    ).select_related("confirmed_by")
    return [row for row in rows if (row.code, row.choice) in read]


def unconfirmed_assumptions() -> tuple[Assumption, ...]:
    """The assumed choices of the running study that nobody has confirmed: no enrolment before."""
    known = {(row.code, row.choice) for row in confirmed_assumptions()}
    return tuple(row for row in protocol.current().assumed if (row.code, row.choice) not in known)
