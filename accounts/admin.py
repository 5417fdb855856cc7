"""People, their roles, and the sites. Identity is shown here and nowhere else."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.admin_base import StudyModelAdmin
from accounts.models import OutgoingMessage, Site, StaffRole, User
from accounts.roles import STAFF_CHOICES, Role

ADMINS = frozenset({Role.ADMIN})


def holds_admin(request: HttpRequest) -> bool:
    """Whether the person who asks administers accounts."""
    return isinstance(request.user, User) and request.user.has_role(Role.ADMIN)


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Why?"), max_length=200)


class GrantForm(ReasonForm):
    """A role to give, at one site or at all."""

    role = forms.ChoiceField(label=_("Role"), choices=STAFF_CHOICES)
    site = forms.ModelChoiceField(
        Site.objects.all(), label=_("At"), required=False, empty_label=_("every site")
    )
    field_order = ("role", "site", "reason")


@admin.register(Site)
class SiteAdmin(StudyModelAdmin):
    viewers = ADMINS
    changers = ADMINS
    may_add = True
    list_display = ("name", "code", "region", "contact_name", "contact_phone", "contact_hours")
    fields = ("name", "code", "region", "zone", "contact_name", "contact_phone", "contact_hours")


@admin.register(StaffRole)
class StaffRoleAdmin(StudyModelAdmin):
    """Roles past and present. They are given and ended on the person's page, with a reason."""

    viewers = ADMINS
    list_display = ("user", "role", "site", "granted_at", "ended_at", "reason")
    list_filter = ("role", "site", ("ended_at", admin.EmptyFieldListFilter))
    search_fields = ("user__name", "user__email", "user__sign_in_code")
    list_select_related = ("user", "site")
    ordering = ("ended_at", "user__name")


@admin.register(OutgoingMessage)
class OutgoingMessageAdmin(StudyModelAdmin):
    """What was handed over, what failed, and what was opened. The text is not kept. Coordinators
    see what went to the participants of their sites, by study id; administrators see everything,
    by account."""

    viewers = frozenset({Role.ADMIN, Role.COORDINATOR})
    list_display = ("created_at", "account", "kind", "channel", "state", "error", "opened_at")
    list_filter = ("state", "channel", "kind", ("opened_at", admin.EmptyFieldListFilter))
    search_fields = ("user__participant__study_id",)
    fields = ("created_at", "account", "kind", "channel", "state", "error", "opened_at")
    list_select_related = ("user__participant",)
    ordering = ("-created_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        user = request.user
        if not isinstance(user, User) or holds_admin(request):
            return rows
        sites = user.sites(Role.COORDINATOR)
        reached = Q(user__participant__isnull=False)
        return rows.filter(reached if sites is None else Q(user__participant__site__in=sites))

    def get_list_display(self, request: HttpRequest) -> Any:
        return self._known(request, self.list_display)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self._known(request, self.fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj)

    def get_search_fields(self, request: HttpRequest) -> Any:
        return () if holds_admin(request) else self.search_fields

    def _known(self, request: HttpRequest, names: Any) -> Any:
        """An administrator knows accounts and no study ids, a coordinator the other way round."""
        whom = "account" if holds_admin(request) else "study_id"
        return tuple(whom if name == "account" else name for name in names)

    @admin.display(description=_("account"))
    def account(self, row: OutgoingMessage) -> str:
        return f"#{row.user_id}" if row.user_id else "–"

    @admin.display(description=_("study id"), ordering="user__participant__study_id")
    def study_id(self, row: Any) -> str:
        return str(row.user.participant.study_id)


@admin.register(User)
class UserAdmin(StudyModelAdmin):
    """Everyone for administrators; the participants of their sites, to reach them, for
    coordinators."""

    viewers = frozenset({Role.ADMIN, Role.COORDINATOR})
    changers = ADMINS
    may_add = True
    list_display = ("__str__", "email", "sign_in_code", "phone", "shown_roles", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "email", "sign_in_code")
    fields = ("name", "email", "sign_in_code", "phone", "language")
    ordering = ("name", "pk")
    change_form_template = "admin/accounts/user/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).prefetch_related("staff_roles__site")
        user = request.user
        if not isinstance(user, User) or user.has_role(Role.ADMIN):
            return rows
        sites = user.sites(Role.COORDINATOR)
        reached = Q(participant__isnull=False)
        return rows.filter(reached if sites is None else Q(participant__site__in=sites))

    def get_list_filter(self, request: HttpRequest) -> Any:
        by_role = ("staff_roles__role",) if holds_admin(request) else ()
        return (*self.list_filter, *by_role)

    @admin.display(description=_("roles"))
    def shown_roles(self, person: User) -> str:
        held = [role for role in person.staff_roles.all() if role.ended_at is None]
        return ", ".join(f"{r.get_role_display()} ({r.site or _('every site')})" for r in held)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        obj.email = obj.email.lower() if obj.email else None
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        roles = self.admin_site.admin_view(self.roles_view)
        return [
            path("<int:pk>/roles/", roles, name="accounts_user_roles"),
            *super().get_urls(),
        ]

    def roles_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a role, end one, or close the account; each asks why."""
        if not holds_admin(request):
            raise PermissionDenied
        person = User.objects.filter(pk=pk).first()
        if person is None:
            raise Http404
        action = request.POST.get("action", "")
        grant = GrantForm(request.POST if action == "grant" else None, prefix="grant")
        ends = action in {"end", "close", "factor"}
        ending = ReasonForm(request.POST if ends else None, prefix=action)
        if request.method == "POST" and self._done(request, person, action, grant, ending):
            return redirect("admin:accounts_user_roles", pk)
        held = person.staff_roles.select_related("site").order_by("ended_at", "granted_at")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Roles of %(person)s") % {"person": person},
            "opts": self.opts,
            "person": person,
            "roles": held,
            "grant": grant,
            "end": ReasonForm(prefix="end"),
            "close": ReasonForm(prefix="close"),
            "factor": ReasonForm(prefix="factor"),
            "has_factor": Authenticator.objects.filter(user=person).exists(),
        }
        return TemplateResponse(request, "admin/accounts/user/roles.html", context)

    def _done(
        self, request: HttpRequest, person: User, action: str, grant: GrantForm, ending: ReasonForm
    ) -> bool:
        """Whether the asked action was done; otherwise the forms or a message say why not."""
        by = request.user
        assert isinstance(by, User)
        form = grant if action == "grant" else ending
        if not form.is_valid():
            messages.error(request, _("Please say why."))
            return False
        reason = form.cleaned_data["reason"]
        try:
            if action == "grant":
                role = Role(form.cleaned_data["role"])
                site = form.cleaned_data["site"]
                services.grant_role(user=person, role=role, site=site, by=by, reason=reason)
            elif action == "end":
                held = person.staff_roles.filter(pk=request.POST.get("held") or 0).first()
                if held is None:
                    raise Http404
                services.end_role(staff_role=held, by=by, reason=reason)
            elif action == "close":
                services.deactivate_user(user=person, by=by, reason=reason)
            elif action == "factor":
                services.remove_second_factor(user=person, by=by, reason=reason)
            else:
                return False
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return False
        messages.success(request, _("Done, and written into the trail."))
        return True

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        person = context.get("original")
        if person is not None and holds_admin(request):
            context["roles_url"] = reverse("admin:accounts_user_roles", args=[person.pk])
        return super().render_change_form(request, context, *args, **kwargs)
