"""The schedule on the desk: a clinician's assessments, and plans, pauses and instructors to read.

A fitness assessment is added and never changed: each is a version.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

import protocol
from accounts.admin_base import StudyModelAdmin, WithReason
from accounts.models import StaffRole, User
from accounts.roles import Role
from core import clock
from core.errors import ConsentPending
from enrollment.models import Participant
from enrollment.selectors import refusal
from schedule import desk, selectors
from schedule.models import FitnessAssessment, Instructing, Pause, Prescription
from schedule.services import instructing
from schedule.services.assessing import CLINICIANS, assess

MEASURED = (
    "assessed_on", "resting_hr_bpm", "rate_limiting_drug", "max_hr_source", "max_hr_measured_bpm",
    "sit_and_reach_cm",
)  # fmt: skip


def exercising() -> QuerySet[Participant]:
    """Those who are asked to exercise."""
    arms = [arm.code for arm in protocol.current().arms if arm.exercises]
    return Participant.objects.filter(arm__in=arms)


class FitnessAssessmentForm(WithReason):
    """Refuses what the service refuses: after a withdrawal, under a lock, without a consent."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        participant = cleaned.get("participant")
        reason = refusal(participant, clock.now()) if participant else None
        if reason is ConsentPending:
            self.add_error(None, _("This participant has not signed the consent in force."))
        elif reason is not None:
            self.add_error(None, str(reason.detail))
        day = cleaned.get("assessed_on")
        if participant and day and day > clock.local_date(clock.now(), participant.tz):
            self.add_error("assessed_on", _("This is in the future."))
        return cleaned


class OfParticipants(StudyModelAdmin):
    """Lists of participants' rows, by study id, with choices at the own sites only."""

    site_path = "participant__site"
    search_fields = ("participant__study_id",)
    list_select_related: ClassVar[Any] = ("participant",)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "participant":
            sites = request.user.sites(*self.changers)  # type: ignore[union-attr]
            reach = exercising()
            kwargs["queryset"] = reach if sites is None else reach.filter(site__in=sites)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.is_relation and field is not None:
            field.widget.can_view_related = False
        return field

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(FitnessAssessment)
class FitnessAssessmentAdmin(OfParticipants):
    form = FitnessAssessmentForm
    changers = frozenset({Role.CLINICIAN})
    may_add = True
    list_display = (
        "participant", "assessed_on", "resting_hr_bpm", "max_hr_source", "max_hr_measured_bpm",
        "rate_limiting_drug", "limits", "anew",
    )  # fmt: skip
    list_filter = ("participant__site", "rate_limiting_drug")
    fields = ("participant", *MEASURED, *CLINICIANS, "reason")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A further version begins with the one before (`?participant=`)."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        chosen = str(initial.get("participant", ""))
        person = self._reach(request).filter(pk=chosen).first() if chosen.isdigit() else None
        before = selectors.newest_assessment(person) if person else None
        if before is not None:
            initial |= {name: getattr(before, name) for name in (*MEASURED[1:], *CLINICIANS)}
        return initial

    @admin.display(description=_("a clinician's limits"))
    def limits(self, row: FitnessAssessment) -> str:
        return " · ".join(desk.limits(row)) or "–"

    @admin.display(description=_("new version"))
    def anew(self, row: FitnessAssessment) -> SafeString:
        address = reverse("admin:schedule_fitnessassessment_add")
        return format_html(
            '<a href="{}?participant={}">{}</a>', address, row.participant_id, _("begin from it")
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        names = [name for name in form.cleaned_data if name not in ("participant",)]
        row = assess(
            participant=obj.participant, by=request.user, now=clock.now(),
            fields={name: form.cleaned_data[name] for name in names},
        )  # fmt: skip
        obj.pk = row.pk

    def _reach(self, request: HttpRequest) -> QuerySet[Participant]:
        sites = request.user.sites(*self.changers)  # type: ignore[union-attr]
        return exercising() if sites is None else exercising().filter(site__in=sites)


@admin.register(Prescription)
class PrescriptionAdmin(OfParticipants):
    list_display = ("participant", "version", "from_week", "origin", "by", "made_at", "leaves")
    list_filter = ("participant__site", "origin")
    list_select_related = ("participant", "by")
    fields = (
        "participant", "version", "from_week", "starts_on", "origin", "reason", "asked", "leaves",
        "outside_by", "outside_reason", "by", "made_at",
    )  # fmt: skip
    readonly_fields = ("asked", "leaves")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The reason is the version's own, and not one for changing it."""
        return self.fields

    @admin.display(description=_("what is asked"))
    def asked(self, row: Prescription) -> SafeString:
        lines = [(line,) for line in desk.plan_lines(row.plan)]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", lines))

    @admin.display(description=_("outside the protocol"))
    def leaves(self, row: Prescription) -> str:
        return "; ".join(desk.outside_lines(row.outside)) or "–"


@admin.register(Pause)
class PauseAdmin(OfParticipants):
    """A pause's reason may tell of health, and a hold's does: clinicians alone read it."""

    list_display = ("participant", "kind", "starts_on", "ends_on", "by")
    list_filter = ("participant__site", "kind")
    list_select_related = ("participant", "by")
    fields = ("participant", "kind", "starts_on", "ends_on", "reason", "by", "made_at", "ended_by")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        reads = _is_clinician(request, obj)
        return [name for name in self.fields if name != "reason" or reads]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is not None and not _is_clinician(request, row):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)


