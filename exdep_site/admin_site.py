"""Django's admin as the coordinators' room: our guard, our sign-in page, our home page."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import StudyModelAdmin
from core import clock
from enrollment.guard import ADMIN_SITE, judge


class StudyAdminSite(AdminSite):
    site_title = _("Study desk")
    site_header = _("Study desk")
    index_title = _("What would you like to look at?")
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        refused = judge(
            user=request.user, session=request.session, needs=ADMIN_SITE, now=clock.now()
        )
        return refused is None

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only this study's own pages: those of other packages (second factors, sessions, groups)
        ask neither for a role nor for a reason, and leave no line in the trail."""
        if admin_class is not None and issubclass(admin_class, StudyModelAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """The account's own page, which leaves a line in the trail; Django's would not."""
        return redirect("account_change_password")
