"""What was taken out of the study, when and by whom."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from data_management.rules import Kind


class Export(models.Model):
    """One export. The files are not kept; the manifest's hash proves which ones they were."""

    KINDS: ClassVar = [
        (Kind.CONDUCT.value, _("what happened, without groups")),
        (Kind.BLINDED.value, _("groups as A and B, with outcomes")),
    ]

    kind = models.CharField(_("what it holds"), max_length=16, choices=KINDS)
    identified = models.BooleanField(_("with study ids and dates"), default=False)
    filters = models.JSONField(_("limited to"), default=dict)
    made_at = models.DateTimeField(_("made"))
    by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"),
        help_text=_("Empty: the command line."),
    )  # fmt: skip
    manifest_sha256 = models.CharField(_("SHA-256 of the manifest"), max_length=64)

    class Meta:
        ordering: ClassVar = ["-made_at"]
        verbose_name = _("export")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.made_at:%Y-%m-%d}"
