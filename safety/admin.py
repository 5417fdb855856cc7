"""Alerts as those who must not miss them see them: open ones first, in red."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

import protocol
from accounts.admin_base import StudyModelAdmin
from safety import presenters
from safety.models import SafetyAlert


@admin.register(SafetyAlert)
class SafetyAlertAdmin(StudyModelAdmin):
    """Read-only: nothing closes an alert but a person, on the safety page."""

    site_path = "participant__site"
    list_display = (
        "shown_state",
        "participant",
        "kind",
        "shown_tier",
        "what_was_said",
        "raised_at",
    )
    list_display_links = ("participant",)
    list_filter = ("state", "participant__site", "kind")
    list_select_related = ("participant",)
    search_fields = ("participant__study_id",)
    fields = ("participant", "shown_state", "kind", "shown_tier", "what_was_said", "raised_at")
    readonly_fields = ("shown_state", "shown_tier", "what_was_said")

    class Media:
        css = {"all": ("data_management/desk.css",)}  # noqa: RUF012

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        is_open = When(state=SafetyAlert.State.OPEN, then=Value(0))
        order = Case(is_open, default=Value(1), output_field=IntegerField())
        return super().get_queryset(request).alias(place=order).order_by("place", "-raised_at")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ()

    @admin.display(description=_("state"))
    def shown_state(self, alert: SafetyAlert) -> SafeString:
        tone = "urgent" if alert.state == SafetyAlert.State.OPEN else "plain"
        return format_html(
            '<span class="desk-tag desk-tag--{}">{}</span>', tone, alert.get_state_display()
        )

    @admin.display(description=_("to be answered"))
    def shown_tier(self, alert: SafetyAlert) -> str:
        return str(protocol.current().safety_tier(alert.tier).label)

    @admin.display(description=_("what was said"))
    def what_was_said(self, alert: SafetyAlert) -> str:
        return presenters.what_was_said(alert)
