"""The protocol's assumed choices on the desk: what is open, the form to confirm, what was."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

import protocol
from accounts.admin_base import StudyModelAdmin
from core import clock
from core.errors import NotFound
from enrollment import selectors
from enrollment.admin.base import actor
from enrollment.models import ProtocolConfirmation
from enrollment.services.protocol import CONFIRMERS, confirm_assumption
from protocol import Assumption


class ConfirmForm(forms.Form):
    """A tick for each open choice, and room for a note. Nothing is ticked beforehand."""

    words = forms.CharField(
        label=_("Note, if there is one"), max_length=400, required=False,
        help_text=_("As “decided at the meeting of 3 March”. It is kept with each."),
    )  # fmt: skip

    def __init__(self, *args: Any, choices: tuple[Assumption, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices
        ticks = {
            f"choice_{row.code}": forms.BooleanField(label=row.choice, required=False)
            for row in choices
        }
        self.fields = {**ticks, **self.fields}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.ticked():
            raise forms.ValidationError(_("Please tick what you confirm."))
        return cleaned

    def ticked(self) -> list[Assumption]:
        """The choices that were confirmed."""
        return [row for row in self.choices if self.cleaned_data.get(f"choice_{row.code}")]


@admin.register(ProtocolConfirmation)
class ProtocolConfirmationAdmin(StudyModelAdmin):
    changers = frozenset(CONFIRMERS)
    may_add = True
    list_display = ("code", "choice", "study_name", "protocol_version", "confirmed_by", "at")
    list_filter = ("study_name", "protocol_version")
    list_select_related = ("confirmed_by",)
    fields = ("study_name", "protocol_version", "code", "choice", "confirmed_by", "at", "words")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Every choice that is open, to be read and confirmed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ConfirmForm(request.POST or None, choices=selectors.unconfirmed_assumptions())
        if request.method == "POST" and form.is_valid():
            self._confirm(request, form)
            return redirect("admin:enrollment_protocolconfirmation_add")
        context = {
            **self.admin_site.each_context(request),
            "title": _("What the protocol assumes"),
            "opts": self.opts, "form": form, "study": protocol.current(),
            "confirmed": selectors.confirmed_assumptions(),
        }  # fmt: skip
        template = "admin/enrollment/protocolconfirmation/confirm.html"
        return TemplateResponse(request, template, context)

    def _confirm(self, request: HttpRequest, form: ConfirmForm) -> None:
        ticked = form.ticked()
        try:
            for row in ticked:
                confirm_assumption(
                    code=row.code, choice=row.choice, words=form.cleaned_data["words"],
                    by=actor(request), now=clock.now(),
                )  # fmt: skip
        except NotFound:
            messages.error(request, _("The protocol has changed meanwhile. Please read it again."))
            return
        said = ngettext("%(n)d choice is confirmed.", "%(n)d choices are confirmed.", len(ticked))
        messages.success(request, said % {"n": len(ticked)})
