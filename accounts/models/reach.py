"""How people are reached: what they chose, the phones that take notes, and what became of each."""

from __future__ import annotations

import secrets
from datetime import time
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class Channel(models.TextChoices):
    """The ways a message can go; the names are those of the rows."""

    PUSH = "push", _("on a phone or computer")
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message (SMS)")


def new_key() -> str:
    """22 characters that nobody guesses, for the address a message leads to."""
    return secrets.token_urlsafe(16)


def by_email() -> list[str]:
    return [Channel.EMAIL.value]


class OutgoingMessage(models.Model):
    """One attempt to reach a person by one channel. The text is not kept: it may hold a sign-in
    code. `key` stands in the address that the message leads to, and marks it opened."""

    class State(models.TextChoices):
        SENT = "sent", _("handed over")
        REJECTED = "rejected", _("refused by the channel")
        FAILED = "failed", _("failed")

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="messages_sent")
    channel = models.CharField(_("channel"), max_length=16, choices=Channel, default=Channel.EMAIL)
    kind = models.CharField(_("kind"), max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=State)
    error = models.CharField(_("what went wrong"), max_length=200, blank=True)
    key = models.CharField(max_length=22, unique=True, null=True, default=new_key, editable=False)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("message sent")
        verbose_name_plural = _("messages sent")
        indexes: ClassVar = [
            models.Index(fields=["state", "created_at"]),
            models.Index(fields=["user", "kind", "created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.get_state_display()}"


class ReminderSettings(models.Model):
    """What one person chose: reminders are an offer, and off until they take it up.

    Times are on the wall clock where they live. `channels` is in their order of preference.
    """

    user = models.OneToOneField(User, models.PROTECT, related_name="reminder_settings")
    on = models.BooleanField(_("reminders"), default=False)
    at = models.TimeField(_("at"), default=time(18))
    quiet_from = models.TimeField(_("quiet from"), default=time(21))
    quiet_to = models.TimeField(_("quiet until"), default=time(8))
    channels = models.JSONField(_("by"), default=by_email)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("reminder settings")
        verbose_name_plural = _("reminder settings")

    def __str__(self) -> str:
        return f"#{self.user_id}"

    def clean(self) -> None:
        chosen = self.channels
        known = isinstance(chosen, list) and set(chosen) <= set(Channel.values)
        if not known or not chosen or len(chosen) != len(set(chosen)):
            raise ValidationError({"channels": _("Choose at least one way.")})


class Reminder(models.Model):
    """The reminder of one person on one day of their own calendar: the lock that makes it one.

    TRYING stays where a process died while it sent: whether it arrived is not known, so it counts
    as sent and is not tried again.
    """

    class State(models.TextChoices):
        TRYING = "trying", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    user = models.ForeignKey(User, models.PROTECT, related_name="reminders")
    day = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.TRYING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    tried_at = models.DateTimeField(_("last tried"))

    class Meta:
        verbose_name = _("reminder")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "day"], name="one_reminder_a_day")
        ]

    def __str__(self) -> str:
        return f"#{self.user_id} · {self.day}"


class PushSubscription(models.Model):
    """One browser that shows notes. Its address is a secret of that browser, so it goes with it:
    signing it off, or a push service that no longer knows it, deletes the row."""

    user = models.ForeignKey(User, models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("phone that takes notes")
        verbose_name_plural = _("phones that take notes")

    def __str__(self) -> str:
        return f"#{self.user_id} · {self.made_at:%Y-%m-%d}"
