"""What is done rarely to one participant, each with a reason and a line in the trail: leaving,
a new PIN, another site, the wrong person, and erasing who somebody was. For coordinators."""

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

from accounts.admin import ReasonForm
from accounts.admin_base import StudyModelAdmin
from accounts.models import Site, User
from accounts.roles import Role
from core import clock
from core.errors import Refused
from enrollment.admin.base import actor
from enrollment.join.forms import PinForm
from enrollment.models import Erasure, Participant
from enrollment.services import invitations, leaving

COORDINATORS = frozenset({Role.COORDINATOR})
NAME = "enrollment_participant_procedures"


class LeaveForm(forms.Form):
    """What stops; a reason only where one was given."""

    stop_exercise = forms.BooleanField(label=_("Stop the program"), required=False, initial=True)
    stop_contact = forms.BooleanField(label=_("Stop being contacted"), required=False)
    stop_data_use = forms.BooleanField(label=_("Stop the use of their data"), required=False)
    reason = forms.CharField(label=_("Reason, if they gave one"), max_length=200, required=False)


class NewPinForm(PinForm):
    """Turn the screen round: the person types it."""

    reason = forms.CharField(label=_("How did you recognise the person?"), max_length=200)


class MoveForm(ReasonForm):
    site = forms.ModelChoiceField(Site.objects.all(), label=_("To which site"))
    field_order = ("site", "reason")


class SureForm(ReasonForm):
    sure = forms.BooleanField(label=_("I know that this cannot be undone"))


FORMS: dict[str, type[forms.Form]] = {
    "leave": LeaveForm, "pin": NewPinForm, "move": MoveForm, "wrong": SureForm, "erase": SureForm,
}  # fmt: skip


def may_use(user: Any, participant: Participant) -> bool:
    """Coordinators of the participant's site."""
    if not isinstance(user, User) or not user.has_role(*COORDINATORS):
        return False
    sites = user.sites(*COORDINATORS)
    return sites is None or participant.site_id in sites


class WithProcedures(StudyModelAdmin):
    """A participant's page that leads to them."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.procedures_view)
        return [path("<path:object_id>/procedures/", view, name=NAME), *super().get_urls()]

    def procedures_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A form for each procedure that is possible now."""
        if not self.has_view_permission(request) or not actor(request).has_role(*COORDINATORS):
            raise PermissionDenied
        participant = self.get_object(request, object_id)
        if participant is None or not may_use(request.user, participant):
            raise Http404
        action = request.POST.get("action", "")
        bound = {
            name: form(request.POST if action == name else None, prefix=name)
            for name, form in FORMS.items()
        }
        if action in FORMS and self._done(request, participant, action, bound[action]):
            return redirect(f"admin:{NAME}", participant.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Procedures for %(id)s") % {"id": participant.study_id},
            "opts": self.opts,
            "participant": participant,
            "forms": bound,
            "may_leave": leaving.may_leave(participant),
            "may_erase": participant.state in leaving.GONE,
            "account_open": participant.user is not None and participant.user.is_active,
            "by_pin": participant.user is not None and not participant.user.email,
            "erasure": Erasure.objects.filter(participant=participant).first(),
        }
        return TemplateResponse(request, "admin/enrollment/participant/procedures.html", context)

    def _done(
        self, request: HttpRequest, participant: Participant, action: str, form: forms.Form
    ) -> bool:
        if not form.is_valid():
            return False
        try:
            _do(action, participant, actor(request), form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return False
        except Refused as refused:
            form.add_error(None, str(refused.text))
            return False
        messages.success(request, _("Done, and written into the trail."))
        return True


def _do(action: str, participant: Participant, by: User, asked: dict[str, Any]) -> None:
    now, reason = clock.now(), asked["reason"]
    if action == "leave":
        leaving.withdraw(
            participant=participant, by=by, now=now, reason=reason,
            stop_exercise=asked["stop_exercise"], stop_contact=asked["stop_contact"],
            stop_data_use=asked["stop_data_use"],
        )  # fmt: skip
    elif action == "pin":
        invitations.set_pin(participant=participant, pin=asked["secret"], by=by, reason=reason)
    elif action == "move":
        leaving.move_site(
            participant=participant, site=asked["site"], by=by, now=now, reason=reason
        )
    elif action == "wrong":
        leaving.void_enrollment(participant=participant, by=by, now=now, reason=reason)
    elif action == "erase":
        leaving.erase_identity(participant=participant, by=by, now=now, reason=reason)
