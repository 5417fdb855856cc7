"""What was copied from paper for one participant."""

from __future__ import annotations

from typing import Any

from enrollment.models import Participant

SHOWN = 20


def copied(participant: Participant, kinds: tuple[str, ...]) -> dict[str, list[Any]]:
    """The newest entries of each kind that came from paper."""
    rows: dict[str, Any] = {
        "workout": participant.workouts.all().counted().order_by("-started_at"),
        "night": participant.nights.order_by("-date"),
        "check-in": participant.check_ins.order_by("-due_on"),
    }
    return {kind: list(rows[kind].exclude(paper_date=None)[:SHOWN]) for kind in kinds}
