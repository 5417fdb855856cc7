"""What must never be missed: alerts, and every step that a person took with them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from accounts.roles import Role
from core.states import StateTable
from enrollment.models import Participant

# Who answers alerts, and who watches that somebody does.
ANSWERS_ALERTS = Role.CLINICIAN
WATCH_ALERTS = frozenset({Role.CLINICIAN, Role.COORDINATOR, Role.MONITOR})


class AlertQuerySet(models.QuerySet["SafetyAlert"]):
    def unclosed(self) -> AlertQuerySet:
        """Those that still ask something of somebody."""
        return self.exclude(state=SafetyAlert.State.CLOSED)

    def closed(self) -> AlertQuerySet:
        """Those that somebody closed."""
        return self.filter(state=SafetyAlert.State.CLOSED)

    def visible_to(self, user: User) -> AlertQuerySet:
        """Those of the sites where `user` answers or watches alerts."""
        sites = user.sites(*WATCH_ALERTS)
        return self if sites is None else self.filter(participant__site__in=sites)


class SafetyAlert(models.Model):
    """Something a clinician must look at. Its source is a kind and an id, never a foreign key.

    It has one owner at a time, a clock (its tier's minutes since `raised_at`), and nothing closes
    it but a person. The database itself refuses to delete one (`safety.triggers`).
    """

    class Kind(models.TextChoices):
        RED_FLAG_SYMPTOM = "red_flag_symptom", _("red-flag symptom")
        RISK_ANSWER = "risk_answer", _("answer about harming oneself")
        WORSENING = "worsening", _("marked worsening")
        NOT_SAFE = "not_safe", _("“I am not safe”")
        WORDS = "words", _("words in a note")
        HEARD = "heard", _("heard by a rater")
        ELIGIBILITY = "eligibility", _("eligibility review")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        ASSESSED = "assessed", _("assessed")
        CLOSED = "closed", _("closed")

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="alerts")
    kind = models.CharField(_("kind"), max_length=32, choices=Kind)
    tier = models.CharField(_("tier"), max_length=32)
    source_kind = models.CharField(max_length=32)
    source_id = models.CharField(max_length=64)
    detail = models.JSONField(_("what was said"), default=dict)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.OPEN)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="alerts", verbose_name=_("owner")
    )
    raised_at = models.DateTimeField(_("raised"), default=timezone.now)
    history = HistoricalRecords()

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-raised_at"]
        verbose_name = _("safety alert")
        indexes: ClassVar = [models.Index(fields=["state", "raised_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "source_kind", "source_id"], name="one_alert_per_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant} · {self.get_kind_display()}"


class AlertStep(models.Model):
    """One step with an alert, in words: by a named person, or (passed on, not delivered) by the
    clock. Steps are added, never changed. `level` counts how often an alert was passed on."""

    class Event(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", _("acknowledged")
        ASSESS = "assess", _("assessed")
        CLOSE = "close", _("closed")
        HAND_OVER = "hand_over", _("handed over")
        NOTE = "note", _("note")
        ESCALATE = "escalate", _("passed on")
        UNDELIVERED = "undelivered", _("a message could not be delivered")

    alert = models.ForeignKey(SafetyAlert, models.PROTECT, related_name="steps")
    event = models.CharField(_("step"), max_length=16, choices=Event)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    to = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField(_("words"), max_length=2000, blank=True)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        verbose_name = _("step with an alert")
        verbose_name_plural = _("steps with alerts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["alert", "level"], condition=Q(event="escalate"),
                name="passed_on_once_per_level",
            ),
            models.CheckConstraint(
                condition=Q(event__in=["escalate", "undelivered"])
                | (Q(by__isnull=False) & ~Q(words="")),
                name="step_has_a_person_and_words",
                violation_error_message=_("Please say in words what was done."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.alert_id} · {self.get_event_display()}"


class AlertMessage(models.Model):
    """A message about an alert to one person by one channel, from when it was owed until it went.

    Level 0 tells the owner when the alert is raised; each later one passes it on. What waits too
    long or failed raises an alarm of its own on the staff pages and in /healthz.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    alert = models.ForeignKey(SafetyAlert, models.PROTECT, related_name="messages")
    level = models.PositiveSmallIntegerField(default=0)
    to = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=16)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    owed_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["owed_at", "pk"]
        verbose_name = _("message about an alert")
        verbose_name_plural = _("messages about alerts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["alert", "level", "to", "channel"], name="one_message_per_level_and_channel"
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.alert_id} · {self.channel} · {self.get_state_display()}"


_S, _E = SafetyAlert.State, AlertStep.Event

# docs/states.md is drawn from this table (`manage.py draw_states`).
ALERT_STATES = StateTable(
    "safety alert",
    _S.OPEN,
    {
        (_S.OPEN, _E.ACKNOWLEDGE): _S.ACKNOWLEDGED,
        (_S.OPEN, _E.ESCALATE): _S.OPEN,
        (_S.OPEN, _E.HAND_OVER): _S.OPEN,
        (_S.ACKNOWLEDGED, _E.HAND_OVER): _S.ACKNOWLEDGED,
        (_S.ACKNOWLEDGED, _E.ASSESS): _S.ASSESSED,
        (_S.ASSESSED, _E.HAND_OVER): _S.ASSESSED,
        (_S.ASSESSED, _E.CLOSE): _S.CLOSED,
    },
)
