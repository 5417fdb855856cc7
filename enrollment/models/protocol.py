"""That a person confirmed what a study's protocol had to assume."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class ProtocolConfirmation(models.Model):
    """One assumed choice of a protocol, confirmed as it was shown. Never changed or deleted.

    A choice whose words changed in the file, or that stands in a new version of the protocol,
    is another choice and has to be confirmed again.
    """

    study_name = models.CharField(_("study"), max_length=40)
    protocol_version = models.CharField(_("version of the protocol"), max_length=16)
    code = models.CharField(_("choice"), max_length=40)
    choice = models.CharField(_("as it was shown"), max_length=600)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("confirmed by")
    )
    at = models.DateTimeField(_("when"))
    words = models.CharField(_("note"), max_length=400, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "code"]
        verbose_name = _("confirmed choice of the protocol")
        verbose_name_plural = _("confirmed choices of the protocol")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["study_name", "protocol_version", "code", "choice"],
                name="protocol_choice_confirmed_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.study_name} {self.protocol_version} · {self.code}"
