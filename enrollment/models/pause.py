"""That the study stands still: no allocation, or no sessions, for everybody."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User


class StudyPause(models.Model):
    """From when to when, why, and by whom. `sessions` stops what is asked, never what is logged."""

    class What(models.TextChoices):
        ALLOCATION = "allocation", _("allocation")
        SESSIONS = "sessions", _("sessions")

    what = models.CharField(_("what stands still"), max_length=12, choices=What)
    reason = models.TextField(_("reason"), max_length=1000)
    since = models.DateTimeField(_("since"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    until = models.DateTimeField(_("until"), null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_reason = models.TextField(_("ended because"), max_length=1000, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-since"]
        verbose_name = _("pause of the study")
        verbose_name_plural = _("pauses of the study")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["what"], condition=Q(until=None), name="one_open_pause_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(until=None)
                | (Q(until__gte=F("since"), ended_by__isnull=False) & ~Q(ended_reason="")),
                name="pause_ends_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} · {self.since:%Y-%m-%d}"
