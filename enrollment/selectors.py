"""Reads of enrollment, the gate among them."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import HttpRequest
from rest_framework.request import Request

from accounts.models import User
from core.errors import Refused
from enrollment.models import (
    ConsentDocument,
    ConsentRecord,
    DataLock,
    Participant,
    ParticipantQuerySet,
    Withdrawal,
)
from enrollment.rules.gate import WriteFacts, refusal_to_write


def write_facts(participant: Participant, at: datetime) -> WriteFacts:
    """The gate's facts in one query."""
    in_force = (
        ConsentDocument.objects.filter(approved_at__lte=at)
        .order_by("-approved_at")
        .values("version")[:1]
    )
    row = (
        Participant.objects.filter(pk=participant.pk)
        .annotate(
            gone=Exists(Withdrawal.objects.filter(participant=OuterRef("pk"), at__lte=at)),
            locked=Exists(
                DataLock.objects.filter(
                    Q(participant=OuterRef("pk")) | Q(participant=None), at__lte=at
                ).filter(Q(lifted_at=None) | Q(lifted_at__gt=at))
            ),
            in_force=Subquery(in_force),
            signed=Exists(
                ConsentRecord.objects.filter(
                    participant=OuterRef("pk"), signed_at__lte=at, document__version=in_force
                )
            ),
        )
        .values("gone", "locked", "in_force", "signed")
        .get()
    )
    version = row["in_force"]
    return WriteFacts(
        withdrawn=row["gone"],
        locked=row["locked"],
        signed_versions=frozenset({version} if row["signed"] else ()),
        version_in_force=version,
    )


def refusal(participant: Participant, at: datetime) -> type[Refused] | None:
    """Why `participant`'s data may not be written at `at` (the moment of receipt), or None."""
    return refusal_to_write(write_facts(participant, at))


def may_write(participant: Participant, at: datetime) -> None:
    """The one gate every writing service asks. Raises Withdrawn, Locked or ConsentPending."""
    reason = refusal(participant, at)
    if reason is not None:
        raise reason


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
