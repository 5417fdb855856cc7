"""Adverse events: the list, and one of them with its steps."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.errors import Forbidden, Refused
from enrollment.guard import answer as refusal
from enrollment.guard import page
from enrollment.selectors import account
from safety import events_presenters as presenters
from safety import selectors
from safety.events_forms import AssessmentForm, NoteForm
from safety.models import ANSWERS_ALERTS, WATCH_ALERTS, AdverseEvent
from safety.services import events as services
from safety.views import nav


@require_http_methods(["GET", "POST"])
@page(*WATCH_ALERTS)
def events(request: HttpRequest) -> HttpResponse:
    """What waits for a clinician's look, everything else, and a note of what somebody told."""
    user, now = account(request), clock.now()
    may_note = user.has_role(*services.NOTES)
    if request.method == "POST" and not may_note:
        return refusal(request, Forbidden())  # type: ignore[return-value]
    form = NoteForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            services.tell_event(**form.cleaned_data, by=user, now=now)
        except ValidationError as error:
            form.add_error(None, error)
        except Refused as refused:
            return refusal(request, refused)  # type: ignore[return-value]
        else:
            messages.success(request, _("Noted. A clinician assesses it."))
            return redirect("safety_events")
    found = [presenters.row(event, now) for event in selectors.visible_events(user)]
    state = AdverseEvent.State
    lists = {"waiting": state.DRAFT, "to_sign": state.ASSESSED, "signed": state.COUNTERSIGNED,
             "none": state.DISMISSED}  # fmt: skip
    context = {
        **{name: [row for row in found if row["event"].state == of] for name, of in lists.items()},
        "form": form if may_note else None, "staff_nav": nav(user), "active_nav": "events",
    }  # fmt: skip
    return render(request, "safety/events.html", context, status=400 if form.errors else 200)


@require_GET
@page(*WATCH_ALERTS)
def event(request: HttpRequest, event_id: int) -> HttpResponse:
    """One event: what is known, what was done, and what can be."""
    return _page(request, _event(request, event_id))


@require_POST
@page(ANSWERS_ALERTS)
def assess(request: HttpRequest, event_id: int) -> HttpResponse:
    """A clinician assesses it, or corrects the assessment."""
    row = _event(request, event_id)
    form = AssessmentForm(request.POST, instance=row)
    if not form.is_valid():
        return _page(request, row, form, status=400)
    try:
        services.assess(
            event=row, entry=form.entry(), reason=form.cleaned_data.get("reason", ""),
            by=account(request), now=clock.now(),
        )  # fmt: skip
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, row, form, status=400)
    except Refused as refused:
        return refusal(request, refused)  # type: ignore[return-value]
    messages.success(request, _("Kept, with your name and the time."))
    return redirect("safety_event", event_id=event_id)


@require_POST
@page(*services.REPORTS)
def event_step(request: HttpRequest, event_id: int) -> HttpResponse:
    """Countersign it, say that it was reported, or that it is no adverse event."""
    row, by, now = _event(request, event_id), account(request), clock.now()
    try:
        match request.POST.get("step"):
            case "countersign":
                services.countersign(event=row, by=by, now=now)
            case "report":
                services.mark_reported(event=row, by=by, now=now)
            case "dismiss":
                services.dismiss(event=row, reason=request.POST.get("reason", ""), by=by, now=now)
            case _:
                messages.error(request, _("Please choose a step."))
                return redirect("safety_event", event_id=event_id)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except Refused as refused:
        return refusal(request, refused)  # type: ignore[return-value]
    else:
        messages.success(request, _("Kept, with your name and the time."))
    return redirect("safety_event", event_id=event_id)


def _event(request: HttpRequest, pk: int) -> AdverseEvent:
    return get_object_or_404(selectors.visible_events(account(request)), pk=pk)


def _page(
    request: HttpRequest, row: AdverseEvent, form: AssessmentForm | None = None, status: int = 200
) -> HttpResponse:
    user, now = account(request), clock.now()
    context = {
        "row": presenters.row(row, now), "facts": presenters.facts(row),
        "history": presenters.history(row), "may": presenters.may(row, user),
        "form": form or AssessmentForm(instance=row),
        "staff_nav": nav(user), "active_nav": "events",
    }  # fmt: skip
    return render(request, "safety/event.html", context, status=status)
