"""The sealed list, and who took which place. No page, API or export shows an unused place."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from enrollment.models.participant import Participant


class AllocationList(models.Model):
    """The list of the study, made once; its fingerprint proves it untouched."""

    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(max_length=64)
    seed_sha256 = models.CharField(max_length=64)
    factors = models.JSONField(default=list)
    places = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(pk=1), name="one_allocation_list")
        ]

    def __str__(self) -> str:
        return self.sha256


class AllocationSlot(models.Model):
    """One place. The arm is sealed with a key that is not in the database."""

    stratum = models.CharField(max_length=60)
    position = models.PositiveIntegerField()
    sealed_arm = models.TextField()
    participant = models.OneToOneField(
        Participant, models.PROTECT, null=True, related_name="allocation_slot"
    )
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stratum", "position"], name="one_slot_per_place"),
            models.CheckConstraint(
                condition=Q(participant=None, used_at=None)
                | Q(participant__isnull=False, used_at__isnull=False),
                name="slot_use_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stratum} · {self.position}"


class Unblinding(models.Model):
    """The arm was shown to someone who should not know it, for a reason."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="unblindings")
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    shown_to = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("unblinding")

    def __str__(self) -> str:
        return str(self.participant)
