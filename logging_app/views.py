"""The log's pages: fetch through the owner, bind, call one service, render."""

from __future__ import annotations

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
from enrollment.selectors import account, ambulance, own_participant, refusal
from logging_app import forms, offered, presenters, selectors, services, versions
from logging_app import history as reading
from logging_app.checkins.log import only_who_exercises
from logging_app.forms import SessionForm, WorkoutForm, sets
from logging_app.models import Workout
from logging_app.photos.selectors import photo_of
from logging_app.readiness import begun

PER_PAGE = 30
participants_own = page(Role.PARTICIPANT, gate_writes=True)
# The form answers a refusal by itself, with what was typed; the service behind it asks the gate.
participants_form = page(Role.PARTICIPANT)


@require_http_methods(["GET", "POST"])
@participants_form
@only_who_exercises
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
    due = _due(request, participant)
    last = selectors.last_of_kind(participant)
    plan = due.plan if due else None
    before = last.get(plan.modality) if plan else max(
        last.values(), key=lambda workout: workout.started_at, default=None
    )  # fmt: skip
    initial = forms.preset(plan, now, participant.tz, uuid, before)
    running = begun.found(request, now)
    if running is not None and running.entry == uuid:
        initial |= forms.after(running, now, participant.tz)
    return WorkoutForm(initial=initial, zone=participant.tz)


def _due(request: HttpRequest, participant: Participant) -> selectors.WeekSession | None:
    now = clock.now()
    sessions = selectors.week_sessions(participant, now)
    today = clock.local_date(now, participant.tz)
    return selectors.due_session(sessions, request.GET.get("session"), on=today)


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
        form.keep_what_the_page_cannot_say(workout)
    return _form_page(request, form, workout)


def _save(
    request: HttpRequest, participant: Participant, form: WorkoutForm, workout: Workout | None
) -> HttpResponse:
    lines, wrong = sets.read(sets.posted(request.POST))
    if "sets_shown" not in request.POST:
        lines = selectors.set_lines(workout) if workout else []
    for line in wrong:
        form.add_error(None, line)
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
            sets=lines,
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
    running = begun.found(request, clock.now())
    if running is not None and running.entry == recorded.workout.pk:
        begun.forget(request)
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
    participant, user = own_participant(request), account(request)
    context = {
        **offered.form_page(request, participant, form, workout),
        "owner": unsent.owner_note(user),
        "active_nav": "log",
        "symptoms": presenters.with_advice(form["symptoms"]),
        "ambulance": ambulance(participant.site.region),
    }
    return render(request, "logging_app/log.html", context, status=status)


@require_GET
@participants_own
def entry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One entry as it stands, with what to do where something was wrong."""
    participant = own_participant(request)
    workout = selectors.own_workout(participant, uuid)
    advice = presenters.what_to_do(workout)
    lines = selectors.lines(workout)
    context = {
        "workout": workout,
        "row": presenters.workout_row(workout),
        "facts": presenters.facts(workout),
        "lines": [versions.line_words(line) for line in lines],
        "earlier": versions.earlier(workout),
        "photo": photo_of(workout),
        "answers": presenters.answers_line(
            workout, selectors.fitting_sessions(workout, participant, clock.now())
        ),
        "advice": advice,
        "urgent": any(line["tone"] == "urgent" for line in advice),
        "ambulance": ambulance(participant.site.region),
        "active_nav": "history",
    }
    return render(request, "logging_app/entry.html", context)


@require_http_methods(["GET", "POST"])
@participants_own
def session(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say which session of its week an entry answers, or that it answers none."""
    participant = own_participant(request)
    workout = selectors.own_workout(participant, uuid)
    sessions = selectors.fitting_sessions(workout, participant, clock.now())
    if workout.voided_at is not None or not sessions:
        return redirect("log_entry", uuid=uuid)
    form = SessionForm(
        request.POST if request.method == "POST" else None,
        sessions=presenters.session_choices(workout, sessions),
        initial={"session_key": selectors.session_key(workout) or ""},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.choose_session(
                participant=participant, uuid=uuid, by=account(request), now=clock.now(),
                session_key=form.cleaned_data["session_key"] or None,
            )  # fmt: skip
        except Refused as refused:
            return answer(request, refused)  # type: ignore[return-value]
        messages.success(request, _("Saved. Thank you."))
        return redirect("log_entry", uuid=uuid)
    context = {"form": form, "row": presenters.workout_row(workout), "active_nav": "history"}
    status = 400 if form.errors else 200
    return render(request, "logging_app/session.html", context, status=status)


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
    pages = Paginator(selectors.workouts(participant), PER_PAGE)
    rows = pages.get_page(request.GET.get("page"))
    days = [clock.local_date(row.started_at, row.tz) for row in rows]
    following = selectors.day_of_next(pages, rows)
    weeks = reading.weeks(
        participant, list(rows), newer=days[0] if days and rows.has_previous() else None,
        older=following,
    )  # fmt: skip
    context = {"weeks": weeks, "page": rows, "active_nav": "history"}
    return render(request, "logging_app/history.html", context)
