"""What happens along the way: medicine, devices, contacts, deviations."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from enrollment.models.participant import Participant


class Medication(models.Model):
    """One medicine at one dose; a change of kind or dose ends the row and begins another."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="medications")
    substance = models.CharField(_("medicine"), max_length=80)
    dose = models.CharField(_("dose"), max_length=60)
    rate_limiting = models.BooleanField(_("limits the heart rate"), default=False)
    started_on = models.DateField(_("since"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)
    noted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["participant", "started_on"]
        verbose_name = _("medicine")

    def __str__(self) -> str:
        return f"{self.substance} {self.dose}"


class DeviceIssue(models.Model):
    """A tracker was handed out, and it and the scales were explained."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="devices")
    device = models.CharField(_("device"), max_length=80)
    firmware = models.CharField(_("firmware"), max_length=40, blank=True)
    issued_on = models.DateField(_("handed out on"))
    device_explained = models.BooleanField(_("the device was explained"), default=False)
    scales_explained = models.BooleanField(_("the scales were explained"), default=False)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    returned_on = models.DateField(_("returned on"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("device")

    def __str__(self) -> str:
        return f"{self.participant} · {self.device}"


class Contact(models.Model):
    """Staff reached a participant, or tried to. Minutes of contact are compared between arms."""

    class Channel(models.TextChoices):
        PHONE = "phone", _("telephone")
        VISIT = "visit", _("in person")
        MESSAGE = "message", _("message")

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="contacts")
    at = models.DateTimeField(_("when"))
    channel = models.CharField(_("how"), max_length=8, choices=Channel)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    reached = models.BooleanField(_("reached"), default=True)
    counselling = models.BooleanField(
        _("health counselling"), default=False,
        help_text=_("The regular conversation of those who are not asked to exercise."),
    )  # fmt: skip
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-at"]
        verbose_name = _("contact")

    def __str__(self) -> str:
        return f"{self.participant} · {self.at:%Y-%m-%d}"


class Deviation(models.Model):
    """Something did not go by the protocol. Never deletes data (clinical notes 4.2)."""

    class Category(models.TextChoices):
        ELIGIBILITY = "eligibility", _("eligibility")
        CONSENT = "consent", _("consent")
        VISIT_WINDOW = "visit_window", _("visit outside its window")
        RANDOMISATION = "randomisation", _("randomisation")
        UNBLINDING = "unblinding", _("unblinding")
        MEDICATION = "medication", _("change of medicine")
        THERAPY = "therapy", _("new therapy")
        CONTROL_EXERCISES = "control_exercises", _("control arm began to exercise")
        SAFETY_STEP = "safety_step", _("missed safety step")
        OTHER = "other", _("other")

    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="deviations"
    )
    category = models.CharField(_("kind"), max_length=20, choices=Category)
    major = models.BooleanField(_("major"), default=False)
    occurred_on = models.DateField(_("happened on"))
    found_on = models.DateField(_("found on"))
    what = models.TextField(_("what happened"), max_length=1000)
    action = models.TextField(_("what was done"), max_length=1000, blank=True)
    prevention = models.TextField(
        _("so that it does not happen again"), max_length=1000, blank=True
    )
    reported_on = models.DateField(_("reported to the committee on"), null=True, blank=True)
    noted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-occurred_on"]
        verbose_name = _("deviation")

    def __str__(self) -> str:
        return f"{self.get_category_display()} · {self.occurred_on}"
