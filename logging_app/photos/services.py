"""A photo of the tracker's display beside an entry: kept small, upright and without its place."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from core.errors import NotFound, Voided
from core.images import ImageRefused, reencode_photo
from enrollment.models import Participant
from enrollment.selectors import may_write
from logging_app.models import Workout, WorkoutPhoto


def attach_photo(
    *, participant: Participant, uuid: UUID, data: bytes, by: User, now: datetime
) -> WorkoutPhoto:
    """Keep a picture beside a workout; one that was there is taken away first.

    `data` is the file as it was sent, up to 15 MB. Raises what the gate raises, NotFound, Voided,
    and ValidationError (`photo`) for what is no picture.
    """
    try:
        picture = reencode_photo(data)
    except ImageRefused as refused:
        raise ValidationError({"photo": [refused.text]}) from refused
    with transaction.atomic():
        workout = _locked(participant, uuid, now)
        _take_away(workout, now)
        row = WorkoutPhoto(
            workout=workout, participant=workout.participant, image=picture.jpeg,
            sha256=hashlib.sha256(picture.jpeg).hexdigest(), width=picture.width,
            height=picture.height, received_at=now, by=by,
        )  # fmt: skip
        row.save(force_insert=True)
        audit.record(
            action="photo.attached", by=by, obj=row, participant_id=participant.pk,
            changes={"workout": str(uuid), "sha256": row.sha256, "bytes": len(picture.jpeg)},
        )  # fmt: skip
    return row


@transaction.atomic
def remove_photo(*, participant: Participant, uuid: UUID, by: User, now: datetime) -> None:
    """Take the picture away: it is gone, and its row says that there was one."""
    workout = _locked(participant, uuid, now)
    for row in _take_away(workout, now):
        audit.record(
            action="photo.removed", by=by, obj=row, participant_id=participant.pk,
            changes={"workout": str(uuid)},
        )  # fmt: skip


@transaction.atomic
def open_photo(*, participant: Participant, uuid: UUID, by: User, now: datetime) -> bytes:
    """The JPEG beside a workout, for staff; the trail keeps who looked. Raises NotFound."""
    row = participant.photos.filter(workout_id=uuid, removed_at=None).first()
    if row is None:
        raise NotFound
    audit.record(
        action="photo.opened", by=by, obj=row, participant_id=participant.pk, at=now,
        changes={"workout": str(uuid), "sha256": row.sha256},
    )  # fmt: skip
    return bytes(row.image)


def _locked(participant: Participant, uuid: UUID, now: datetime) -> Workout:
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    may_write(participant, now)
    workout = Workout.objects.filter(pk=uuid, participant=participant).first()
    if workout is None:
        raise NotFound
    if workout.voided_at is not None:
        raise Voided
    return workout


def _take_away(workout: Workout, now: datetime) -> list[WorkoutPhoto]:
    rows = list(workout.photos.filter(removed_at=None))
    for row in rows:
        row.image, row.removed_at = b"", now
        row.save(update_fields=["image", "removed_at"])
    return rows
