"""What is signed, by whom, after which talk, and the evidence of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from enrollment.models.participant import Participant


class ConsentDocument(models.Model):
    """One version of the information a participant signs; the newest approved one is in force."""

    version = models.CharField(_("version"), max_length=16, unique=True)
    ethics_number = models.CharField(_("ethics number"), max_length=60, blank=True)
    quiz = models.JSONField(_("understanding check"), default=list, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-approved_at"]
        verbose_name = _("consent document")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="consent_approval_has_who_and_when",
            )
        ]

    def __str__(self) -> str:
        return self.version


class ConsentText(models.Model):
    """The document in one language. `sha256` is over the exact bytes of `markdown` (UTF-8)."""

    document = models.ForeignKey(ConsentDocument, models.PROTECT, related_name="texts")
    language = models.CharField(_("language"), max_length=8)
    title = models.CharField(_("title"), max_length=120)
    markdown = models.TextField(_("text"))
    sha256 = models.CharField(_("SHA-256 of the text"), max_length=64, editable=False)

    class Meta:
        verbose_name = _("consent text")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "language"], name="one_text_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.document} · {self.language}"


class ConsentConversation(models.Model):
    """The talk before signing: a named investigator answered questions and found capacity."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="conversations")
    document = models.ForeignKey(ConsentDocument, models.PROTECT)
    at = models.DateTimeField(_("when"))
    investigator = models.ForeignKey(User, models.PROTECT, related_name="+")
    questions_answered = models.BooleanField(_("questions were answered"), default=False)
    capacity_confirmed = models.BooleanField(_("capacity to consent is confirmed"), default=False)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["-at"]
        verbose_name = _("consent conversation")

    def __str__(self) -> str:
        return f"{self.participant} · {self.at:%Y-%m-%d}"


class ConsentRecord(models.Model):
    """A signed consent. It stays for ever; a renewed one is another row."""

    class Method(models.TextChoices):
        DRAWN = "drawn", _("drawn by finger")
        TYPED = "typed", _("typed")

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="consents")
    document = models.ForeignKey(ConsentDocument, models.PROTECT)
    language = models.CharField(_("language"), max_length=8)
    text_sha256 = models.CharField(_("SHA-256 of the text shown"), max_length=64, blank=True)
    signed_at = models.DateTimeField(_("signed"))
    method = models.CharField(_("signature"), max_length=8, choices=Method, default=Method.TYPED)
    reauthenticated_at = models.DateTimeField(_("signed in again"), null=True, blank=True)
    seconds_shown = models.JSONField(_("seconds each section was shown"), default=dict, blank=True)
    quiz_answers = models.JSONField(_("understanding check"), default=dict, blank=True)
    tracker_data = models.BooleanField(_("tracker data may be used"), default=False)
    estimates = models.BooleanField(_("estimates may be made"), default=False)
    sharing = models.BooleanField(_("pseudonymised data may be shared"), default=False)
    identity_sha256 = models.CharField(_("SHA-256 of the signature"), max_length=64, blank=True)
    pdf_sha256 = models.CharField(_("SHA-256 of the copy"), max_length=64, blank=True)
    countersigned_at = models.DateTimeField(_("countersigned"), null=True, blank=True)
    countersigned_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["signed_at"]
        verbose_name = _("consent")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["participant", "document"], name="one_consent_per_version"
            ),
            models.CheckConstraint(
                condition=Q(countersigned_at=None, countersigned_by=None)
                | Q(countersigned_at__isnull=False, countersigned_by__isnull=False),
                name="countersigning_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant} · {self.document}"


class ConsentIdentity(models.Model):
    """Who signed, apart from the record: printed name and signature. Sealed on erasure; no history.

    `sealed` holds them, encrypted, once the person asked for erasure; the plain columns go.
    `copy_pdf` is the copy as handed out last; its hash stays in the record.
    """

    record = models.OneToOneField(ConsentRecord, models.PROTECT, related_name="identity")
    printed_name = models.CharField(_("printed name"), max_length=120, blank=True)
    signature_png = models.BinaryField(_("signature"), null=True, blank=True)
    copy_pdf = models.BinaryField(_("signed copy"), null=True, blank=True)
    address_hash = models.CharField(max_length=64, blank=True)
    sealed = models.BinaryField(null=True, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("consent identity")

    def __str__(self) -> str:
        return str(self.record)
