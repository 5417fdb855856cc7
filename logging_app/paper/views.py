"""Staff copy what a participant wrote on paper: through the same services, marked as such."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Role
from core import clock
from core.errors import EditConflict, Refused
from enrollment import unsent
from enrollment.guard import page
from enrollment.models import Participant
from enrollment.selectors import account
from logging_app import forms as workouts
from logging_app import presenters
from logging_app import selectors as log
from logging_app.checkins import forms as check_in_forms
from logging_app.checkins import presenters as check_in_words
from logging_app.checkins import selectors as check_ins
from logging_app.checkins.services import record_check_in
from logging_app.nights import forms as night_forms
from logging_app.nights import presenters as night_words
from logging_app.nights import selectors as nights
from logging_app.nights.services import record_night
from logging_app.paper import access, selectors
from logging_app.paper.forms import PaperCheckInForm, PaperNightForm, PaperWorkoutForm
from logging_app.services import record_workout

copiers_page = page(Role.COORDINATOR, Role.INSTRUCTOR)
PLACES = {"workout": "paper_workout", "night": "paper_night", "check-in": "paper_check_in"}
TITLES = {
    "workout": gettext_lazy("Copy a workout from paper"),
    "night": gettext_lazy("Copy a night from paper"),
    "check-in": gettext_lazy("Copy a check-in from paper"),
}


@require_safe
@copiers_page
def paper(request: HttpRequest, study_id: str) -> HttpResponse:
    """What can be copied for a participant, and what was copied."""
    person = access.copied_by(account(request), study_id)
    kinds = access.may_copy(account(request), person)
    context = {
        "participant": person,
        "kinds": [(reverse(PLACES[kind], args=[study_id]), TITLES[kind]) for kind in kinds],
        "lines": [
            _line(person, kind, row)
            for kind, rows in selectors.copied(person, kinds).items()
            for row in rows
        ],
    }  # fmt: skip
    return render(request, "logging_app/paper.html", context)


@require_http_methods(["GET", "POST"])
@copiers_page
def workout(request: HttpRequest, study_id: str, uuid: UUID | None = None) -> HttpResponse:
    """A workout, new or one that was copied before."""
    person = access.copied_by(account(request), study_id, "workout")
    stored = log.own_workout(person, uuid) if uuid else None
    initial = {"uuid": uuid4(), "edit": 1}
    if stored is not None:
        initial = {**workouts.stored(stored, stored.tz), "paper_date": stored.paper_date}
    zone = stored.tz if stored else person.tz
    form = PaperWorkoutForm(_typed(request), initial=initial, zone=zone)

    def keep() -> int:
        return record_workout(
            participant=person, uuid=uuid or form.cleaned_data["uuid"],
            edit=form.cleaned_data["edit"], entry=form.entry(stored),
            sets=log.set_lines(stored) if stored else (),
            paper_date=form.cleaned_data["paper_date"], by=account(request), now=clock.now(),
        ).workout.edit  # fmt: skip

    def latest() -> int:
        return log.own_workout(person, uuid or form.cleaned_data["uuid"]).edit

    return _answer(request, person, form, TITLES["workout"], keep, latest)


@require_http_methods(["GET", "POST"])
@copiers_page
def night(request: HttpRequest, study_id: str) -> HttpResponse:
    """A night, by the morning it ended on."""
    person = access.copied_by(account(request), study_id, "night")
    morning = _day(request)
    found = nights.night_or_none(person, morning) if morning else None
    initial = {**night_forms.stored(found), "date": morning}
    form = PaperNightForm(_typed(request), initial=initial | _paper_of(found))

    def keep() -> int:
        return record_night(
            participant=person, morning=form.cleaned_data["date"], entry=form.entry(),
            edit=form.cleaned_data["edit"], paper_date=form.cleaned_data["paper_date"],
            by=account(request), now=clock.now(),
        ).night.edit  # fmt: skip

    def latest() -> int:
        return nights.own_night(person, form.cleaned_data["date"]).edit

    return _answer(request, person, form, TITLES["night"], keep, latest)


@require_http_methods(["GET", "POST"])
@copiers_page
def check_in(request: HttpRequest, study_id: str) -> HttpResponse:
    """A check-in, by the day it was asked for."""
    person = access.copied_by(account(request), study_id, "check-in")
    due, begun = _day(request), check_ins.begun(person, clock.now())
    found = check_ins.check_in_or_none(person, due) if due else None
    initial = {**check_in_forms.stored(found), "date": due and due.isoformat()}
    form = PaperCheckInForm(_typed(request), initial=initial | _paper_of(found), begun=begun)

    def keep() -> int:
        return record_check_in(
            participant=person, due_on=form.cleaned_data["date"], entry=form.entry(),
            edit=form.cleaned_data["edit"], paper_date=form.cleaned_data["paper_date"],
            by=account(request), now=clock.now(),
        ).check_in.edit  # fmt: skip

    def latest() -> int:
        return check_ins.own_check_in(person, form.cleaned_data["date"]).edit

    return _answer(request, person, form, TITLES["check-in"], keep, latest)


def _typed(request: HttpRequest) -> Any:
    """What was sent, or what waits since the sign-in ended; None on a first look."""
    return request.POST if request.method == "POST" else unsent.take(request, clock.now())


def _day(request: HttpRequest) -> date | None:
    """The day of the entry that is to be corrected, from the address."""
    try:
        return date.fromisoformat(request.GET.get("of", ""))
    except ValueError:
        return None


def _paper_of(found: Any) -> dict[str, Any]:
    return {"paper_date": found.paper_date} if found else {}


def _answer(
    request: HttpRequest, person: Participant, form: Any, title: Any, keep: Callable[[], int],
    latest: Callable[[], int],
) -> HttpResponse:  # fmt: skip
    """Save what was sent and go back to what was copied, or say what stands against it."""
    status = 200
    if request.method == "POST":
        status = _save(form, keep, latest)
        if status == 200:
            messages.success(request, _("Copied. The participant sees that it came from paper."))
            return redirect("paper", study_id=person.study_id)
    else:
        form.unsaved = form.is_bound
    context = {
        "participant": person, "form": form, "title": title,
        "owner": unsent.owner_note(account(request)),
    }  # fmt: skip
    return render(request, "logging_app/paper_form.html", context, status=status)


def _save(form: Any, keep: Callable[[], int], latest: Callable[[], int]) -> int:
    if not form.is_valid():
        return 400
    try:
        if keep() <= form.cleaned_data["edit"]:
            return 200
    except ValidationError as error:
        form.show(error)
        return 400
    except EditConflict:
        pass
    except Refused as refused:
        form.add_error(None, str(refused.text))
        return refused.status
    form.offer_again(edit=latest() + 1)
    return 409


def _line(person: Participant, kind: str, row: Any) -> dict[str, str]:
    """One entry that was copied: what it is, and where it is corrected."""
    written = formats.date_format(row.paper_date, "j F Y")
    if kind == "workout":
        day = clock.local_date(row.started_at, row.tz)
        href = reverse("paper_workout_again", args=[person.study_id, row.pk])
        what = presenters.activity_label(row)
    elif kind == "night":
        day, what = row.date, night_words.written(row) or _("Night")
        href = f"{reverse('paper_night', args=[person.study_id])}?of={row.date}"
    else:
        day, what = row.due_on, check_in_words.summary(row)
        href = f"{reverse('paper_check_in', args=[person.study_id])}?of={row.due_on}"
    return {
        "href": href,
        "title": f"{formats.date_format(day, 'j F Y')} · {what}",
        "text": _("Paper of %(day)s") % {"day": written},
    }
