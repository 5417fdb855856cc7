"""What each participant is asked to do rests on what is known of their body."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from enrollment.models import Participant


class FitnessAssessment(models.Model):
    """The individual assessment before the program, and each later one. Each is a version: a new
    one takes its place, an old one is never edited, and the newest counts.

    `strength_tests` is a list of {exercise, load_kg, reps}; `equipment` and `activities` are codes
    of the protocol. A clinician's limits go along from version to version until a clinician
    changes them.
    """

    class MaxSource(models.TextChoices):
        MEASURED = "measured", _("measured")
        TANAKA = "tanaka", _("Tanaka: 208 − 0.7 × age")
        FOX = "fox", _("Fox: 220 − age")

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="fitness_assessments")
    assessed_on = models.DateField(_("date"))
    resting_hr_bpm = models.PositiveSmallIntegerField(
        _("resting heart rate (bpm)"), null=True, blank=True,
        validators=[MinValueValidator(30), MaxValueValidator(150)],
        help_text=_("Sitting, after five quiet minutes. Without it, effort guides."),
    )  # fmt: skip
    max_hr_source = models.CharField(
        _("maximum heart rate"), max_length=8, choices=MaxSource, default=MaxSource.TANAKA
    )
    max_hr_measured_bpm = models.PositiveSmallIntegerField(
        _("measured maximum (bpm)"), null=True, blank=True,
        validators=[MinValueValidator(80), MaxValueValidator(230)],
    )  # fmt: skip
    rate_limiting_drug = models.BooleanField(
        _("a medicine limits the heart rate"), default=False,
        help_text=_("Beta-blocker, ivabradine, diltiazem, verapamil, or a pacemaker."),
    )  # fmt: skip
    sit_and_reach_cm = models.FloatField(
        _("sit-and-reach (cm)"), null=True, blank=True,
        validators=[MinValueValidator(-50), MaxValueValidator(80)],
        help_text=_("Best of three, fingertip minus toe: negative where the toes are not reached."),
    )  # fmt: skip
    strength_tests = models.JSONField(_("strength tests"), default=list, blank=True)
    equipment = models.JSONField(_("equipment at hand"), default=list, blank=True)
    activities = models.JSONField(_("activities they like"), default=list, blank=True)
    preferences = models.TextField(_("preferences"), max_length=500, blank=True)
    restrictions = models.TextField(
        _("restrictions from the fitness examination"), max_length=500, blank=True
    )
    limit_hr_bpm = models.PositiveSmallIntegerField(
        _("heart rate at most (bpm)"), null=True, blank=True,
        validators=[MinValueValidator(60), MaxValueValidator(230)],
    )  # fmt: skip
    limit_effort = models.PositiveSmallIntegerField(
        _("effort at most (0–10)"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )
    limit_minutes = models.PositiveSmallIntegerField(
        _("minutes of a session at most"), null=True, blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(240)],
    )  # fmt: skip
    limits_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("why anew"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-assessed_on", "-pk"]
        verbose_name = _("fitness assessment")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(max_hr_source="measured")
                | models.Q(max_hr_measured_bpm__isnull=False),
                name="measured_maximum_has_a_number",
                violation_error_message=_("Write the measured maximum, or choose a formula."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant} · {self.assessed_on}"