def _is_clinician(request: HttpRequest, row: Pause | None) -> bool:
    user = request.user
    if not isinstance(user, User) or not user.has_role(Role.CLINICIAN):
        return False
    sites = user.sites(Role.CLINICIAN)
    return row is None or sites is None or row.participant.site_id in sites


class InstructingForm(forms.ModelForm):
    """Assign an instructor; of one that is there, end it."""

    reason = forms.CharField(label=_("reason"), max_length=200, required=False)
    end_now = forms.BooleanField(label=_("end it now"), required=False)

    class Meta:
        model = Instructing
        fields = ("participant", "instructor", "reason")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        person, instructor = cleaned.get("participant"), cleaned.get("instructor")
        if person and instructor and not instructing.instructs_there(instructor, person):
            words = _("This person is no instructor at the participant's site.")
            self.add_error("instructor", words)
        reason = refusal(person, clock.now()) if person else None
        if reason is not None and reason is not ConsentPending:
            self.add_error(None, str(reason.detail))
        return cleaned

    def _post_clean(self) -> None:
        """The service makes and checks the row."""


@admin.register(Instructing)
class InstructingAdmin(OfParticipants):
    """Coordinators assign: whoever had the participant until now hands over at that moment."""

    form = InstructingForm
    changers = frozenset({Role.COORDINATOR})
    may_add = True
    list_display = ("participant", "instructor", "since", "until", "cover", "by")
    list_filter = ("participant__site", "cover")
    list_select_related = ("participant", "instructor", "by")
    fields = ("participant", "instructor", "since", "until", "cover", "reason", "by")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        over = isinstance(obj, Instructing) and obj.until is not None and obj.until <= clock.now()
        return not over and self._holds(request, self.changers, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("participant", "instructor", "reason")
        ends = ("end_now",) if self.has_change_permission(request, obj) else ()
        return (*self.fields, *ends)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("participant", "instructor", "since", "until", "cover", "by")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "instructor":
            held = StaffRole.objects.filter(role=Role.INSTRUCTOR, ended_at=None)
            kwargs["queryset"] = User.objects.filter(pk__in=held.values("user"), is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        data, now = form.cleaned_data, clock.now()
        if not change:
            row = instructing.assign(
                participant=data["participant"], instructor=data["instructor"], by=request.user,
                now=now, reason=data["reason"],
            )  # fmt: skip
            obj.pk, obj.participant = row.pk, row.participant
        elif data.get("end_now"):
            row = Instructing.objects.get(pk=obj.pk)
            instructing.end(instructing=row, by=request.user, now=now, reason=data["reason"])
