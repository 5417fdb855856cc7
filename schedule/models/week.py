"""A participant's weeks: days they planned, days off, pauses, and the calendar's address."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from enrollment.models import Participant


class SessionPlan(models.Model):
    """The day that a participant set for a session, by its key. A help, never a duty."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="session_plans")
    session_key = models.CharField(max_length=32)
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("planned day")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["participant", "session_key"], name="one_planned_day_per_session"
            )
        ]

    def __str__(self) -> str:
        return f"{self.session_key} · {self.planned_on}"


class NotToday(models.Model):
    """ "Not today": a valid answer for one day, with a reason or without."""

    class Reason(models.TextChoices):
        TIRED = "tired", _("No energy today")
        UNWELL = "unwell", _("Not well")
        PAIN = "pain", _("Something hurts")
        NO_TIME = "no_time", _("No time")
        OTHER = "other", _("Something else")

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="days_off")
    date = models.DateField(_("day"))
    reason = models.CharField(_("reason"), max_length=8, choices=Reason, blank=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-date"]
        verbose_name = _("day off")
        verbose_name_plural = _("days off")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participant", "date"], name="one_answer_per_day_off")
        ]

    def __str__(self) -> str:
        return f"{self.participant} · {self.date}"


class Pause(models.Model):
    """Days on which no session is asked for. A hold is a pause for safety: it ends when a named
    clinician clears it, and its reason is for clinicians only."""

    class Kind(models.TextChoices):
        ILLNESS = "illness", _("illness")
        TRAVEL = "travel", _("travel")
        OTHER = "other", _("other")
        HOLD = "hold", _("safety hold")

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="pauses")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to (the last day)"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    source_kind = models.CharField(max_length=24, blank=True)
    source_id = models.CharField(max_length=64, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-starts_on"]
        verbose_name = _("pause")
        constraints: ClassVar = [
            # One that was taken back before it began ends before it begins, and holds no day.
            models.CheckConstraint(
                condition=Q(ends_on=None)
                | Q(ends_on__gte=F("starts_on"))
                | Q(ended_by__isnull=False),
                name="pause_ends_after_it_begins",
                violation_error_message=_("It ends after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant} · {self.get_kind_display()} · {self.starts_on}"


class CalendarLink(models.Model):
    """A private address of a participant's calendar. The address itself is kept as a hash only."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="calendar_links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(revoked_at=None),
                name="one_calendar_address_at_a_time",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.participant} · {self.made_at:%Y-%m-%d}"
