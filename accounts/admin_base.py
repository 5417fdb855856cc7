"""What every admin page shares: who may look, who may change, and only at their own sites."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Site, User
from accounts.roles import SEES_PARTICIPANTS, Role
from accounts.row_changes import save_row
from accounts.row_history import versions


class WithReason(forms.ModelForm):
    """A form whose changes say why; a new row needs no reason."""

    reason = forms.CharField(
        label=_("Why is this changed?"), max_length=200, required=False,
        help_text=_("Kept beside the earlier values."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reason" in self.fields:
            self.fields["reason"].required = self.instance.pk is not None


class StudyModelAdmin(admin.ModelAdmin):
    """Read-only unless a subclass names who changes; nothing is ever deleted here.

    `site_path` leads from the row to its site ("participant__site"): people see the rows of the
    sites where they hold one of `viewers`, and change those where they hold one of `changers`.
    """

    viewers: ClassVar[frozenset[Role]] = SEES_PARTICIPANTS
    changers: ClassVar[frozenset[Role]] = frozenset()
    may_add: ClassVar[bool] = False
    site_path: ClassVar[str | None] = None
    list_per_page = 50
    show_full_result_count = False
    object_history_template = "admin/row_history.html"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._holds(request, self.viewers | self.changers, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._holds(request, self.changers, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and self._holds(request, self.changers)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.at_sites(
            super().get_queryset(request), request.user, self.viewers | self.changers
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        tell_local_time(request)
        title = str(self.opts.verbose_name_plural)
        context = {"title": title[:1].upper() + title[1:], **(extra_context or {})}
        return super().changelist_view(request, context)

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:  # fmt: skip
        tell_local_time(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def at_sites(self, rows: QuerySet[Any], user: Any, roles: frozenset[Role]) -> QuerySet[Any]:
        """The rows of the sites where `user` holds one of `roles`."""
        sites = user.sites(*roles) if isinstance(user, User) else frozenset()
        if self.site_path is None or sites is None:
            return rows
        return rows.filter(**{f"{self.site_path}__in": sites})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who only looks is not asked why."""
        fields = super().get_fields(request, obj)
        if self.has_change_permission(request, obj) and obj is not None:
            return fields
        return [name for name in fields if name != "reason"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        save_row(
            row=obj, by=request.user, changed=form.changed_data, new=not change,
            reason=form.cleaned_data.get("reason", ""),
        )  # fmt: skip

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """What lies at another site is not there, as everywhere on the site."""
        raise Http404

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """The trail and the row's history tell it; Django's own log would be a third telling."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """As `log_addition`."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Every version of a row: who, when, why, and what changed."""
        tell_local_time(request)
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(row)s") % {"row": row},
            "subtitle": None,
            "row": row,
            "opts": self.opts,
            "versions": versions(row),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def _holds(self, request: HttpRequest, roles: frozenset[Role], obj: Any = None) -> bool:
        user = request.user
        if not isinstance(user, User) or not user.has_role(*roles):
            return False
        if not isinstance(obj, models.Model) or self.site_path is None:
            return True
        sites = user.sites(*roles)
        return sites is None or site_id(obj, self.site_path) in sites


def tell_local_time(request: HttpRequest) -> None:
    """Times on the desk are those of its sites where these share one zone, else UTC. The guard's
    middleware ends it with the request."""
    sites = request.user.sites(*Role) if isinstance(request.user, User) else frozenset()
    rows = Site.objects.all() if sites is None else Site.objects.filter(pk__in=sites)
    zones = set(rows.values_list("zone", flat=True))
    if len(zones) == 1:
        timezone.activate(ZoneInfo(zones.pop()))


def site_id(row: models.Model, path: str) -> int | None:
    """The id of the site that a row belongs to; None where it has none."""
    *steps, last = path.split("__")
    found: Any = row
    for step in steps:
        found = getattr(found, step, None)
    return getattr(found, f"{last}_id", None)
