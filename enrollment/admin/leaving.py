"""Withdrawals and locks on the desk."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import StudyModelAdmin
from accounts.row_history import who
from enrollment.models import DataLock, Withdrawal


@admin.register(Withdrawal)
class WithdrawalAdmin(StudyModelAdmin):
    site_path = "participant__site"
    list_display = ("participant", "at", "stop_exercise", "stop_contact", "stop_data_use")
    list_select_related = ("participant",)
    search_fields = ("participant__study_id",)


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
