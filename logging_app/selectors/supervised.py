"""Reads of what instructors signed."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from enrollment.models import Participant
from logging_app.models import Supervision


def supervisions(participant: Participant) -> QuerySet[Supervision]:
    """What was signed for this participant, newest first."""
    return participant.supervisions.select_related("by", "workout")


def of_sheet(sheet: UUID, people: Collection[Participant]) -> QuerySet[Supervision]:
    """What one sheet kept of these people, by study id."""
    rows = Supervision.objects.filter(sheet=sheet, participant__in=people)
    return rows.select_related("participant", "workout").order_by("participant__study_id")
