"""Visits and answers, read-only, with each answer in words and the score by its published rule.
Coordinators add the total of a form on paper, where the study has such forms.

Raters never come here: the admin shows what a rater must not see.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import StudyModelAdmin
from accounts.models import User
from accounts.roles import Role
from accounts.row_history import who
from assessments import desk, selectors, services
from assessments.minding import WithMinding
from assessments.models import Response, Visit
from assessments.rater import admin as rater_admin  # noqa: F401
from core import clock
from core.errors import ConsentPending, Refused
from enrollment.models import Participant

COORDINATORS = frozenset({Role.COORDINATOR})


@admin.register(Visit)
class VisitAdmin(StudyModelAdmin):
    site_path = "participant__site"
    list_display = (
        "participant", "shown_code", "booked_at", "place", "rater", "done_on", "missed_reason",
    )  # fmt: skip
    list_filter = ("code", "participant__site")
    list_select_related = ("participant", "rater")
    search_fields = ("participant__study_id",)

    @admin.display(description=_("visit"), ordering="code")
    def shown_code(self, visit: Visit) -> str:
        return desk.visit_name(visit.code)


class TotalForm(forms.Form):
    """What is read off a paper form. Its words are not here: they may not be shipped."""

    participant = forms.ModelChoiceField(Participant.objects.none(), label=_("Participant"))
    form = forms.ChoiceField(label=_("Visit and form"))
    total = forms.IntegerField(
        label=_("Total"), min_value=0,
        help_text=_("The form's own total. Look at every answer first: whatever tells of danger "
                    "goes to the duty clinician now, as the safety plan says."),
    )  # fmt: skip
    filled_in_on = forms.DateField(
        label=_("Filled in by the participant on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    scored_by = forms.CharField(label=_("Added up by"), max_length=60)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites, person = by.sites(*COORDINATORS), self.fields["participant"]
        assert isinstance(person, forms.ModelChoiceField)
        rows = Participant.objects.order_by("study_id")
        person.queryset = rows if sites is None else rows.filter(site__in=sites)
        self.forms = {one.key: one for one in selectors.paper_forms()}
        choices = [(key, desk.paper_line(one)) for key, one in self.forms.items()]
        self.fields["form"].choices = choices  # type: ignore[attr-defined]

    def save(self, by: User) -> Response | None:
        """The row that was kept; None where the form now says why there is none."""
        asked = self.cleaned_data
        one = self.forms[asked["form"]]
        try:
            return services.record_total(
                participant=asked["participant"], visit=one.plan.code,
                instrument=one.instrument.code, total=asked["total"],
                filled_in_on=asked["filled_in_on"], scored_by=asked["scored_by"], by=by,
                now=clock.now(),
            )  # fmt: skip
        except ConsentPending:
            self.add_error(None, _("This participant has not signed the consent in force."))
        except Refused as refused:
            self.add_error(None, str(refused.text))
        except ValidationError as error:
            self.add_error(None, error)
        return None


@admin.register(Response)
class ResponseAdmin(WithMinding):
    adders = COORDINATORS
    site_path = "participant__site"
    list_display = (
        "participant", "shown_visit", "shown_instrument", "shown_score", "shown_standing",
        "submitted_at",
    )  # fmt: skip
    list_filter = (
        "instrument", "visit__code", ("voided_at", admin.EmptyFieldListFilter),
        "participant__site",
    )  # fmt: skip
    list_select_related = ("participant", "visit")
    search_fields = ("participant__study_id",)
    fields = (
        "participant", "shown_visit", "shown_instrument", "instrument_version", "shown_by",
        "submitted_at", "version", "shown_standing", "shown_score", "shown_answers", "shown_notes",
    )  # fmt: skip
    readonly_fields = (
        "shown_visit", "shown_instrument", "shown_by", "shown_standing", "shown_score",
        "shown_answers", "shown_notes",
    )  # fmt: skip

    class Media:
        css = {"all": ("data_management/desk.css",)}  # noqa: RUF012

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only totals of paper forms are added here, in a study that has such forms."""
        return bool(selectors.paper_forms()) and self._holds(request, self.adders)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The score from a paper form."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        by = request.user
        assert isinstance(by, User)
        form = TotalForm(request.POST or None, by=by)
        if request.method == "POST" and form.is_valid() and (row := form.save(by)) is not None:
            messages.success(request, _("Saved: %(row)s.") % {"row": desk.told(row)})
            return redirect("admin:assessments_response_change", row.pk)
        context = {
            **self.admin_site.each_context(request), "title": _("Score from a paper form"),
            "opts": self.opts, "form": form,
        }  # fmt: skip
        return TemplateResponse(request, "admin/assessments/response/total.html", context)

    @admin.display(description=_("visit"))
    def shown_visit(self, response: Response) -> str:
        return desk.visit_name(response.visit.code)

    @admin.display(description=_("instrument"), ordering="instrument")
    def shown_instrument(self, response: Response) -> str:
        return str(response.questionnaire.title)

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

    @admin.display(description=_("counts"))
    def shown_standing(self, response: Response) -> str:
        return desk.standing_words(response) or str(_("yes"))

    @admin.display(description=_("notes of staff"))
    def shown_notes(self, response: Response) -> SafeString:
        notes = response.annotations.select_related("by")
        lines = ((n.item or "–", n.words, n.by.name) for n in notes)
        return format_html_join("", "<p>{} · {} <small>{}</small></p>", lines)
