"""Reads of photos. The picture itself is read only where it is shown."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from enrollment.models import Participant
from logging_app.models import Workout, WorkoutPhoto


def photo_of(workout: Workout) -> WorkoutPhoto | None:
    """The photo beside a workout, without its picture, or None."""
    return workout.photos.filter(removed_at=None).defer("image").first()


def workouts_with_photo(participant: Participant) -> set[UUID]:
    """The workouts of a participant that have a photo."""
    rows = participant.photos.filter(removed_at=None, workout__voided_at=None)
    return set(rows.values_list("workout_id", flat=True))


def picture(participant: Participant, uuid: UUID) -> bytes:
    """The JPEG beside a participant's workout; Http404 where there is none."""
    row = participant.photos.filter(workout_id=uuid, removed_at=None).first()
    if row is None:
        raise Http404
    return bytes(row.image)
