"""The way in: a code that one person can use once, at one site, for a while."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Site, User
from enrollment.models.participant import Participant


class Invitation(models.Model):
    """An invitation. The code itself is shown once and not kept; an identity table, no history."""

    code_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="invitations")
    language = models.CharField(_("language"), max_length=8, default="zh-hans")
    email = models.EmailField(_("e-mail"), blank=True)
    note = models.CharField(_("note for the desk"), max_length=80, blank=True)
    expires_at = models.DateTimeField(_("valid until"))
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    participant = models.OneToOneField(
        Participant, models.PROTECT, null=True, blank=True, related_name="invitation"
    )
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-issued_at"]
        verbose_name = _("invitation")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(used_at=None, participant=None)
                | Q(used_at__isnull=False, participant__isnull=False),
                name="invitation_use_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="invitation_revoking_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="invitation_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} · {self.issued_at:%Y-%m-%d}"
