"""The models that may answer, and what was asked and answered. No row is changed or deleted."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from enrollment.models import Participant
from estimates.card import Origin

ANSWER = ("change", "low", "high", "coverage", "hr_change_bpm", "sleep_quality_change")


class EstimatorVersion(models.Model):
    """One trained model. The newest registered one answers; `folder` holds its two files."""

    class DataOrigin(models.TextChoices):
        SIMULATED = Origin.SIMULATED.value, _("simulated data")
        STUDY = Origin.STUDY.value, _("a study's data")

    version = models.CharField(_("version"), max_length=64)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, db_index=True)
    data_origin = models.CharField(_("trained on"), max_length=16, choices=DataOrigin)
    participants = models.PositiveIntegerField(_("training participants"))
    card = models.JSONField(_("card"))
    folder = models.CharField(
        _("folder"), max_length=100, blank=True,
        help_text=_("Below the data directory; empty for the model that came with the site."),
    )  # fmt: skip
    registered_at = models.DateTimeField(_("registered"), default=timezone.now)
    registered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+",
        help_text=_("Empty where it was done on the command line, or came with the site."),
    )  # fmt: skip
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-registered_at", "-pk"]
        verbose_name = _("estimator version")

    def __str__(self) -> str:
        return self.version


class Estimate(models.Model):
    """One question and its answer, with its inputs and the model's SHA-256.

    `days` lists the dates that went in; `reasons` the codes and numbers of an abstention. Inputs
    are null where they were not looked at or not enough; `change`, `low`, `high` are points of the
    mood item (0–10) since week 0.
    """

    class Status(models.TextChoices):
        ESTIMATED = "estimated", _("estimated")
        ABSTAINED = "abstained", _("abstained")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="estimates")
    made_at = models.DateTimeField(_("made"))
    study_day = models.IntegerField(_("study day"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=16, choices=Status)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    days = models.JSONField(_("days that went in"), default=dict, blank=True)
    hr_change_bpm = models.FloatField(_("heart-rate change (bpm)"), null=True, blank=True)
    sleep_quality_change = models.FloatField(_("sleep-quality change"), null=True, blank=True)
    change = models.FloatField(_("change in mood"), null=True, blank=True)
    low = models.FloatField(_("lowest"), null=True, blank=True)
    high = models.FloatField(_("highest"), null=True, blank=True)
    coverage = models.FloatField(_("coverage"), null=True, blank=True)
    version = models.ForeignKey(
        EstimatorVersion, models.PROTECT, null=True, blank=True, related_name="estimates"
    )
    model_sha256 = models.CharField(_("SHA-256 of the model"), max_length=64, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        verbose_name = _("estimate")
        indexes: ClassVar = [models.Index(fields=["participant", "-made_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status="estimated", version__isnull=False,
                            **{f"{name}__isnull": False for name in ANSWER})
                | Q(status="abstained", change=None, low=None, high=None, coverage=None),
                name="estimate_has_an_answer_or_none",
            ),
            models.CheckConstraint(
                condition=Q(low=None) | Q(low__lte=F("change"), high__gte=F("change")),
                name="estimate_lies_in_its_range",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.participant} · {self.made_at:%Y-%m-%d}"
