"""The trail of what people did, and its end."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One line of the trail: who did what to which row, chained by HMAC to the line before.

    Holds ids and hashes, never names. Written by `accounts.audit.record` alone; triggers refuse
    UPDATE, DELETE and TRUNCATE on both engines.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=16, blank=True)
    action = models.CharField(max_length=64, db_index=True)
    object_type = models.CharField(max_length=64, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    participant_id = models.BigIntegerField(null=True, db_index=True)
    changes = models.TextField(default="{}")
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    previous_mac = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["seq"]
        verbose_name = _("audit event")

    def __str__(self) -> str:
        return f"{self.seq} · {self.action}"


class AuditHead(models.Model):
    """The chain's end, one row, locked while the next line is written."""

    seq = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(pk=1), name="one_audit_head")]

    def __str__(self) -> str:
        return f"{self.seq}"
