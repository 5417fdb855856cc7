"""/screening/: the participant's half on one page, then what is known and what comes next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.roles import Role
from core import clock
from core.errors import ConsentPending, Refused
from enrollment import selectors, unsent
from enrollment.guard import answer as refusal
from enrollment.guard import page
from enrollment.models import Participant
from enrollment.screening import forms, presenters
from enrollment.screening.forms import OwnHalfForm
from enrollment.selectors import account, own_participant
from enrollment.services import screening


@require_http_methods(["GET", "POST"])
@page(Role.PARTICIPANT)
def own_half(request: HttpRequest) -> HttpResponse:
    """No health question before consent; after the decision, what it means."""
    participant = own_participant(request)
    row = screening.of(participant)
    stands = presenters.where_it_stands(participant, row)
    if request.method == "POST":
        return _save(request, participant, OwnHalfForm(request.POST))
    if stands == "over":
        return redirect("today")
    if stands in ("not_eligible", "eligible"):
        return _result(request, participant, stands)
    if reason := selectors.refusal(participant, clock.now()):
        if reason is ConsentPending:
            return render(request, "enrollment/screening_closed.html")
        return refusal(request, reason())  # type: ignore[return-value]
    if stands == "sent" and "change" not in request.GET:
        return _result(request, participant, stands)
    typed = unsent.take(request, clock.now())
    form = OwnHalfForm(typed, initial=forms.stored(participant, row))
    form.unsaved = typed is not None
    return _form_page(request, form)


def _save(request: HttpRequest, participant: Participant, form: OwnHalfForm) -> HttpResponse:
    if (reason := selectors.refusal(participant, clock.now())) is not None:
        return refusal(request, reason())  # type: ignore[return-value]
    if not form.is_valid():
        return _form_page(request, form, status=400)
    try:
        screening.save_own_half(
            participant=participant, answers=form.answers(), by=account(request), now=clock.now()
        )
    except ValidationError as error:
        for name, found in error.message_dict.items():
            for message in found:
                form.add_error(name if name in form.fields else None, message)
        return _form_page(request, form, status=400)
    except Refused as refused:
        return refusal(request, refused)  # type: ignore[return-value]
    messages.success(request, _("Saved. Thank you."))
    return redirect("screening")


def _result(request: HttpRequest, participant: Participant, stands: str) -> HttpResponse:
    steps = presenters.next_steps(participant, selectors.baseline_parts(participant))
    context: dict[str, Any] = {
        "stands": stands,
        "site": participant.site,
        "steps": steps if stands == "eligible" else [],
        "more": presenters.asks_more(participant),
        "lines": selectors.crisis_lines(participant) if stands == "not_eligible" else [],
    }
    return render(request, "enrollment/screening_result.html", context)


def _form_page(request: HttpRequest, form: OwnHalfForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "owner": unsent.owner_note(account(request))}
    return render(request, "enrollment/screening.html", context, status=status)
