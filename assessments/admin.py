"""Visits and answers, read-only, with each answer in words and the score by its published rule.

Raters never come here: the admin shows what a rater must not see.
"""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

import protocol
from accounts.admin_base import StudyModelAdmin
from accounts.row_history import who
from assessments import desk
from assessments.models import Response, Visit


@admin.register(Visit)
class VisitAdmin(StudyModelAdmin):
    site_path = "participant__site"
    list_display = ("participant", "shown_code", "done_on", "missed_reason")
    list_filter = ("code", "participant__site")
    list_select_related = ("participant",)
    search_fields = ("participant__study_id",)

    @admin.display(description=_("visit"), ordering="code")
    def shown_code(self, visit: Visit) -> str:
        return desk.visit_name(visit.code)


@admin.register(Response)
class ResponseAdmin(StudyModelAdmin):
    site_path = "participant__site"
    list_display = ("participant", "shown_visit", "shown_instrument", "shown_score", "submitted_at")
    list_filter = ("instrument", "visit__code", "participant__site")
    list_select_related = ("participant", "visit")
    search_fields = ("participant__study_id",)
    fields = (
        "participant", "shown_visit", "shown_instrument", "instrument_version", "shown_by",
        "submitted_at", "shown_score", "shown_answers",
    )  # fmt: skip
    readonly_fields = (
        "shown_visit", "shown_instrument", "shown_by", "shown_score", "shown_answers",
    )  # fmt: skip

    class Media:
        css = {"all": ("data_management/desk.css",)}  # noqa: RUF012

    @admin.display(description=_("visit"))
    def shown_visit(self, response: Response) -> str:
        return desk.visit_name(response.visit.code)

    @admin.display(description=_("instrument"), ordering="instrument")
    def shown_instrument(self, response: Response) -> str:
        return str(protocol.instrument(response.instrument).title)

    @admin.display(description=_("answered by"))
    def shown_by(self, response: Response) -> str:
        return who(response.answered_by)

    @admin.display(description=_("score"))
    def shown_score(self, response: Response) -> str:
        return desk.score_line(response)

    @admin.display(description=_("answers"))
    def shown_answers(self, response: Response) -> SafeString:
        rows = format_html_join(
            "", "<dt>{}</dt><dd>{}</dd>",
            ((line.question, line.answer) for line in desk.answers(response)),
        )  # fmt: skip
        return format_html_join("", '<dl class="desk-answers">{}</dl>', [(rows,)])
