"""How things have been, asked of both arms at the same times."""

from __future__ import annotations

from typing import ClassVar
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from enrollment.models import Participant
from logging_app.models.fields import paper_date, whole


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def waiting(self) -> CheckInQuerySet:
        """Those that say something is new, and nobody saw to it yet."""
        return self.filter(anything_new=True, handled_at=None)


class CheckIn(models.Model):
    """One check-in, by the day it was asked for. For the control arm these are its regular health
    monitoring. `active_minutes` counts planned exercise of the last seven days (contamination).
    """

    class Activity(models.TextChoices):
        LESS = "less", _("Less than usual")
        SAME = "same", _("About as usual")
        MORE = "more", _("More than usual")

    class Became(models.TextChoices):
        """What staff did about something new."""

        MEDICINE = "medicine", _("medicine noted")
        THERAPY = "therapy", _("therapy noted as a deviation")
        HEALTH = "health", _("passed on to a clinician")
        NOTHING = "nothing", _("nothing to note")

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="check_ins")
    due_on = models.DateField(_("asked on"))
    zone = models.CharField(max_length=64)
    edit = models.PositiveIntegerField(default=1)
    resting_hr_bpm = whole(_("resting heart rate (bpm)"), 30, 230)
    hr_after_bpm = whole(_("heart rate after the day's usual activity (bpm)"), 30, 230)
    activity = models.CharField(_("usual activity"), max_length=8, choices=Activity, blank=True)
    active_minutes = models.PositiveSmallIntegerField(
        _("minutes of exercise in the last seven days"), null=True, blank=True,
        validators=[MaxValueValidator(3000)],
    )  # fmt: skip
    diet_changed = models.BooleanField(_("eating has changed"), null=True, blank=True)
    anything_new = models.BooleanField(_("something is new"), null=True, blank=True)
    new_text = models.TextField(_("what is new"), max_length=1000, null=True, blank=True)
    device_time = models.DateTimeField(_("the phone's clock"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    paper_date = paper_date()
    handled_as = models.CharField(
        _("what was done about it"), max_length=8, choices=Became, blank=True
    )
    handled_note = models.CharField(_("in words"), max_length=300, blank=True)
    handled_at = models.DateTimeField(_("seen to"), null=True, blank=True)
    handled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    history = HistoricalRecords()

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-due_on"]
        verbose_name = _("check-in")
        indexes: ClassVar = [
            models.Index(
                fields=["participant"], name="check_in_waiting",
                condition=Q(anything_new=True, handled_at=None),
            )
        ]  # fmt: skip
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participant", "due_on"], name="one_check_in_per_day"),
            models.CheckConstraint(
                condition=Q(new_text=None) | Q(anything_new=True),
                name="new_text_is_of_something_new",
            ),
            models.CheckConstraint(
                condition=Q(handled_at=None, handled_by=None, handled_as="")
                | Q(handled_at__isnull=False, handled_by__isnull=False, anything_new=True),
                name="handled_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant} · {self.due_on}"

    @property
    def tz(self) -> ZoneInfo:
        """The zone it was first written in."""
        return ZoneInfo(self.zone)
