"""What was done and how it felt. Unknown is null everywhere; nothing is deleted, only voided."""

from __future__ import annotations

import uuid
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from enrollment.models import Participant
from logging_app.models.fields import number, paper_date, whole

SET_FIELDS = ("exercise", "equipment", "sets", "reps", "load_kg", "band_level", "hold_s")


class Modality(models.TextChoices):
    AEROBIC = "aerobic", _("Aerobic")
    STRENGTH = "strength", _("Strength")
    FLEXIBILITY = "flexibility", _("Flexibility")
    OTHER = "other", _("Other")


class StoppedBecause(models.TextChoices):
    """Stopping early is an answer like any other; what was wrong is in the symptoms."""

    TIRED = "tired", _("I was tired")
    PAIN = "pain", _("Something hurt")
    UNWELL = "unwell", _("I did not feel well")
    NO_TIME = "no_time", _("There was no more time")
    ENOUGH = "enough", _("It was enough for today")
    OTHER = "other", _("Something else")


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
    mood_before = whole(_("mood before"), 0, 10)
    mood_after = whole(_("mood after"), 0, 10)
    mood_before_recalled = models.BooleanField(
        _("mood before was remembered"), null=True, blank=True
    )
    feeling = whole(_("feeling during"), -5, 5)
    effort = whole(_("effort"), 0, 10)
    hr_before_bpm = whole(_("heart rate before (bpm)"), 30, 230)
    hr_after_bpm = whole(_("heart rate after (bpm)"), 30, 230)
    hr_mean_bpm = whole(_("mean heart rate (bpm)"), 30, 230)
    hr_max_bpm = whole(_("highest heart rate (bpm)"), 30, 230)
    hrv_rmssd_ms = number(_("HRV RMSSD (ms)"), 0, 400)
    hrv_sdnn_ms = number(_("HRV SDNN (ms)"), 0, 400)
    resp_mean_brpm = number(_("mean breathing rate (per min)"), 4, 80)
    resp_max_brpm = number(_("highest breathing rate (per min)"), 4, 80)
    # As far as both engines count: a larger one would stop the export of a study on SQLite.
    steps = models.PositiveIntegerField(
        _("steps"), null=True, blank=True, validators=[MaxValueValidator(2_000_000_000)]
    )
    distance_m = number(_("distance (m)"), 0, 1_000_000)
    energy_kcal = number(_("energy (kcal)"), 0, 50_000)
    range_of_motion_cm = number(_("sit-and-reach (cm)"), -50, 80)
    symptoms = models.JSONField(_("anything wrong"), null=True, blank=True)
    stopped_early = models.BooleanField(_("stopped early"), null=True, blank=True)
    stopped_because = models.CharField(
        _("why it was stopped"), max_length=8, choices=StoppedBecause, blank=True
    )
    notes = models.TextField(_("notes"), max_length=2000, null=True, blank=True)
    sources = models.JSONField(default=dict)
    device_time = models.DateTimeField(_("the phone's clock"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    paper_date = paper_date()
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
    """One line of strength work, or of stretching. `load_kg` is null for bands and body weight;
    `hold_s` is how long a stretch was held, then `sets` is how often and `reps` is 1."""

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
    load_kg = number(_("load (kg)"), 0, 1_000)
    band_level = models.CharField(_("band level"), max_length=24, null=True, blank=True)
    hold_s = models.PositiveSmallIntegerField(
        _("seconds held"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3600)],
    )  # fmt: skip
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
    """Which session of the plan a workout answered. Released when the workout is taken back.

    `chosen`: the participant said which one (or, with `released`, that it answers none); the rule
    leaves it as it is from then on.
    """

    workout = models.OneToOneField(Workout, models.PROTECT, related_name="match")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="session_matches")
    session_key = models.CharField(max_length=32)
    released = models.BooleanField(default=False)
    chosen = models.BooleanField(_("chosen by the participant"), default=False)
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


class Supervision(models.Model):
    """An instructor signs that they supervised a session, and how well it was done.

    `fidelity` maps each code of the protocol's checklist to "yes", "partly" or "no"; what was not
    judged is left out. `sheet` is the same for everyone on one attendance sheet.
    """

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", _("in person")
        GROUP = "group", _("in a group")
        REMOTE = "remote", _("by telephone or video")

    workout = models.OneToOneField(Workout, models.PROTECT, related_name="supervision")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="supervisions")
    mode = models.CharField(_("how"), max_length=10, choices=Mode)
    fidelity = models.JSONField(_("how well it was done"), default=dict, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    sheet = models.UUIDField(null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(_("signed"), default=timezone.now)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-signed_at"]
        verbose_name = _("supervised session")

    def __str__(self) -> str:
        return f"{self.participant} · {self.signed_at:%Y-%m-%d}"
