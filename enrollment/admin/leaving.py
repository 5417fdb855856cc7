"""Withdrawals, wishes to be forgotten, and locks on the desk."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import StudyModelAdmin
from accounts.roles import Role
from accounts.row_history import who
from enrollment.models import DataLock, Erasure, Withdrawal


@admin.register(Withdrawal)
class WithdrawalAdmin(StudyModelAdmin):
    site_path = "participant__site"
    list_display = ("participant", "at", "stop_exercise", "stop_contact", "stop_data_use")
    list_select_related = ("participant",)
    search_fields = ("participant__study_id",)


@admin.register(Erasure)
class ErasureAdmin(StudyModelAdmin):
    """Whose name is to go, and whose has gone. Done on the participant's page, with a reason."""

    viewers = frozenset({Role.COORDINATOR, Role.MONITOR})
    site_path = "participant__site"
    list_display = ("participant", "asked_at", "done_at", "shown_way")
    list_filter = (("done_at", admin.EmptyFieldListFilter), "participant__site")
    list_select_related = ("participant",)
    search_fields = ("participant__study_id",)
    fields = ("participant", "asked_at", "done_at", "done_by", "reason")

    @admin.display(description=_("to do"))
    def shown_way(self, row: Erasure) -> SafeString | str:
        if row.done_at is not None:
            return "–"
        address = reverse("admin:enrollment_participant_procedures", args=[row.participant_id])
        return format_html('<a href="{}">{}</a>', address, _("erase the name"))


@admin.register(DataLock)
class DataLockAdmin(StudyModelAdmin):
    """Everyone who works here sees what is locked, whatever the site: a lock may be the study's."""

    list_display = ("__str__", "at", "shown_by", "reason", "lifted_at")
    list_select_related = ("participant", "by")
    fields = ("participant", "at", "shown_by", "reason", "lifted_at")
    readonly_fields = ("shown_by",)

    @admin.display(description=_("locked by"))
    def shown_by(self, lock: DataLock) -> str:
        return who(lock.by)
