"""How they are: visits, and the answers given at them. Scores are reckoned, never stored."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

import protocol
from accounts.models import User
from enrollment.models import Participant
from protocol import Instrument


class Visit(models.Model):
    """One visit: of the protocol by its code, or one that staff opened (`opened_on`).

    What state it is in follows from its window, its answers and these fields
    (`assessments.rules.visits`); nothing here is set by the clock.
    """

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="visits")
    code = models.CharField(_("visit"), max_length=24)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    booked_at = models.DateTimeField(_("booked for"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    rater = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rater")
    )
    done_on = models.DateField(_("took place"), null=True, blank=True)
    missed_reason = models.CharField(_("missed because"), max_length=200, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["participant", "done_on"]
        verbose_name = _("visit")
        indexes: ClassVar = [models.Index(fields=["booked_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participant", "code"], name="one_visit_per_code"),
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(missed_reason=""), name="visit_done_or_missed",
                violation_error_message=_("A visit that took place was not missed."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.participant} · {self.code}"


class ResponseQuerySet(models.QuerySet["Response"]):
    def standing(self) -> ResponseQuerySet:
        """What counts: not voided, and no corrected version has taken its place."""
        return self.filter(voided_at=None, superseded_at=None)

    def own(self) -> ResponseQuerySet:
        """The standing answers of each visit itself, without second, independent ratings."""
        return self.standing().filter(reading=1)


class Response(models.Model):
    """The answers to one instrument at one visit, by one person. A draft until submitted.

    A rater's correction is a new version beside the signed one, which stays as it was. `reading` 2
    is a second rater's independent score. What staff void stays readable and counts nowhere.
    """

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="responses")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="responses")
    instrument = models.CharField(_("instrument"), max_length=32)
    instrument_version = models.CharField(_("version"), max_length=32)
    reading = models.PositiveSmallIntegerField(_("reading"), default=1)
    version = models.PositiveSmallIntegerField(_("version of the answers"), default=1)
    answers = models.JSONField(_("answers"), default=dict)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    superseded_at = models.DateTimeField(_("corrected"), null=True, blank=True)
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(_("voided because"), max_length=200, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)
    history = HistoricalRecords()

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["visit", "instrument", "reading", "version"],
                name="one_response_per_visit",
            ),
            models.CheckConstraint(condition=~Q(instrument=""), name="response_has_instrument"),
            models.CheckConstraint(
                condition=Q(voided_at=None) | (Q(voided_by__isnull=False) & ~Q(void_reason="")),
                name="void_has_a_person_and_a_reason",
                violation_error_message=_("Please say why this is voided."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit} · {self.instrument}"

    @property
    def questionnaire(self) -> Instrument:
        """The instrument as it was when these answers were given: its words, ranges and rules.

        Raises `ProtocolError` where no file has that version."""
        return protocol.instrument(self.instrument, self.instrument_version)


class Annotation(models.Model):
    """A note of staff beside answers that are never changed. Added, never edited."""

    response = models.ForeignKey(Response, models.PROTECT, related_name="annotations")
    item = models.CharField(_("question"), max_length=32, blank=True)
    words = models.TextField(_("note"), max_length=1000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        verbose_name = _("note beside answers")
        verbose_name_plural = _("notes beside answers")

    def __str__(self) -> str:
        return f"{self.response_id} · {self.at:%Y-%m-%d}"
