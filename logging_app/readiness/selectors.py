"""Reads of what was said before sessions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.shortcuts import get_object_or_404

from core import clock
from enrollment.models import Participant
from logging_app.models import ReadinessCheck


def own_check(participant: Participant, uuid: UUID) -> ReadinessCheck:
    """One of this participant's own; Http404 for anyone else's."""
    return get_object_or_404(participant.readiness_checks, pk=uuid)


# The day on which something was ticked, and the protocol's codes.
Said = tuple[date, tuple[str, ...]]


def said_lately(people: Collection[Participant], now: datetime, days: int) -> dict[int, Said]:
    """The newest of the last days on which somebody ticked something, by participant; "none of
    these" is left out. One query, however many people."""
    rows = ReadinessCheck.objects.filter(
        participant__in=[person.pk for person in people], at__gt=now - timedelta(days=days)
    ).order_by("at")  # fmt: skip
    return {
        row.participant_id: (clock.local_date(row.at, ZoneInfo(row.zone)), tuple(row.answers))
        for row in rows
        if row.answers
    }
