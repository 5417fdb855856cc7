"""Consent on the desk."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin_base import StudyModelAdmin
from enrollment.models import ConsentDocument, ConsentRecord


@admin.register(ConsentDocument)
class ConsentDocumentAdmin(StudyModelAdmin):
    list_display = ("version", "approved_at")
    fields = ("version", "ethics_number", "approved_at")


@admin.register(ConsentRecord)
class ConsentRecordAdmin(StudyModelAdmin):
    site_path = "participant__site"
    list_display = ("participant", "document", "language", "signed_at", "sharing")
    list_filter = ("document", "participant__site")
    list_select_related = ("participant", "document")
    search_fields = ("participant__study_id",)
