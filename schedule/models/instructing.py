"""Which instructor looks after whom, and what they note."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from enrollment.models import Participant


class InstructingQuerySet(models.QuerySet["Instructing"]):
    def at(self, moment: datetime) -> InstructingQuerySet:
        """Those in force at a moment."""
        return self.filter(since__lte=moment).filter(Q(until=None) | Q(until__gt=moment))


class Instructing(models.Model):
    """An instructor looks after a participant; `cover` is a colleague's stand-in for a time."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="instructed")
    instructor = models.ForeignKey(User, models.PROTECT, related_name="instructs")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    cover = models.BooleanField(_("cover"), default=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    history = HistoricalRecords()

    objects = InstructingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["participant", "-since"]
        verbose_name = _("instructor of a participant")
        verbose_name_plural = _("instructors of participants")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(cover=False) | (Q(until__isnull=False) & ~Q(reason="")),
                name="cover_has_an_end_and_a_reason",
                violation_error_message=_("Cover has an end and a reason."),
            ),
            models.UniqueConstraint(
                fields=["participant"], condition=Q(cover=False, until=None),
                name="one_instructor_at_a_time",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.participant} · {self.instructor_id}"


class InstructorNote(models.Model):
    """What an instructor wants to remember of a participant. Notes are added, never changed."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="instructor_notes")
    text = models.TextField(_("note"), max_length=1000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-at"]
        verbose_name = _("instructor's note")

    def __str__(self) -> str:
        return f"{self.participant} · {self.at:%Y-%m-%d}"
