"""What was logged, read-only: who entered it, and every earlier version with who, when and why."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import formats
from django.utils.translation import gettext_lazy as _

import protocol
from accounts.admin_base import StudyModelAdmin
from accounts.row_history import who
from logging_app import presenters, selectors
from logging_app.models import SleepNight, Workout


@admin.register(Workout)
class WorkoutAdmin(StudyModelAdmin):
    site_path = "participant__site"
    list_display = (
        "participant", "shown_start", "modality", "shown_activity", "duration_min", "effort",
        "shown_session", "is_counted",
    )  # fmt: skip
    list_filter = ("modality", "participant__site", ("voided_at", admin.EmptyFieldListFilter))
    list_select_related = ("participant", "match")
    search_fields = ("participant__study_id", "id")
    readonly_fields = (
        "shown_start", "shown_activity", "shown_session", "shown_sets", "shown_symptoms",
        "shown_by", "shown_voided_by",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": (
            "participant", "shown_start", "modality", "shown_activity", "duration_min",
            "shown_session",
        )}),
        (_("How it felt"), {"fields": (
            "mood_before", "mood_before_recalled", "mood_after", "feeling", "effort",
            "shown_symptoms", "stopped_early", "notes",
        )}),
        (_("Measured"), {"fields": (
            "hr_before_bpm", "hr_after_bpm", "hr_mean_bpm", "hr_max_bpm", "hrv_rmssd_ms",
            "hrv_sdnn_ms", "resp_mean_brpm", "resp_max_brpm", "steps", "distance_m",
            "energy_kcal", "range_of_motion_cm", "shown_sets",
        )}),
        (_("How it came here"), {"fields": (
            "received_at", "device_time", "shown_by", "edit", "voided_at", "shown_voided_by",
            "void_reason",
        )}),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("strength_sets")

    @admin.display(description=_("start"), ordering="started_at")
    def shown_start(self, workout: Workout) -> str:
        """As the clock stood where it was logged."""
        return formats.date_format(
            workout.started_at.astimezone(ZoneInfo(workout.zone)), "DATETIME_FORMAT"
        )

    @admin.display(description=_("activity"))
    def shown_activity(self, workout: Workout) -> str:
        return presenters.activity_label(workout)

    @admin.display(description=_("session of the week"))
    def shown_session(self, workout: Workout) -> str:
        return selectors.session_key(workout) or "–"

    @admin.display(description=_("counts"), boolean=True)
    def is_counted(self, workout: Workout) -> bool:
        return workout.voided_at is None

    @admin.display(description=_("entered by"))
    def shown_by(self, workout: Workout) -> str:
        return who(workout.entered_by)

    @admin.display(description=_("taken back by"))
    def shown_voided_by(self, workout: Workout) -> str:
        return who(workout.voided_by) if workout.voided_at else "–"

    @admin.display(description=_("strength sets"))
    def shown_sets(self, workout: Workout) -> str:
        return "; ".join(map(str, workout.strength_sets.all())) or "–"

    @admin.display(description=_("anything wrong"))
    def shown_symptoms(self, workout: Workout) -> str:
        known = {s.code: str(s.label) for s in protocol.current().stop_list}
        named = [known.get(code, code) for code in workout.symptoms or ()]
        return str(_("not asked") if workout.symptoms is None else "; ".join(named) or _("no"))


@admin.register(SleepNight)
class SleepNightAdmin(StudyModelAdmin):
    site_path = "participant__site"
    list_display = (
        "participant", "date", "quality", "in_bed_at", "woke_at", "sleep_onset_latency_min",
        "wake_after_sleep_onset_min", "received_at",
    )  # fmt: skip
    list_filter = ("participant__site",)
    list_select_related = ("participant",)
    search_fields = ("participant__study_id",)
