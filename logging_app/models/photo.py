"""A photo of the tracker's display."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from enrollment.models import Participant
from logging_app.models.workout import Workout


class WorkoutPhoto(models.Model):
    """A photo beside a workout: re-encoded, upright, without EXIF or place, at most 400 KB. One
    that is taken away leaves its row, without the picture."""

    workout = models.ForeignKey(Workout, models.PROTECT, related_name="photos")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="photos")
    image = models.BinaryField(_("picture"))
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(_("taken away"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-received_at"]
        verbose_name = _("photo")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workout"], condition=Q(removed_at=None), name="one_photo_per_workout"
            )
        ]

    def __str__(self) -> str:
        return f"{self.workout} · {self.width}×{self.height}"
