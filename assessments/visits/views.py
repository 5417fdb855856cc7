"""Visits for the coordinator and the clinician: the day's list, one person's, and one of them."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Role
from assessments import services
from assessments.visits import desk, selectors
from assessments.visits.forms import BookForm, MissedForm
from core import clock
from core.errors import NotFound, Refused
from enrollment.guard import answer as refusal
from enrollment.guard import page
from enrollment.models import Participant
from enrollment.selectors import account


@require_safe
@page(*desk.READERS)
def day(request: HttpRequest) -> HttpResponse:
    """Who comes on a day (`?date=`, today by default), and what is still to be arranged."""
    user, now = account(request), clock.now()
    shown = _asked_day(request) or desk.today_of(user, now)
    context = {
        "day": shown, "before": shown - timedelta(days=1), "after": shown + timedelta(days=1),
        "rows": desk.booked_on(user, shown, now), "to_arrange": desk.to_arrange(user, now),
    }  # fmt: skip
    return render(request, "assessments/visits/day.html", context)


@require_http_methods(["GET", "POST"])
@page(*desk.READERS)
def person(request: HttpRequest, study_id: str) -> HttpResponse:
    """Every visit of one participant; sending the form opens one that no calendar plans."""
    found, now = _person(request, study_id), clock.now()
    if request.method == "POST":
        try:
            row = services.open_extra_visit(
                participant=found, kind=request.POST.get("kind", ""), by=account(request), now=now
            )
        except NotFound:
            raise Http404 from None
        except Refused as refused:
            return refusal(request, refused)  # type: ignore[return-value]
        messages.success(request, _("The visit is open."))
        return redirect("visit", study_id, row.code)
    context = {
        "participant": found, "rows": desk.visits_of(found, now), "extra": desk.extra_kinds(found),
    }  # fmt: skip
    return render(request, "assessments/visits/person.html", context)


@require_http_methods(["GET", "POST"])
@page(*desk.READERS)
def one(request: HttpRequest, study_id: str, visit: str) -> HttpResponse:
    """One visit: its time, its place and its rater; or why it was missed."""
    found, now = _person(request, study_id), clock.now()
    try:
        standing = selectors.standing_of(found, visit, now)
    except NotFound:
        raise Http404 from None
    data, missing = (request.POST or None), request.POST.get("do") == "miss"
    book = BookForm(None if missing else data, visit=standing)
    missed = MissedForm(data if missing else None)
    form = missed if missing else book
    if request.method == "POST" and form.is_valid():
        try:
            _keep(request, found, visit, book, missed, missing=missing)
        except ValidationError as error:
            book.show(error) if not missing else missed.add_error(None, error)
        except Refused as refused:
            return refusal(request, refused)  # type: ignore[return-value]
        else:
            messages.success(request, _("Saved."))
            return redirect("visits_of", study_id)
    books = account(request).has_role(Role.COORDINATOR)
    context = {
        **desk.context_of(desk.row_of(standing)), "book": book, "missed": missed,
        "may_book": books and standing.state in desk.TO_COME,
        "may_miss": books and standing.state is desk.VisitState.OPEN,
    }  # fmt: skip
    status = 400 if request.method == "POST" else 200
    return render(request, "assessments/visits/visit.html", context, status=status)


def _keep(
    request: HttpRequest, found: Participant, visit: str, book: BookForm, missed: MissedForm,
    *, missing: bool,
) -> None:  # fmt: skip
    by, now = account(request), clock.now()
    if missing:
        services.miss_visit(
            participant=found, visit=visit, reason=missed.cleaned_data["reason"], by=by, now=now
        )
        return
    services.book_visit(
        participant=found, visit=visit, booked_at=book.booked_at,
        place=book.cleaned_data["place"], rater=book.cleaned_data["rater"], by=by, now=now,
    )  # fmt: skip


def _asked_day(request: HttpRequest) -> date | None:
    try:
        return parse_date(request.GET.get("date", ""))
    except ValueError:
        return None


def _person(request: HttpRequest, study_id: str) -> Participant:
    try:
        return desk.person_of(account(request), study_id)
    except NotFound:
        raise Http404 from None
