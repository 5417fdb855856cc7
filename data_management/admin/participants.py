"""Participants: a list to find one, and a page that shows what happened."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core import clock
from data_management import presenters, selectors
from enrollment.admin.allocation import EnrolmentPages
from enrollment.admin.base import actor
from enrollment.admin.procedures import NAME as PROCEDURES
from enrollment.admin.procedures import WithProcedures, may_use
from enrollment.models import Participant
from logging_app.paper.access import coordinates, may_copy
from schedule import selectors as schedule
from schedule.presenters import week_name


@admin.register(Participant)
class ParticipantAdmin(EnrolmentPages, WithProcedures):
    """The list shows nobody's group: in the order of allocation it would tell the next one."""

    site_path = "site"
    list_display = (
        "study_id", "shown_alerts", "shown_state", "shown_week", "shown_last_log",
        "site",
    )  # fmt: skip
    list_filter = ("state", "site")
    search_fields = ("study_id",)
    search_help_text = _("Study id, as EX-001")
    list_select_related = ("site",)
    ordering = ("study_id",)

    class Media:
        css = {"all": ("data_management/desk.css",)}  # noqa: RUF012

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return selectors.participants_for_desk(super().get_queryset(request))

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, row: Participant) -> str:
        return row.get_state_display()

    @admin.display(description=_("study week"), ordering="-day_one")
    def shown_week(self, row: Participant) -> str:
        week = schedule.study_day(row, clock.now()).week
        return "–" if week is None else week_name(week)

    @admin.display(description=_("last log"), ordering="last_workout")
    def shown_last_log(self, row: Participant) -> str:
        return presenters.local_date(row, selectors.last_log(row))

    @admin.display(description=_("open alerts"), ordering="open_alerts")
    def shown_alerts(self, row: Any) -> SafeString | str:
        if not row.open_alerts:
            return "–"
        return format_html('<span class="desk-tag desk-tag--urgent">{}</span>', row.open_alerts)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What happened, by study week. Nothing is changed here."""
        participant = self.get_object(request, object_id)
        if participant is None:
            raise Http404
        if not self.has_view_permission(request, participant):
            raise PermissionDenied
        found = selectors.happened(participant, clock.now())
        context = {
            **self.admin_site.each_context(request),
            "title": participant.study_id,
            "opts": self.opts,
            "participant": participant,
            "facts": presenters.facts(participant, found),
            "alerts": presenters.open_alerts(found),
            "told": presenters.told(found),
            "weeks": presenters.timeline(participant, found),
            "person_url": self._person_url(request, participant),
            "procedures_url": self._procedures_url(request, participant),
            "copies": may_copy(actor(request), participant),
            "lends": coordinates(actor(request), participant),
        }
        return TemplateResponse(request, "admin/enrollment/participant/timeline.html", context)

    def _person_url(self, request: HttpRequest, participant: Participant) -> str:
        """Where name and telephone stand, for those who are to reach the person."""
        reaches = request.user.has_perm("enrollment.reach_person", participant)
        if not reaches or participant.user_id is None:
            return ""
        return reverse("admin:accounts_user_change", args=[participant.user_id])

    def _procedures_url(self, request: HttpRequest, participant: Participant) -> str:
        """Where leaving, moving and erasing are done, for those who may."""
        if not may_use(request.user, participant):
            return ""
        return reverse(f"admin:{PROCEDURES}", args=[participant.pk])
