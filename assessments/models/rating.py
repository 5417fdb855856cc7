"""The rater's work: the interview, who may sign, second opinions, and the guess of the arm."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from assessments.models.answers import Response, Visit
from enrollment.models import Participant


class Interview(models.Model):
    """How one rating came about, and its signature. A draft until it is signed, then locked.

    `notes` maps item keys to the rater's words. The signature is the printed name, the time and
    what it means (21 CFR 11.50), kept as they were shown. `reason` is why a later version corrects.
    `edit` rises with each change the page sends, so that a late request never undoes a newer one.
    """

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", _("in person")
        VIDEO = "video", _("by video")
        TELEPHONE = "telephone", _("by telephone")

    class Informant(models.TextChoices):
        PARTICIPANT = "participant", _("the participant")
        WITH_FAMILY = "with_family", _("the participant and family")
        WITH_STAFF = "with_staff", _("the participant and ward staff")

    response = models.OneToOneField(Response, models.PROTECT, related_name="interview")
    mode = models.CharField(_("held"), max_length=12, choices=Mode, blank=True)
    informant = models.CharField(_("informant"), max_length=12, choices=Informant, blank=True)
    notes = models.JSONField(_("notes"), default=dict, blank=True)
    edit = models.PositiveIntegerField(default=0)
    group_revealed = models.BooleanField(_("the group was revealed"), null=True, blank=True)
    revealed_how = models.CharField(_("how"), max_length=300, blank=True)
    reason = models.CharField(_("corrected because"), max_length=300, blank=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    signed_name = models.CharField(_("printed name"), max_length=120, blank=True)
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    meaning = models.CharField(_("meaning of the signature"), max_length=300, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("interview")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(signed_at=None)
                | (
                    Q(signed_by__isnull=False, group_revealed__isnull=False)
                    & ~Q(signed_name="") & ~Q(meaning="") & ~Q(mode="") & ~Q(informant="")
                ),
                name="signature_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None) | ~Q(group_revealed=True) | ~Q(revealed_how=""),
                name="revealed_says_how",
                violation_error_message=_("Please say how the group was revealed."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.response)


class RaterTraining(models.Model):
    """That a rater was trained on an instrument, and until when that counts."""

    rater = models.ForeignKey(
        User, models.PROTECT, related_name="rater_trainings", verbose_name=_("rater")
    )
    instrument = models.CharField(_("instrument"), max_length=32)
    trained_on = models.DateField(_("trained on"))
    expires_on = models.DateField(_("counts until"))
    evidence = models.CharField(
        _("evidence"), max_length=300, help_text=_("Who trained, on what, with which agreement.")
    )
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["rater", "-trained_on"]
        verbose_name = _("training of a rater")
        verbose_name_plural = _("trainings of raters")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_on__gt=F("trained_on")), name="training_expires_later",
                violation_error_message=_("It counts until a later day."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.rater} · {self.instrument} · {self.trained_on}"


class RatingAgreement(models.Model):
    """Two raters' independent scores of one visit, and what they agreed on where they differ.

    `consensus` maps items to the scores agreed upon; the two signed ratings stay as they are.
    """

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="agreements")
    first = models.OneToOneField(Response, models.PROTECT, related_name="+")
    second = models.OneToOneField(Response, models.PROTECT, related_name="+")
    discrepant = models.BooleanField(_("to be resolved"), default=False)
    consensus = models.JSONField(_("agreed scores"), null=True, blank=True)
    words = models.TextField(_("how they agreed"), max_length=1000, blank=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("double rating")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(first=F("second")), name="two_ratings_are_two",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="consensus_of_two",
                violation_error_message=_("The other rater confirms."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.visit)


class ArmGuess(models.Model):
    """Which group a rater took the participant to be in, asked once after the rating is signed."""

    class Guess(models.TextChoices):
        EXERCISE = "exercise", _("exercise programme")
        CONTROL = "control", _("usual habits")
        DONT_KNOW = "dont_know", _("don't know")

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="arm_guesses")
    visit = models.CharField(_("visit"), max_length=24)
    guess = models.CharField(_("guess"), max_length=12, choices=Guess)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("guess of the group")
        verbose_name_plural = _("guesses of the group")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participant", "visit", "by"], name="one_guess_a_visit")
        ]

    def __str__(self) -> str:
        return f"{self.participant} · {self.visit}"
