"""What was said before a session."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from enrollment.models import Participant


class ReadinessCheck(models.Model):
    """The one screen before a session: the protocol's codes that were ticked; an empty list is
    "none of these". It says how somebody was at that moment, so it is never corrected."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="readiness_checks")
    at = models.DateTimeField(_("when"))
    zone = models.CharField(max_length=64)
    answers = models.JSONField(_("answers"), default=list)
    device_time = models.DateTimeField(_("the phone's clock"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-at"]
        verbose_name = _("readiness")
        verbose_name_plural = _("readiness")

    def __str__(self) -> str:
        return f"{self.participant} · {self.at:%Y-%m-%d}"
