"""What each participant is asked to do rests on what is known of their body."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from enrollment.models import Participant


class FitnessAssessment(models.Model):
    """Heart rates that intensity is reckoned from. Repeatable; the newest one counts."""

    class MaxSource(models.TextChoices):
        MEASURED = "measured", _("measured")
        TANAKA = "tanaka", _("Tanaka: 208 − 0.7 × age")
        FOX = "fox", _("Fox: 220 − age")

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="fitness_assessments")
    assessed_on = models.DateField(_("date"))
    resting_hr_bpm = models.PositiveSmallIntegerField(
        _("resting heart rate (bpm)"), validators=[MinValueValidator(30), MaxValueValidator(150)]
    )
    max_hr_source = models.CharField(_("maximum heart rate"), max_length=8, choices=MaxSource)
    max_hr_measured_bpm = models.PositiveSmallIntegerField(
        _("measured maximum (bpm)"), null=True, blank=True,
        validators=[MinValueValidator(80), MaxValueValidator(230)],
    )  # fmt: skip
    rate_limiting_drug = models.BooleanField(
        _("a medicine limits the heart rate"), default=False,
        help_text=_("Beta-blocker, ivabradine, diltiazem, verapamil, or a pacemaker."),
    )  # fmt: skip
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
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
