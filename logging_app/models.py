"""What was done and how it felt. Unknown is null everywhere; nothing is deleted, only voided."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from enrollment.models import Participant


def _whole(label: Any, low: int, high: int) -> Any:
    return models.SmallIntegerField(
        label, null=True, blank=True, validators=[MinValueValidator(low), MaxValueValidator(high)]
    )


def _number(label: Any, low: float, high: float) -> Any:
    return models.FloatField(
        label, null=True, blank=True, validators=[MinValueValidator(low), MaxValueValidator(high)]
    )


SET_FIELDS = ("exercise", "equipment", "sets", "reps", "load_kg", "band_level")


class Modality(models.TextChoices):
    AEROBIC = "aerobic", _("Aerobic")
    STRENGTH = "strength", _("Strength")
    FLEXIBILITY = "flexibility", _("Flexibility")
    OTHER = "other", _("Other")


class WorkoutQuerySet(models.QuerySet["Workout"]):
    def counted(self) -> WorkoutQuerySet:
        """Those that were not taken back."""
        return self.filter(voided_at=None)


class Workout(models.Model):
    """One session as the participant lived it. Units and ranges: CONTRACT, "API, version 1"."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="workouts")
    edit = models.PositiveIntegerField(default=1)
    modality = models.CharField(_("kind"), max_length=16, choices=Modality)
    activity = models.CharField(_("activity"), max_length=24)
    started_at = models.DateTimeField(_("start"))
    zone = models.CharField(max_length=64)
    duration_min = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    mood_before = _whole(_("mood before"), 0, 10)
    mood_after = _whole(_("mood after"), 0, 10)
    mood_before_recalled = models.BooleanField(
        _("mood before was remembered"), null=True, blank=True
    )
    feeling = _whole(_("feeling during"), -5, 5)
    effort = _whole(_("effort"), 0, 10)
    hr_before_bpm = _whole(_("heart rate before (bpm)"), 30, 230)
    hr_after_bpm = _whole(_("heart rate after (bpm)"), 30, 230)
    hr_mean_bpm = _whole(_("mean heart rate (bpm)"), 30, 230)
    hr_max_bpm = _whole(_("highest heart rate (bpm)"), 30, 230)
    hrv_rmssd_ms = _number(_("HRV RMSSD (ms)"), 0, 400)
    hrv_sdnn_ms = _number(_("HRV SDNN (ms)"), 0, 400)
    resp_mean_brpm = _number(_("mean breathing rate (per min)"), 4, 80)
    resp_max_brpm = _number(_("highest breathing rate (per min)"), 4, 80)
    # As far as both engines count: a larger one would stop the export of a study on SQLite.
    steps = models.PositiveIntegerField(
        _("steps"), null=True, blank=True, validators=[MaxValueValidator(2_000_000_000)]
    )
    distance_m = _number(_("distance (m)"), 0, 1_000_000)
    energy_kcal = _number(_("energy (kcal)"), 0, 50_000)
    range_of_motion_cm = _number(_("sit-and-reach (cm)"), -50, 80)
    symptoms = models.JSONField(_("anything wrong"), null=True, blank=True)
    stopped_early = models.BooleanField(_("stopped early"), null=True, blank=True)
    notes = models.TextField(_("notes"), max_length=2000, null=True, blank=True)
    sources = models.JSONField(default=dict)
    device_time = models.DateTimeField(_("the phone's clock"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    voided_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=200, blank=True)
    history = HistoricalRecords()

    objects = WorkoutQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-started_at"]
        verbose_name = _("workout")
        indexes: ClassVar = [models.Index(fields=["participant", "-started_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(hr_mean_bpm=None) | Q(hr_max_bpm=None)
                | Q(hr_mean_bpm__lte=F("hr_max_bpm")),
                name="workout_mean_hr_at_most_max",
            ),
            models.CheckConstraint(
                condition=Q(duration_min__gte=1, duration_min__lte=240),
                name="workout_minutes_in_range",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_by=None)
                | Q(voided_at__isnull=False, voided_by__isnull=False),
                name="workout_void_has_who_and_when",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.participant} · {self.get_modality_display()} · {self.started_at:%Y-%m-%d}"

    @property
    def tz(self) -> ZoneInfo:
        """The zone it was entered in: its day and week are counted there, whoever moves later."""
        return ZoneInfo(self.zone)


class StrengthSet(models.Model):
    """One line of strength work. `load_kg` is null for bands and body weight."""

    workout = models.ForeignKey(Workout, models.PROTECT, related_name="strength_sets")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="strength_sets")
    position = models.PositiveSmallIntegerField()
    exercise = models.CharField(_("exercise"), max_length=60)
    equipment = models.CharField(_("equipment"), max_length=24)
    sets = models.PositiveSmallIntegerField(
        _("sets"), validators=[MinValueValidator(1), MaxValueValidator(1_000)]
    )
    reps = models.PositiveSmallIntegerField(
        _("repetitions"), validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    load_kg = _number(_("load (kg)"), 0, 1_000)
    band_level = models.CharField(_("band level"), max_length=24, null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["workout", "position"]
        verbose_name = _("strength set")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workout", "position"], name="one_set_per_position")
        ]

    def __str__(self) -> str:
        return f"{self.exercise} {self.sets}×{self.reps}"


class SessionMatch(models.Model):
    """Which session of the plan a workout answered. Released when the workout is taken back."""

    workout = models.OneToOneField(Workout, models.PROTECT, related_name="match")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="session_matches")
    session_key = models.CharField(max_length=32)
    released = models.BooleanField(default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("session match")
        verbose_name_plural = _("session matches")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["participant", "session_key"], condition=Q(released=False),
                name="one_workout_per_session",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.session_key


class SleepNight(models.Model):
    """The night that ended on `date`, by the participant's diary. Local times, elapsed minutes."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="nights")
    date = models.DateField(_("morning of"))
    zone = models.CharField(max_length=64)
    edit = models.PositiveIntegerField(default=1)
    in_bed_at = models.TimeField(_("went to bed"), null=True, blank=True)
    tried_to_sleep_at = models.TimeField(_("tried to sleep"), null=True, blank=True)
    woke_at = models.TimeField(_("woke up"), null=True, blank=True)
    out_of_bed_at = models.TimeField(_("got up"), null=True, blank=True)
    sleep_onset_latency_min = _whole(_("minutes to fall asleep"), 0, 960)
    awakenings = _whole(_("times awake"), 0, 60)
    wake_after_sleep_onset_min = _whole(_("minutes awake in the night"), 0, 960)
    quality = _whole(_("sleep quality"), 0, 10)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-date"]
        verbose_name = _("night")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participant", "date"], name="one_night_per_morning")
        ]

    def __str__(self) -> str:
        return f"{self.participant} · {self.date}"
