"""The audit trail, to read."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import StudyModelAdmin
from accounts.models import AuditEvent, User
from accounts.roles import Role
from enrollment.models import Participant

READERS = frozenset({Role.ADMIN, Role.MONITOR, Role.COORDINATOR})


@admin.register(AuditEvent)
class AuditEventAdmin(StudyModelAdmin):
    """Every line for those who see every site; others see what concerns their participants."""

    viewers = READERS
    list_display = ("seq", "shown_at", "action", "actor_id", "role", "participant_id", "reason")
    list_filter = ("role", "at")
    search_fields = ("action", "object_id", "request_id")
    ordering = ("-seq",)
    readonly_fields = ("shown_at",)
    fields = (
        "seq", "shown_at", "action", "actor_id", "role", "object_type", "object_id",
        "participant_id", "changes", "reason", "request_id", "previous_mac", "mac",
    )  # fmt: skip

    @admin.display(description=_("at"), ordering="seq")
    def shown_at(self, event: AuditEvent) -> str:
        """In UTC, and saying so: a trail must be read alike everywhere."""
        return f"{event.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        user = request.user
        sites = user.sites(*READERS) if isinstance(user, User) else frozenset()
        if sites is None:
            return rows
        own = Participant.objects.filter(site__in=sites).values("pk")
        return rows.filter(Q(participant_id__in=own) | Q(actor_id=user.pk))
