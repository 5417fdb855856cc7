"""Estimates in the admin: to read, never to change."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from accounts.admin_base import StudyModelAdmin
from estimates.models import Estimate, EstimatorVersion


@admin.register(Estimate)
class EstimateAdmin(StudyModelAdmin):
    site_path: ClassVar[str | None] = "participant__site"
    list_display = ("participant", "made_at", "study_day", "status", "change", "version")
    list_filter = ("status", "version")
    search_fields = ("participant__study_id",)
    list_select_related = ("participant", "version")


@admin.register(EstimatorVersion)
class EstimatorVersionAdmin(StudyModelAdmin):
    list_display = ("version", "data_origin", "participants", "registered_at", "registered_by")
    list_select_related = ("registered_by",)
