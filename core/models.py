"""The worker's own tables. Nothing about people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkerLease(models.Model):
    """Something one process holds until `expires_at`, renewed by its beat.

    Each worker holds one on its own name (`worker:<id>`), so that a task whose worker is gone is
    found; one of them holds `periodic`, and only that one runs the periodic jobs.
    """

    name = models.CharField(_("name"), max_length=80, primary_key=True)
    holder = models.CharField(_("holder"), max_length=64)
    expires_at = models.DateTimeField(_("expires"))
    last_beat = models.DateTimeField(_("last beat"))

    class Meta:
        verbose_name = _("worker lease")

    def __str__(self) -> str:
        return f"{self.name} · {self.holder}"


class PeriodicRun(models.Model):
    """How a periodic job went when it ran last."""

    name = models.CharField(_("job"), max_length=80, primary_key=True)
    last_started = models.DateTimeField(_("last started"))
    last_finished = models.DateTimeField(_("last finished"), null=True)
    succeeded = models.BooleanField(_("succeeded"), null=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("periodic run")

    def __str__(self) -> str:
        return self.name
