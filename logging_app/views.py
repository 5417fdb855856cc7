"""The log's pages: fetch through the owner, bind, call one service, render."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.roles import Role
from core import clock
from core.errors import EditConflict, Refused
from enrollment import unsent
from enrollment.guard import answer, page
from enrollment.models import Participant
from enrollment.selectors import account, own_participant, refusal
from logging_app import forms, presenters, selectors, services
from logging_app.forms import WorkoutForm
from logging_app.models import Workout

participants_own = page(Role.PARTICIPANT, gate_writes=True)
# The form answers a refusal by itself, with what was typed; the service behind it asks the gate.
participants_form = page(Role.PARTICIPANT)


@require_http_methods(["GET", "POST"])
@participants_form
def log(request: HttpRequest) -> HttpResponse:
    """Log a workout afterwards, preset from the session that is due.

    The address carries the entry's uuid, so that going back to a saved entry corrects it.
    """
    participant = own_participant(request)
    if request.method == "POST":
        return _save(request, participant, WorkoutForm(request.POST, zone=participant.tz), None)
    if reason := refusal(participant, clock.now()):
        return render(request, "logging_app/closed.html", {"text": presenters.why_closed(reason)})
    uuid = forms.uuid_or_none(request.GET.get("entry"))
    if uuid is None:
        query = request.GET.copy()
        query["entry"] = str(uuid4())
        return redirect(f"{reverse('log')}?{query.urlencode()}")
    if selectors.has_workout(participant, uuid):
        return redirect("log_change", uuid=uuid)
    return _form_page(request, _new_form(request, participant, uuid), None)


def _new_form(request: HttpRequest, participant: Participant, uuid: UUID) -> WorkoutForm:
    now = clock.now()
    if (typed := unsent.take(request, now)) is not None:
        return forms.unsaved(typed, participant.tz)
    due = selectors.due_preset(
        selectors.week_sessions(participant, now), request.GET.get("session")
    )
    initial = forms.preset(due, now, participant.tz, uuid)
    return WorkoutForm(initial=initial, zone=participant.tz)


@require_http_methods(["GET", "POST"])
@participants_form
def change(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Correct an entry; the earlier values are kept."""
    participant = own_participant(request)
    workout = selectors.own_workout(participant, uuid)
    if request.method == "POST":
        form = WorkoutForm(request.POST, zone=workout.tz)
        return _save(request, participant, form, workout)
    if workout.voided_at is not None:
        return redirect("log_entry", uuid=uuid)
    if (typed := unsent.take(request, clock.now())) is not None:
        form = forms.unsaved(typed, workout.tz)
    else:
        form = WorkoutForm(initial=forms.stored(workout, workout.tz), zone=workout.tz)
    return _form_page(request, form, workout)


def _save(
    request: HttpRequest, participant: Participant, form: WorkoutForm, workout: Workout | None
) -> HttpResponse:
    if not form.is_valid():
        return _form_page(request, form, workout, status=400)
    edit = form.cleaned_data["edit"]
    uuid = workout.pk if workout else form.cleaned_data["uuid"]
    try:
        recorded = services.record_workout(
            participant=participant,
            uuid=uuid,
            edit=edit,
            entry=form.entry(workout),
            sets=selectors.set_lines(workout) if workout else (),
            by=account(request),
            now=clock.now(),
        )
    except ValidationError as error:
        form.show(error)
        return _form_page(request, form, workout, status=400)
    except EditConflict:
        return _ask_again(request, participant, form, uuid)
    except Refused as refused:
        form.add_error(None, _("%(why)s This is not saved.") % {"why": refused.text})
        return _form_page(request, form, workout, status=refused.status)
    if recorded.workout.edit > edit:
        return _ask_again(request, participant, form, uuid)
    messages.success(request, _("Saved. Thank you."))
    return redirect("log_entry", uuid=recorded.workout.pk)


def _ask_again(
    request: HttpRequest, participant: Participant, form: WorkoutForm, uuid: UUID
) -> HttpResponse:
    """The entry holds other words by now: nothing is overwritten until the person says so."""
    latest = selectors.own_workout(participant, uuid)
    form.offer_again(edit=latest.edit + 1)
    return _form_page(request, form, latest, status=409)


def _form_page(
    request: HttpRequest, form: WorkoutForm, workout: Workout | None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "workout": workout,
        "owner": unsent.owner_note(account(request)),
        "active_nav": "log",
        "symptoms": presenters.with_advice(form["symptoms"]),
        "ambulance": presenters.ambulance(own_participant(request).site.region),
        "folded": [form[name] for name in forms.FOLDED],
        "folded_open": any(form[name].errors for name in forms.FOLDED),
    }
    return render(request, "logging_app/log.html", context, status=status)


@require_GET
@participants_own
def entry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One entry as it stands, with what to do where something was wrong."""
    participant = own_participant(request)
    workout = selectors.own_workout(participant, uuid)
    advice = presenters.what_to_do(workout)
    context = {
        "workout": workout,
        "row": presenters.workout_row(workout),
        "facts": presenters.facts(workout),
        "advice": advice,
        "urgent": any(line["tone"] == "urgent" for line in advice),
        "ambulance": presenters.ambulance(participant.site.region),
        "active_nav": "history",
    }
    return render(request, "logging_app/entry.html", context)


@require_POST
@participants_own
def take_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Void an entry that was a mistake; its session is open again."""
    try:
        services.void_workout(
            participant=own_participant(request), uuid=uuid, by=request.user, now=clock.now(),  # type: ignore[arg-type]
            reason=request.POST.get("reason") or _("taken back by the participant"),
        )  # fmt: skip
    except Refused as refused:
        return answer(request, refused)  # type: ignore[return-value]
    messages.success(request, _("Taken back. The study keeps a note that it was there."))
    return redirect("history")


@require_GET
@participants_own
def history(request: HttpRequest) -> HttpResponse:
    """What was logged, by week, newest first."""
    participant = own_participant(request)
    rows = Paginator(selectors.workouts(participant), 30).get_page(request.GET.get("page"))
    weeks = [
        (week, [presenters.workout_row(workout) for workout in group])
        for week, group in groupby(rows, lambda w: selectors.study_week(w, participant))
    ]
    context = {"weeks": weeks, "page": rows, "active_nav": "history"}
    return render(request, "logging_app/history.html", context)
