"""What every admin page shares: who may look, who may change, and only at their own sites."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from accounts.roles import Role

SEES_PARTICIPANTS = frozenset({Role.COORDINATOR, Role.CLINICIAN, Role.MONITOR})


class StudyModelAdmin(admin.ModelAdmin):
    """Read-only unless a subclass names who changes; nothing is ever deleted here."""

    viewers: ClassVar[frozenset[Role]] = SEES_PARTICIPANTS
    changers: ClassVar[frozenset[Role]] = frozenset()
    site_path: ClassVar[str | None] = None
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = request.user
        return isinstance(user, User) and user.has_role(*(self.viewers | self.changers))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = request.user
        return isinstance(user, User) and user.has_role(*self.changers)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if self.site_path is None or not isinstance(request.user, User):
            return rows
        sites = request.user.sites(*(self.viewers | self.changers))
        return rows if sites is None else rows.filter(**{f"{self.site_path}__in": sites})
