"""What must never be missed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from enrollment.models import Participant


class SafetyAlert(models.Model):
    """Something a clinician must look at. Its source is a kind and an id, never a foreign key."""

    class Kind(models.TextChoices):
        RED_FLAG_SYMPTOM = "red_flag_symptom", _("red-flag symptom")
        RISK_ANSWER = "risk_answer", _("answer about harming oneself")

    class State(models.TextChoices):
        OPEN = "open", _("open")

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="alerts")
    kind = models.CharField(_("kind"), max_length=32, choices=Kind)
    tier = models.CharField(_("tier"), max_length=32)
    source_kind = models.CharField(max_length=32)
    source_id = models.CharField(max_length=64)
    detail = models.JSONField(_("what was said"), default=dict)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.OPEN)
    raised_at = models.DateTimeField(_("raised"), default=timezone.now)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-raised_at"]
        verbose_name = _("safety alert")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "source_kind", "source_id"], name="one_alert_per_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant} · {self.get_kind_display()}"
