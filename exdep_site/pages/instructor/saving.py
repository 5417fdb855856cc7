"""How a form about one participant is shown, kept, and never lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

from core import clock
from core.errors import Refused
from enrollment import unsent
from enrollment.models import Participant
from enrollment.selectors import account
from exdep_site.pages.instructor.access import frame
from exdep_site.pages.instructor.forms import Typed

Keep = Callable[[Any], object]


def typed(request: HttpRequest) -> Any:
    """What was sent, or what waits since the sign-in ended; None on a first look."""
    if request.method == "POST":
        return request.POST
    return unsent.take(request, clock.now())


def form_page(
    request: HttpRequest,
    person: Participant,
    form: Typed,
    keep: Keep,
    *,
    title: str | Promise,
    saved: str | Promise,
    template: str = "instructor/form.html",
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Save what was sent and go back to the person, or show the form with what stands against."""
    status = 200
    if request.method == "POST":
        status = _save(form, keep)
        if status == 200:
            messages.success(request, str(saved))
            return redirect("instructor_person", study_id=person.study_id)
    else:
        form.unsaved = form.is_bound
    context = {
        **frame("roster"), "participant": person, "form": form, "title": title,
        "owner": unsent.owner_note(account(request)), **(more or {}),
    }  # fmt: skip
    return render(request, template, context, status=status)


def _save(form: Typed, keep: Keep) -> int:
    if not form.is_valid():
        return 400
    try:
        keep(form)
    except ValidationError as error:
        form.show(error)
        return 400
    except Refused as refused:
        form.add_error(None, str(refused.text))
        return refused.status
    return 200
