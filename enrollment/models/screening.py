"""Whether a person may take part, and what stood at baseline."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from enrollment.models.participant import Participant


class Screening(models.Model):
    """Two halves: what the participant says, and what the clinician finds. The decision is signed.

    `own_exclusions` and `clinical_exclusions` map the protocol's codes to true, false or null.
    """

    class Fitness(models.TextChoices):
        PASS = "pass", _("passed")
        CONDITIONAL = "conditional", _("passed with restrictions")
        FAIL = "fail", _("not passed")

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="screening")
    in_age_range = models.BooleanField(_("of the study's age today"), null=True, blank=True)
    occupation = models.CharField(_("occupation"), max_length=80, blank=True)
    own_exclusions = models.JSONField(_("what the participant says"), default=dict, blank=True)
    own_sent_at = models.DateTimeField(_("participant's half sent"), null=True, blank=True)
    diagnosis_confirmed = models.BooleanField(_("DSM-5 diagnosis confirmed"), null=True, blank=True)
    diagnosis_tool = models.CharField(_("interview used"), max_length=80, blank=True)
    diagnosed_on = models.DateField(_("diagnosed on"), null=True, blank=True)
    diagnosed_by = models.CharField(_("diagnosed by"), max_length=80, blank=True)
    clinical_exclusions = models.JSONField(_("what the clinician finds"), default=dict, blank=True)
    medication_stable = models.BooleanField(
        _("medicine constant in kind and dose, or none"), null=True, blank=True
    )
    fitness_on = models.DateField(_("fitness examination on"), null=True, blank=True)
    fitness_by = models.CharField(_("examined by"), max_length=80, blank=True)
    systolic_mmhg = models.PositiveSmallIntegerField(_("systolic (mmHg)"), null=True, blank=True)
    diastolic_mmhg = models.PositiveSmallIntegerField(_("diastolic (mmHg)"), null=True, blank=True)
    resting_hr_bpm = models.PositiveSmallIntegerField(_("resting pulse"), null=True, blank=True)
    fitness_result = models.CharField(_("result"), max_length=12, choices=Fitness, blank=True)
    restrictions = models.CharField(_("restrictions"), max_length=200, blank=True)
    hdrs_total = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    hdrs_suicide_item = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    hdrs_rated_on = models.DateField(null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("screening")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="eligibility_has_who_and_when",
            )
        ]

    def __str__(self) -> str:
        return str(self.participant)


class BaselineRecord(models.Model):
    """That one part of the baseline is there. Reported by the room that holds it; no score here."""

    class Part(models.TextChoices):
        RATING = "rating", _("rater's scale")
        WELLBEING = "wellbeing", _("the participant's own questions")
        NIGHTS = "nights", _("nights of the diary")

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="baseline")
    part = models.CharField(_("part"), max_length=12, choices=Part)
    complete = models.BooleanField(_("complete"), default=False)
    count = models.PositiveSmallIntegerField(_("how many"), default=0)
    reported_at = models.DateTimeField(_("reported"), default=timezone.now)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("baseline")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participant", "part"], name="one_baseline_per_part")
        ]

    def __str__(self) -> str:
        return f"{self.participant} · {self.get_part_display()}"
