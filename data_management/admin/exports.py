"""The study's data as a ZIP, and who took which."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import StudyModelAdmin
from accounts.models import User
from accounts.roles import Role
from core import clock
from data_management import selectors
from data_management.forms import DownloadForm
from data_management.models import Export


@admin.register(Export)
class ExportAdmin(StudyModelAdmin):
    viewers = frozenset({Role.COORDINATOR, Role.ADMIN, Role.MONITOR})
    list_display = ("made_at", "kind", "identified", "shown_filters", "by", "manifest_sha256")
    list_select_related = ("by",)

    @admin.display(description=_("limited to"))
    def shown_filters(self, export: Export) -> str:
        sites = export.filters.get("sites")
        return str(_("every site")) if sites is None else ", ".join(sites)

    def get_urls(self) -> list[URLPattern]:
        download = self.admin_site.admin_view(self.download_view)
        return [
            path("download/", download, name="data_management_export_download"),
            *super().get_urls(),
        ]

    def download_view(self, request: HttpRequest) -> HttpResponse | FileResponse:
        """Asks what is wanted, and gives it as an attachment. Coordinators and administrators."""
        user = request.user
        if not isinstance(user, User) or not selectors.may_export(user):
            raise PermissionDenied
        form = DownloadForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return self._zip(form, user)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("Download the study’s data"),
            "opts": self.opts,
            "form": form,
            "sites": selectors.sites_of(user),
        }
        return TemplateResponse(request, "admin/data_management/export/download.html", context)

    def _zip(self, form: DownloadForm, user: User) -> FileResponse:
        # Here, so that a process which exports nothing starts without pandas.
        from data_management import files, services

        now = clock.now()
        name = f"study-data-{now:%Y-%m-%d}-{form.wanted.value}"
        with tempfile.TemporaryDirectory(prefix="export-") as folder:
            out = Path(folder) / "data"
            services.make_export(
                out=out, kind=form.wanted, identified=form.cleaned_data["identified"], by=user,
                now=now,
            )  # fmt: skip
            archive = files.zipped(out, name)
        response = FileResponse(
            archive, as_attachment=True, filename=f"{name}.zip", content_type="application/zip"
        )
        response["Cache-Control"] = "no-store"
        return response
