"""What was logged, read-only: who entered it, and every earlier version with who, when and why."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

import protocol
from accounts.admin_base import StudyModelAdmin
from accounts.roles import Role
from accounts.row_history import who
from core import clock
from enrollment.selectors import account
from logging_app import presenters, selectors
from logging_app.checkins.services import see_to
from logging_app.models import CheckIn, SleepNight, Workout
from logging_app.photos.selectors import photo_of
from logging_app.photos.views import for_staff

PHOTO = "logging_app_workout_photo"


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
        "shown_photo", "shown_by", "shown_voided_by",
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
            "energy_kcal", "range_of_motion_cm", "shown_sets", "shown_photo",
        )}),
        (_("How it came here"), {"fields": (
            "received_at", "device_time", "shown_by", "edit", "voided_at", "shown_voided_by",
            "void_reason",
        )}),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("strength_sets")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.photo_view)
        return [path("<path:object_id>/photo/", view, name=PHOTO), *super().get_urls()]

    def photo_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The picture of the tracker, for whoever reads the workout; the trail says so."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        workout = self.get_object(request, object_id)
        if workout is None:
            raise Http404
        return for_staff(workout.participant, workout.pk, account(request))

    @admin.display(description=_("picture of the tracker"))
    def shown_photo(self, workout: Workout) -> str:
        if photo_of(workout) is None:
            return "–"
        address = reverse(f"admin:{PHOTO}", args=[workout.pk])
        return format_html('<a href="{}">{}</a>', address, _("Open the picture"))

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


class Told(admin.SimpleListFilter):
    """What a participant told as new, and whether somebody saw to it."""

    title = _("something new")
    parameter_name = "told"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("not seen to yet")), ("done", _("seen to"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "waiting":
            return queryset.filter(anything_new=True, handled_at=None)
        return queryset.exclude(handled_at=None) if self.value() == "done" else queryset


class SeenToForm(forms.ModelForm):
    """What was done about something new; the participant's own words are not changed here."""

    class Meta:
        model = CheckIn
        fields = ("handled_as", "handled_note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "handled_as" in self.fields:
            self.fields["handled_as"].required = True

    def _post_clean(self) -> None:
        """The service checks and keeps it."""


@admin.register(CheckIn)
class CheckInAdmin(StudyModelAdmin):
    """Check-ins, and what coordinators and clinicians did about something new."""

    form = SeenToForm
    changers = frozenset({Role.COORDINATOR, Role.CLINICIAN})
    site_path = "participant__site"
    list_display = (
        "participant", "due_on", "anything_new", "shown_words", "handled_as", "received_at",
    )  # fmt: skip
    list_filter = (Told, "participant__site")
    list_select_related = ("participant",)
    search_fields = ("participant__study_id",)
    told = (
        "participant", "due_on", "activity", "active_minutes", "resting_hr_bpm", "hr_after_bpm",
        "diet_changed", "anything_new", "new_text",
    )  # fmt: skip
    came = ("received_at", "paper_date", "shown_by", "shown_seen_to")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.told, *self.came, "shown_ways")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        parts = [(None, {"fields": self.told}), (_("How it came here"), {"fields": self.came})]
        if obj is not None and obj.anything_new:
            fields = ["handled_as", "handled_note"]
            if self.has_change_permission(request, obj):
                fields.insert(0, "shown_ways")
            parts.insert(1, (_("Something is new"), {"fields": fields}))
        return parts

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        nothing_new = isinstance(obj, CheckIn) and not obj.anything_new
        return not nothing_new and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        see_to(
            check_in=obj, became=form.cleaned_data["handled_as"],
            note=form.cleaned_data["handled_note"], by=account(request), now=clock.now(),
        )  # fmt: skip

    @admin.display(description=_("what is new"))
    def shown_words(self, row: CheckIn) -> str:
        return Truncator(row.new_text or "–").chars(60)

    @admin.display(description=_("entered by"))
    def shown_by(self, row: CheckIn) -> str:
        return who(row.entered_by)

    @admin.display(description=_("seen to by"))
    def shown_seen_to(self, row: CheckIn) -> str:
        return who(row.handled_by) if row.handled_at else "–"

    @admin.display(description=_("note it"))
    def shown_ways(self, row: CheckIn) -> SafeString:
        """Where a change of medicine, and a new therapy, are written down."""
        places = (
            ("admin:enrollment_medication_add", _("a medicine")),
            ("admin:enrollment_medication_changelist", _("a change of a medicine")),
            ("admin:enrollment_deviation_add", _("a new therapy, as a deviation")),
        )
        return format_html_join(" · ", '<a href="{}?{}">{}</a>', [
            (reverse(name), urlencode(_about(row, name)), label) for name, label in places
        ])  # fmt: skip


def _about(row: CheckIn, name: str) -> dict[str, Any]:
    if name.endswith("changelist"):
        return {"q": row.participant.study_id}
    more = {"category": "therapy"} if "deviation" in name else {}
    return {"participant": row.participant_id, **more}


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
