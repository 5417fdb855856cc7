"""Adverse events: anything untoward, whether or not the exercise caused it (clinical notes 4.3)."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from core.states import StateTable
from enrollment.models import Participant


class AdverseEvent(models.Model):
    """One event. Grade (1–5, how bad) is not seriousness (what it led to).

    `source` says how it was found: by the same open question at the same times in both arms
    (`scheduled`), from the log, or told in between; arms are compared on the scheduled ones.
    A serious one has its report due 24 hours after staff became aware of it.
    """

    class Source(models.TextChoices):
        SCHEDULED = "scheduled", _("asked at a scheduled time")
        LOG = "log", _("from the log")
        TOLD = "told", _("told in between")

    class Related(models.TextChoices):
        NONE = "none", _("not related")
        UNLIKELY = "unlikely", _("unlikely")
        POSSIBLE = "possible", _("possible")
        PROBABLE = "probable", _("probable")
        DEFINITE = "definite", _("definite")

    class Action(models.TextChoices):
        NONE = "none", _("none")
        REDUCED = "reduced", _("exercise reduced")
        PAUSED = "paused", _("exercise paused")
        STOPPED = "stopped", _("exercise stopped")

    class Outcome(models.TextChoices):
        RECOVERED = "recovered", _("recovered")
        RECOVERING = "recovering", _("recovering")
        NOT_RECOVERED = "not_recovered", _("not recovered")
        SEQUELAE = "sequelae", _("recovered with sequelae")
        FATAL = "fatal", _("fatal")
        UNKNOWN = "unknown", _("unknown")

    class State(models.TextChoices):
        DRAFT = "draft", _("to be assessed")
        ASSESSED = "assessed", _("assessed")
        COUNTERSIGNED = "countersigned", _("countersigned")
        DISMISSED = "dismissed", _("no adverse event")

    SERIOUS: ClassVar = {
        "death": _("death"),
        "life_threatening": _("life-threatening"),
        "hospitalisation": _("hospital stay, or a longer one"),
        "disability": _("persistent disability"),
        "congenital": _("congenital anomaly"),
        "other": _("otherwise medically important"),
    }

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="adverse_events")
    verbatim = models.CharField(_("in the person's own words"), max_length=300)
    term = models.CharField(
        _("preferred term"), max_length=120, blank=True,
        help_text=_("MedDRA is licensed and not shipped: write the term and its version."),
    )  # fmt: skip
    term_version = models.CharField(_("dictionary and version"), max_length=40, blank=True)
    started_on = models.DateField(_("began on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    source = models.CharField(_("how it was found"), max_length=12, choices=Source)
    source_kind = models.CharField(max_length=32, blank=True)
    source_id = models.CharField(max_length=64, blank=True)
    grade = models.PositiveSmallIntegerField(
        _("grade (CTCAE 1–5)"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )  # fmt: skip
    serious = models.JSONField(_("serious because of"), default=list, blank=True)
    related_exercise = models.CharField(
        _("related to the exercise"), max_length=12, choices=Related, blank=True
    )
    related_procedure = models.CharField(
        _("related to a study procedure"), max_length=12, choices=Related, blank=True
    )
    expected = models.BooleanField(_("expected"), null=True, blank=True)
    action = models.CharField(_("what was done"), max_length=12, choices=Action, blank=True)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome, blank=True)
    narrative = models.TextField(_("narrative"), max_length=4000, blank=True)
    aware_at = models.DateTimeField(_("staff became aware"), default=timezone.now)
    reported_at = models.DateTimeField(_("reported to the sponsor"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.DRAFT)
    noted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    assessed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    assessed_at = models.DateTimeField(null=True, blank=True)
    countersigned_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    countersigned_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-aware_at"]
        verbose_name = _("adverse event")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=models.F("started_on")),
                name="event_ends_after_it_begins",
                violation_error_message=_("It ends after it begins."),
            ),
            models.UniqueConstraint(
                fields=["source_kind", "source_id"], condition=~Q(source_id=""),
                name="one_event_per_source",
            ),
            models.CheckConstraint(
                condition=Q(countersigned_by=None)
                | ~Q(countersigned_by=models.F("assessed_by")),
                name="countersigned_by_another",
                violation_error_message=_("Somebody else countersigns."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.participant} · {self.started_on}"

    @property
    def is_serious(self) -> bool:
        return bool(self.serious)


_S = AdverseEvent.State

EVENT_STATES = StateTable(
    "adverse event",
    _S.DRAFT,
    {
        (_S.DRAFT, "assess"): _S.ASSESSED,
        (_S.DRAFT, "dismiss"): _S.DISMISSED,
        (_S.DISMISSED, "assess"): _S.ASSESSED,
        (_S.ASSESSED, "correct"): _S.ASSESSED,
        (_S.ASSESSED, "countersign"): _S.COUNTERSIGNED,
        (_S.COUNTERSIGNED, "correct"): _S.ASSESSED,
    },
)
