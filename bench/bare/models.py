"""One table as wide as a workout, with nothing behind it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


def _number() -> models.Field:
    return models.FloatField(null=True)


def _whole() -> models.Field:
    return models.SmallIntegerField(null=True)


class BareWorkout(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    edit = models.PositiveIntegerField(default=1)
    modality = models.CharField(max_length=16)
    activity = models.CharField(max_length=24)
    started_at = models.DateTimeField()
    duration_min = models.PositiveSmallIntegerField()
    mood_before, mood_after, feeling, effort = _whole(), _whole(), _whole(), _whole()
    hr_before_bpm, hr_after_bpm, hr_mean_bpm, hr_max_bpm = _whole(), _whole(), _whole(), _whole()
    hrv_rmssd_ms, hrv_sdnn_ms, resp_mean_brpm, resp_max_brpm = (
        _number(), _number(), _number(), _number(),
    )  # fmt: skip
    steps = models.PositiveIntegerField(null=True)
    distance_m, energy_kcal, range_of_motion_cm = _number(), _number(), _number()
    symptoms = models.JSONField(null=True)
    notes = models.TextField(null=True)
    device_time = models.DateTimeField(null=True)
    received_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.pk)
