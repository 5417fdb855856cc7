"""How they are: visits, and the answers given at them. Scores are reckoned, never stored."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from enrollment.models import Participant


class Visit(models.Model):
    """One visit of the protocol, with the day it took place."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="visits")
    code = models.CharField(_("visit"), max_length=24)
    done_on = models.DateField(_("took place"), null=True, blank=True)
    missed_reason = models.CharField(_("missed because"), max_length=200, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["participant", "done_on"]
        verbose_name = _("visit")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participant", "code"], name="one_visit_per_code")
        ]

    def __str__(self) -> str:
        return f"{self.participant} · {self.code}"


class Response(models.Model):
    """The answers to one instrument at one visit, by one person. A draft until submitted."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="responses")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="responses")
    instrument = models.CharField(_("instrument"), max_length=32)
    instrument_version = models.CharField(_("version"), max_length=32)
    answers = models.JSONField(_("answers"), default=dict)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("response")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "instrument"], name="one_response_per_visit"),
            models.CheckConstraint(condition=~Q(instrument=""), name="response_has_instrument"),
        ]

    def __str__(self) -> str:
        return f"{self.visit} · {self.instrument}"
