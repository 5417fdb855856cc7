"""The sleep diary."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from enrollment.models import Participant
from logging_app.models.fields import paper_date, whole


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
    sleep_onset_latency_min = whole(_("minutes to fall asleep"), 0, 960)
    awakenings = whole(_("times awake"), 0, 60)
    wake_after_sleep_onset_min = whole(_("minutes awake in the night"), 0, 960)
    quality = whole(_("sleep quality"), 0, 10)
    device_time = models.DateTimeField(_("the phone's clock"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    paper_date = paper_date()
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-date"]
        verbose_name = _("night")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participant", "date"], name="one_night_per_morning")
        ]

    def __str__(self) -> str:
        return f"{self.participant} · {self.date}"
