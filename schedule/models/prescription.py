"""What is asked of one participant: versions, never edited."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from enrollment.models import Participant
from schedule.models.assessment import FitnessAssessment
from schedule.rules.plan import Plan, from_data


class Prescription(models.Model):
    """A version of a participant's plan by a named instructor, with a reason. The database itself
    refuses a change or a removal (`schedule.triggers`).

    `content` is a `schedule.rules.plan.Plan` as JSON. It counts from week `from_week` of the
    program until a newer version does. The first version carries the day the program starts.
    `outside` names what leaves the protocol's ranges, with the clinician who answers for it.
    """

    class Origin(models.TextChoices):
        DEFAULT = "default", _("from the protocol")
        ADJUSTED = "adjusted", _("adjusted")
        STEP_UP = "step_up", _("a step up")
        STEP_BACK = "step_back", _("a step back")

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="prescriptions")
    version = models.PositiveSmallIntegerField(_("version"))
    from_week = models.PositiveSmallIntegerField(_("from week"))
    starts_on = models.DateField(_("the program starts on"), null=True, blank=True)
    assessment = models.ForeignKey(
        FitnessAssessment, models.PROTECT, null=True, blank=True, related_name="+"
    )
    content = models.JSONField(_("content"))
    origin = models.CharField(_("how it came about"), max_length=12, choices=Origin)
    reason = models.CharField(_("why"), max_length=300)
    outside = models.JSONField(_("outside the protocol's ranges"), default=list, blank=True)
    outside_reason = models.CharField(_("the clinician's reason"), max_length=300, blank=True)
    outside_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["participant", "version"]
        verbose_name = _("prescription")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["participant", "version"], name="one_prescription_per_version"
            ),
            models.CheckConstraint(
                condition=Q(version=1, from_week=1, starts_on__isnull=False)
                | Q(version__gt=1, from_week__gte=1, starts_on=None),
                name="first_prescription_starts_the_programme",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="prescription_says_why",
                violation_error_message=_("Please say why."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.participant} · {self.version}"

    @property
    def plan(self) -> Plan:
        return from_data(self.content)
