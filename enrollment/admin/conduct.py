"""Medicine, devices, contacts and deviations on the desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from core import clock
from enrollment.admin.base import AboutParticipant, CheckedForm, actor
from enrollment.models import Contact, Deviation, DeviceIssue, Medication
from enrollment.services import conduct


class MedicationForm(CheckedForm):
    """A medicine; later its change, which from day 1 on is a deviation, or a correction."""

    check = conduct.check_medication
    changed_on = forms.DateField(
        label=_("The dose or kind changed, or it ended, on"), required=False,
        widget=AdminDateWidget,
        help_text=_(
            "The earlier line ends and a new one begins; from day 1 on a deviation is written as "
            "well. Change nothing else if it ended. Leave empty to correct a slip of the pen."
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.fields.pop("changed_on", None)

    def check_row(self) -> None:
        on = self.cleaned_data.get("changed_on")
        if on is None:
            super().check_row()
        else:
            conduct.check_change(Medication.objects.get(pk=self.instance.pk), on, clock.now())


@admin.register(Medication)
class MedicationAdmin(AboutParticipant):
    form = MedicationForm
    list_display = ("participant", "substance", "dose", "rate_limiting", "started_on", "ended_on")
    list_filter = ("participant__site", ("ended_on", admin.EmptyFieldListFilter))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = ["participant", "substance", "dose", "rate_limiting", "started_on"]
        if obj is None:
            return [*fields, "ended_on"]
        changes = ["changed_on", "reason"] if self.has_change_permission(request, obj) else []
        return [*fields, "ended_on", *changes]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("participant", "ended_on") if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by, now = actor(request), clock.now()
        reason, on = form.cleaned_data.get("reason", ""), form.cleaned_data.get("changed_on")
        if not change:
            conduct.note_medication(medication=obj, by=by, now=now)
        elif on is None:
            conduct.correct_medication(medication=obj, by=by, now=now, reason=reason)
        else:
            conduct.change_medication(
                medication=obj, on=on, substance=obj.substance, dose=obj.dose, by=by, now=now,
                reason=reason,
            )  # fmt: skip


class DeviceForm(CheckedForm):
    check = conduct.check_device


@admin.register(DeviceIssue)
class DeviceIssueAdmin(AboutParticipant):
    form = DeviceForm
    list_display = (
        "participant", "device", "issued_on", "device_explained", "scales_explained", "returned_on",
    )  # fmt: skip
    list_filter = ("participant__site", ("returned_on", admin.EmptyFieldListFilter))
    fields = (
        "participant", "device", "firmware", "issued_on", "device_explained", "scales_explained",
        "returned_on", "reason",
    )  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        reason = form.cleaned_data.get("reason", "")
        conduct.issue_device(device=obj, by=actor(request), now=clock.now(), reason=reason)


class ContactForm(CheckedForm):
    check = conduct.check_contact


@admin.register(Contact)
class ContactAdmin(AboutParticipant):
    form = ContactForm
    list_display = ("participant", "at", "channel", "minutes", "reached", "counselling", "by")
    list_filter = ("participant__site", "channel", "reached", "counselling")
    list_select_related = ("participant", "by")
    fields = ("participant", "at", "channel", "minutes", "reached", "counselling", "note", "reason")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        reason = form.cleaned_data.get("reason", "")
        conduct.note_contact(contact=obj, by=actor(request), now=clock.now(), reason=reason)


class DeviationForm(CheckedForm):
    check = conduct.check_deviation


@admin.register(Deviation)
class DeviationAdmin(AboutParticipant):
    """Those of one participant for their site, those of the whole study for everyone here."""

    form = DeviationForm
    list_display = ("occurred_on", "participant", "category", "major", "found_on", "reported_on")
    list_filter = ("participant__site", "category", "major")
    fields = (
        "participant", "category", "major", "occurred_on", "found_on", "what", "action",
        "prevention", "reported_on", "reason",
    )  # fmt: skip

    def at_sites(self, rows: QuerySet[Any], user: Any, roles: frozenset[Role]) -> QuerySet[Any]:
        sites = user.sites(*roles) if isinstance(user, User) else frozenset()
        if sites is None:
            return rows
        return rows.filter(Q(participant=None) | Q(participant__site__in=sites))

    def _holds(self, request: HttpRequest, roles: frozenset[Role], obj: Any = None) -> bool:
        whole_study = isinstance(obj, Deviation) and obj.participant_id is None
        return super()._holds(request, roles, None if whole_study else obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        reason = form.cleaned_data.get("reason", "")
        conduct.note_deviation(deviation=obj, by=actor(request), now=clock.now(), reason=reason)
