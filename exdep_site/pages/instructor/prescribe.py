"""The plan: one card for each kind of session, a look at what it means, and then it is kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core import clock
from core.errors import Refused
from enrollment.selectors import account
from exdep_site.pages.instructor import plan_desk
from exdep_site.pages.instructor.access import frame, instructors_page, looked_after_or_404
from exdep_site.pages.instructor.plan_desk import Desk
from schedule.forms import PlanForm
from schedule.selectors import clinicians_of
from schedule.services.prescribing import prescribe as keep_version

OUTSIDE = ("outside_by", "outside_reason")
NOT_TYPED = {"csrfmiddlewaretoken", "check", "save", "change", *OUTSIDE}


@require_http_methods(["GET", "POST"])
@instructors_page
def plan(request: HttpRequest, study_id: str) -> HttpResponse:
    """Prescribe, or change a prescription: type, check, save."""
    person = looked_after_or_404(request, study_id)
    found = plan_desk.desk_for(person, clock.now(), request.GET.get("base", ""))
    clinicians = clinicians_of(person)
    if found.over:
        context = {**frame("roster"), "person": person}
        return render(request, "instructor/prescribe_over.html", context)
    if request.method == "GET":
        return _form(request, found, plan_desk.bound(found, clinicians))
    form = plan_desk.bound(found, clinicians, request.POST)
    if "change" in request.POST:
        return _form(request, found, form)
    if not form.is_valid():
        return _form(request, found, form, status=400)
    if "save" in request.POST:
        return _save(request, found, form, clinicians)
    return _review(request, found, form)


def _save(
    request: HttpRequest, found: Desk, form: PlanForm, clinicians: list[User]
) -> HttpResponse:
    data, content = form.cleaned_data, form.plan()
    named = {str(one.pk): one for one in clinicians}
    try:
        keep_version(
            participant=found.person, plan=content, by=account(request), now=clock.now(),
            from_week=data.get("from_week", 1), starts_on=data.get("starts_on"),
            reason=form.reason_words(), origin=found.origin(content),
            outside_by=named.get(data["outside_by"]), outside_reason=data["outside_reason"],
            over=data["over"],
        )  # fmt: skip
    except ValidationError as error:
        form.show(error)
        if set(form.errors) <= set(OUTSIDE):
            return _review(request, found, form, status=400)
        return _form(request, found, form, status=400)
    except Refused as refused:
        form.add_error(None, str(refused.text))
        return _form(request, found, form, status=refused.status)
    messages.success(request, _("The plan is kept. The participant sees it when its week begins."))
    return redirect("instructor_person", study_id=found.person.study_id)


def _form(request: HttpRequest, found: Desk, form: PlanForm, status: int = 200) -> HttpResponse:
    context = {
        **frame("roster"), **plan_desk.standing(found), "person": found.person, "form": form,
        "first": found.newest is None,
    }  # fmt: skip
    return render(request, "instructor/prescribe.html", context, status=status)


def _review(request: HttpRequest, found: Desk, form: PlanForm, status: int = 200) -> HttpResponse:
    context = {
        **frame("roster"), **plan_desk.review(found, form), "person": found.person, "form": form,
        "typed": _typed(request.POST), "base": found.base,
    }  # fmt: skip
    return render(request, "instructor/prescribe_review.html", context, status=status)


def _typed(data: QueryDict) -> list[tuple[str, Any]]:
    """What was typed, to go along until it is kept."""
    return [(name, value) for name, values in data.lists() if name not in NOT_TYPED
            for value in values]  # fmt: skip
