"""Unblinding on the desk: an action with a reason; what was shown to whom stays for ever."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

import protocol
from accounts.admin_base import StudyModelAdmin
from accounts.models import User
from accounts.roles import Role
from accounts.row_history import who
from core import clock
from enrollment.models import Participant, Unblinding
from enrollment.services import unblinding as services


class UnblindingForm(forms.ModelForm):
    """Whose group, to whom, and why. The service says what stands against it."""

    by: ClassVar[User]

    class Meta:
        model = Unblinding
        fields = ("participant", "shown_to", "reason")
        labels: ClassVar = {"shown_to": _("The group is shown to"), "reason": _("Why?")}
        help_texts: ClassVar = {
            "shown_to": _("A rater who knows the group does not rate this participant any more."),
            "reason": _("Kept for ever, beside your name. Do not write the group here."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            asked = Unblinding(**{name: cleaned[name] for name in self.Meta.fields})
            services.check(unblinding=asked, by=self.by)
        return cleaned


@admin.register(Unblinding)
class UnblindingAdmin(StudyModelAdmin):
    """Clinicians of the site and administrators show a group; it is read, never changed."""

    viewers = frozenset({Role.COORDINATOR, Role.MONITOR})
    changers = frozenset({Role.CLINICIAN, Role.ADMIN})
    may_add = True
    site_path = "participant__site"
    list_display = ("participant", "at", "shown_by", "shown_person", "reason")
    list_select_related = ("participant", "by", "shown_to")
    search_fields = ("participant__study_id",)
    readonly_fields = ("shown_id", "shown_group", "shown_by", "shown_person")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return UnblindingForm.Meta.fields
        known = request.user.has_perm("enrollment.know_arm", obj)
        group = ("shown_group",) if known else ()
        return ("shown_id", *group, "shown_person", "reason", "shown_by", "at")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Only allocated participants of one's sites, and staff who may sign in."""
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)
        assert isinstance(request.user, User)
        by, reach = request.user, Participant.objects.exclude(arm="")
        sites = by.sites(*self.changers)

        class Asked(UnblindingForm):
            def __init__(self, *args: Any, **options: Any) -> None:
                super().__init__(*args, **options)
                self.by = by  # type: ignore[misc]
                here = reach if sites is None else reach.filter(site__in=sites)
                staff = Q(staff_roles__ended_at=None, staff_roles__isnull=False)
                people = User.objects.filter(staff | Q(is_superuser=True), is_active=True)
                self.fields["participant"].queryset = here  # type: ignore[attr-defined]
                self.fields["shown_to"].queryset = people.distinct()  # type: ignore[attr-defined]

        return Asked

    @admin.display(description=_("participant"))
    def shown_id(self, row: Unblinding) -> str:
        """Without a way to their page: administrators have none."""
        return row.participant.study_id

    @admin.display(description=_("group"))
    def shown_group(self, row: Unblinding) -> str:
        return str(protocol.current().arm(row.participant.arm).label)

    @admin.display(description=_("shown by"))
    def shown_by(self, row: Unblinding) -> str:
        return who(row.by)

    @admin.display(description=_("shown to"))
    def shown_person(self, row: Unblinding) -> str:
        return who(row.shown_to)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        shown = {
            "title": _("Show a group to somebody"),
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
        }
        return super().add_view(request, form_url, {**shown, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        services.unblind(unblinding=obj, by=request.user, now=clock.now())

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """To the page that shows the group to whoever may know it now."""
        messages.success(request, _("Written down. Who may know the group sees it here."))
        return redirect(reverse("admin:enrollment_unblinding_change", args=[obj.pk]))
