"""Leaving, and the locks after which nothing is written."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from enrollment.models.participant import Participant


class Withdrawal(models.Model):
    """Leaving the study: what stops is the participant's choice; no reason is needed."""

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="withdrawal")
    at = models.DateTimeField(_("when"))
    stop_exercise = models.BooleanField(_("stop exercise"), default=True)
    stop_contact = models.BooleanField(_("stop contact"), default=False)
    stop_data_use = models.BooleanField(_("stop use of data"), default=False)
    reason = models.CharField(_("reason, if one was given"), max_length=200, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("withdrawal")

    def __str__(self) -> str:
        return str(self.participant)


class DataLock(models.Model):
    """From `at` on nothing of the participant (or of the whole study) is written."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="locks",
        help_text=_("Empty locks the whole study."),
    )  # fmt: skip
    at = models.DateTimeField(_("locked"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("data lock")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="lock_lifting_has_who_and_when",
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant or _('whole study')}"


class Erasure(models.Model):
    """Identity was erased on a person's wish: what stays is the proof of consent, and numbers."""

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="erasure")
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("on whose wish, and how it was checked"), max_length=200)

    class Meta:
        verbose_name = _("erasure")

    def __str__(self) -> str:
        return str(self.participant)
