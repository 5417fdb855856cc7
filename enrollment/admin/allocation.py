"""A participant's way to allocation, as the coordinator sees it: what is missing, then the arm.

The allocation list itself has no page here and nowhere else.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

import protocol
from accounts.admin_base import StudyModelAdmin, tell_local_time
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.errors import Refused
from enrollment import selectors
from enrollment.models import BaselineRecord, DeviceIssue, Participant
from enrollment.screening import presenters
from enrollment.services import allocation, baseline, ready, screening

COORDINATORS = frozenset({Role.COORDINATOR})
States = Participant.State
NOT_YET_ALLOCATED = (Participant.State.INVITED, *Participant.BEFORE_ALLOCATION)


class AllocateForm(forms.Form):
    """One deliberate tick before what cannot be undone."""

    sure = forms.BooleanField(
        label=_lazy("Yes, give this person their place now. It cannot be taken back."),
        error_messages={"required": _lazy("Please tick this first.")},
    )


class CorrectSexForm(forms.Form):
    """The true sex of someone who was allocated in the wrong stratum."""

    sex = forms.ChoiceField(label=_lazy("sex"), choices=Participant.Sex.choices)
    reason = forms.CharField(label=_lazy("How was it found?"), max_length=200)


class EnrolmentPages(StudyModelAdmin):
    """The page `…/participant/<id>/enrolment/`, for the admin class of participants."""

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """A list filtered by arm in the address would tell every group, and so the next place."""
        hidden = lookup.partition("__")[0] in {"arm", "allocation_slot"}
        return not hidden and super().lookup_allowed(lookup, value, request)

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.enrolment_view)
        return [
            path("<path:object_id>/enrolment/", page, name="enrollment_participant_enrolment"),
            *super().get_urls(),
        ]

    def enrolment_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Each step with what is missing. Coordinators of the site lock and allocate here."""
        tell_local_time(request)
        person = self.get_object(request, object_id)
        if person is None:
            raise Http404
        if not self.has_view_permission(request, person):
            raise PermissionDenied
        acts = self._holds(request, COORDINATORS, person)
        allocate, correct = AllocateForm(), CorrectSexForm(initial={"sex": person.sex})
        status = 200
        if request.method == "POST":
            if not acts:
                raise PermissionDenied
            step = request.POST.get("step")
            if step == "allocate":
                allocate = AllocateForm(request.POST)
            elif step == "correct":
                correct = CorrectSexForm(request.POST)
            if _done(request, person, step, allocate, correct):
                return redirect("admin:enrollment_participant_enrolment", person.pk)
            status = 400
        context = {
            **self.admin_site.each_context(request),
            **_context(person),
            "title": _("Enrolment of %(person)s") % {"person": person},
            "opts": self.opts,
            "acts": acts,
            "allocate_form": allocate,
            "correct_form": correct,
        }
        template = "admin/enrollment/participant/enrolment.html"
        return TemplateResponse(request, template, context, status=status)


def _done(
    request: HttpRequest, person: Participant, step: str | None, allocate: AllocateForm,
    correct: CorrectSexForm,
) -> bool:  # fmt: skip
    """Whether the step was taken; else its form or a message says why not."""
    by, now = request.user, clock.now()
    assert isinstance(by, User)
    try:
        if step == "lock":
            baseline.lock_baseline(participant=person, by=by, now=now)
            messages.success(request, _("The baseline is locked."))
        elif step == "allocate":
            if not allocate.is_valid():
                return False
            allocation.allocate(participant=person, by=by, now=now)
        elif step == "correct":
            if not correct.is_valid():
                return False
            allocation.correct_sex(participant=person, by=by, now=now, **correct.cleaned_data)
            messages.success(request, _("Saved. The group stays as it was allocated."))
        else:
            return False
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except Refused as refused:
        messages.error(request, _why(refused))
    return True


def _why(refused: Refused) -> str:
    if isinstance(refused, ready.NotReady):
        words = "; ".join(presenters.missing_words(refused.missing))
        return _("%(why)s Missing: %(what)s.") % {"why": refused.text, "what": words}
    return str(refused.text)


def _context(person: Participant) -> dict[str, Any]:
    row = screening.of(person)
    locked = person.state in (States.READY, States.ALLOCATED, States.COMPLETED)
    parts = selectors.baseline_parts(person)
    return {
        "participant": person,
        "screening": row,
        "verdict": presenters.verdict_words(screening.verdict(person, row)) if row else None,
        "parts": [
            {"label": str(BaselineRecord.Part(code).label).capitalize(), "row": parts.get(code)}
            for code in ready.parts()
        ],
        "locked": locked,
        "lock_lacks": presenters.missing_words(ready.missing_for_baseline(person)),
        "may_lock": person.state == States.ELIGIBLE,
        "lacks": (
            presenters.missing_words(ready.missing_for_allocation(person, clock.now()))
            if person.state in NOT_YET_ALLOCATED
            else []
        ),
        "before": person.state in NOT_YET_ALLOCATED,
        "explained": DeviceIssue.objects.filter(
            participant=person, device_explained=True, scales_explained=True
        ).exists(),
        "arm": str(protocol.current().arm(person.arm).label) if person.arm else "",
    }
