"""Notes beside answers and taking them out of the count, in the admin. For coordinators and
clinicians; the answers themselves have no form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import StudyModelAdmin
from accounts.models import User
from assessments import desk, services
from assessments.models import Response
from assessments.services.corrections import MINDERS, minds_answers
from core import clock
from core.errors import Refused

NAME = "assessments_response_mind"


class NoteForm(forms.Form):
    """Words beside all answers, or beside one."""

    item = forms.ChoiceField(label=_("Beside"), required=False)
    words = forms.CharField(
        label=_("Note"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays beside the answers; nobody can change or remove it."),
    )  # fmt: skip

    def __init__(self, *args: Any, response: Response, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = response.questionnaire.items
        named = [(item.key, f"{item.key}. {item.text}") for item in items]
        choices: Any = self.fields["item"]
        choices.choices = [("", _("all of it")), *named]


class VoidForm(forms.Form):
    reason = forms.CharField(label=_("Why does it not count?"), max_length=200)


class WithMinding(StudyModelAdmin):
    """Answers whose page leads to a note and to a void."""

    change_form_template = "admin/assessments/response/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.mind_view)
        return [path("<path:object_id>/mind/", view, name=NAME), *super().get_urls()]

    def mind_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The notes there are, a form for another, and a form to take the answers out."""
        by = request.user
        if not isinstance(by, User) or not by.has_role(*MINDERS):
            raise PermissionDenied
        row: Response | None = self.get_object(request, object_id)
        if row is None or not minds_answers(by, row.participant):
            raise Http404
        voids = request.POST.get("do") == "void"
        data = request.POST or None
        note = NoteForm(None if voids else data, response=row)
        void = VoidForm(data if voids else None)
        form = void if voids else note
        if request.method == "POST" and form.is_valid() and _done(row, by, form, voids=voids):
            messages.success(request, _("Done, and written into the trail."))
            return redirect("admin:assessments_response_change", row.pk)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "row": row,
            "title": desk.told(row), "note": note, "void": void,
            "notes": row.annotations.select_related("by"), "may_void": desk.may_be_voided(row),
        }  # fmt: skip
        return TemplateResponse(request, "admin/assessments/response/mind.html", context)


def _done(row: Response, by: User, form: forms.Form, *, voids: bool) -> bool:
    """Keep it; False where the form now says why it is not kept."""
    said, now = form.cleaned_data, clock.now()
    try:
        if voids:
            services.void_answers(response=row, reason=said["reason"], by=by, now=now)
        else:
            services.annotate(response=row, item=said["item"], words=said["words"], by=by, now=now)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    except Refused as refused:
        form.add_error(None, str(refused.text))
        return False
    return True
