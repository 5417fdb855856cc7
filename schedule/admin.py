"""Fitness assessments: the clinician's page; a change keeps the earlier value and says why."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import StudyModelAdmin, WithReason
from accounts.roles import Role
from core import clock
from core.errors import ConsentPending
from enrollment.models import Participant
from enrollment.selectors import refusal
from schedule.models import FitnessAssessment


class FitnessAssessmentForm(WithReason):
    """Refuses what the gate refuses: after a withdrawal, under a lock, without a consent."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        participant = cleaned.get("participant") or getattr(self.instance, "participant", None)
        reason = refusal(participant, clock.now()) if participant else None
        if reason is ConsentPending:
            self.add_error(None, _("This participant has not signed the consent in force."))
        elif reason is not None:
            self.add_error(None, str(reason.detail))
        return cleaned


@admin.register(FitnessAssessment)
class FitnessAssessmentAdmin(StudyModelAdmin):
    form = FitnessAssessmentForm
    changers = frozenset({Role.CLINICIAN})
    may_add = True
    site_path = "participant__site"
    list_display = (
        "participant", "assessed_on", "resting_hr_bpm", "max_hr_source", "max_hr_measured_bpm",
        "rate_limiting_drug",
    )  # fmt: skip
    list_filter = ("participant__site", "rate_limiting_drug")
    list_select_related = ("participant",)
    search_fields = ("participant__study_id",)
    fields = (
        "participant", "assessed_on", "resting_hr_bpm", "max_hr_source", "max_hr_measured_bpm",
        "rate_limiting_drug", "reason",
    )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whose assessment it is never changes."""
        return ("participant",) if obj is not None else ()

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "participant":
            sites = request.user.sites(*self.changers)  # type: ignore[union-attr]
            reach = Participant.objects.all()
            kwargs["queryset"] = reach if sites is None else reach.filter(site__in=sites)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "participant" and field is not None:
            field.widget.can_view_related = False
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.by = request.user
        super().save_model(request, obj, form, change)
