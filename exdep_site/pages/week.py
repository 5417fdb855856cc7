"""The week: which day for what, what is done, pauses, and "not today"."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

import protocol
from accounts.presenters import contact
from accounts.roles import Role
from core import clock
from core.errors import Refused
from enrollment.guard import answer, page
from enrollment.models import Participant
from enrollment.selectors import account, own_participant
from exdep_site.pages import presenters, week_words
from exdep_site.pages.week_forms import DaysForm, PauseForm
from logging_app.selectors import adherence, sessions_of
from schedule import selectors as schedule
from schedule.rules import Outcome
from schedule.rules.adherence import Record
from schedule.services import pauses
from schedule.services import week as services

own_week = page(Role.PARTICIPANT, gate_writes=True)


def _exerciser(request: HttpRequest) -> Participant:
    """The participant who asks. Raises Http404 where no exercise is prescribed."""
    participant = own_participant(request)
    if not schedule.exercises(participant):
        raise Http404
    return participant


@require_http_methods(["GET", "POST"])
@own_week
def week(request: HttpRequest) -> HttpResponse:
    """A week, by default this one; sending the form sets the days of its open sessions."""
    participant = _exerciser(request)
    record = adherence([participant], clock.now())[participant.pk]
    number = _number(request, record)
    form = _days_form(request, record, number)
    if request.method != "POST" or form is None or number is None:
        return _page(request, participant, record, number, form)
    if form.is_valid():
        try:
            services.plan_days(
                participant=participant, days=form.days, by=account(request), now=clock.now()
            )
        except Refused as refused:
            return answer(request, refused)  # type: ignore[return-value]
        except ValidationError as error:
            for key, texts in error.message_dict.items():
                form.add_error(key, texts)
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('week')}?week={number}")
    return _page(request, participant, record, number, form, status=400)


def _number(request: HttpRequest, record: Record) -> int | None:
    """The week asked for; without one that of today, the first or the last. None without a plan.

    Raises Http404 for a week that asks for nothing.
    """
    programme = record.programme
    if programme.starts_on is None:
        return None
    weeks = [n for n in range(1, protocol.current().weeks + 1) if programme.sessions(n)]
    wanted = request.GET.get("week") or request.POST.get("week")
    if not wanted:
        return min(max(programme.week(record.today) or 1, 1), weeks[-1]) if weeks else None
    found = next((week for week in weeks if str(week) == wanted), None)
    if found is None:
        raise Http404
    return found


def _days_form(request: HttpRequest, record: Record, number: int | None) -> DaysForm | None:
    if number is None:
        return None
    still_open = [s for s in sessions_of(record, number) if s.outcome is Outcome.OPEN]
    days = week_words.days_to_choose(record, number)
    data = request.POST if request.method == "POST" else None
    return DaysForm(data, sessions=still_open if days else [], days=days)


def _page(
    request: HttpRequest,
    participant: Participant,
    record: Record,
    number: int | None,
    form: DaysForm | None,
    pause_form: PauseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "stand": presenters.stand(record.programme, record.today),
        "pauses": week_words.pause_lines(schedule.pauses_of(participant), record.today),
        "pause_form": pause_form or PauseForm(initial={"starts_on": record.today}),
        "contact": contact(participant.site),
        "active_nav": "today",
    }
    if number is not None and form is not None:
        off = schedule.days_off(participant, record.programme.span(number))
        context |= week_words.week_page(record, number, form, off)
    return render(request, "pages/week.html", context, status=status)


@require_POST
@own_week
def pause(request: HttpRequest) -> HttpResponse:
    """Begin a pause; a mistake in the form comes back with the week."""
    participant = _exerciser(request)
    form = PauseForm(request.POST)
    if form.is_valid():
        try:
            pauses.pause(
                participant=participant, by=account(request), now=clock.now(), **form.cleaned_data
            )
        except Refused as refused:
            return answer(request, refused)  # type: ignore[return-value]
        except ValidationError as error:
            form.show(error)
        else:
            messages.success(request, _("Noted. Your sessions rest, and nothing is lost."))
            return redirect(f"{reverse('week')}#pauses")
    record = adherence([participant], clock.now())[participant.pk]
    number = _number(request, record)
    days = None if number is None else DaysForm(sessions=[], days=[])
    return _page(request, participant, record, number, days, form, status=400)


@require_POST
@own_week
def end_pause(request: HttpRequest, pause_id: int) -> HttpResponse:
    """End a pause, or take it back as a slip."""
    try:
        pauses.end_pause(
            participant=_exerciser(request), pk=pause_id, by=account(request), now=clock.now(),
            entirely="entirely" in request.POST,
        )  # fmt: skip
    except Refused as refused:
        return answer(request, refused)  # type: ignore[return-value]
    messages.success(request, _("Done. Any day of the week will do for what is still open."))
    return redirect("week")


@require_POST
@own_week
def not_today(request: HttpRequest) -> HttpResponse:
    """ "Not today", with a reason or without."""
    return _rest(request, rests=True)


@require_POST
@own_week
def after_all(request: HttpRequest) -> HttpResponse:
    """Take "not today" back."""
    return _rest(request, rests=False)


def _rest(request: HttpRequest, *, rests: bool) -> HttpResponse:
    participant, by, now = _exerciser(request), account(request), clock.now()
    try:
        day = date.fromisoformat(request.POST.get("date", ""))
        if rests:
            reason = request.POST.get("reason", "")
            services.not_today(participant=participant, date=day, reason=reason, by=by, now=now)
        else:
            services.today_after_all(participant=participant, date=day, by=by, now=now)
    except Refused as refused:
        return answer(request, refused)  # type: ignore[return-value]
    except (ValueError, ValidationError):
        messages.info(request, _("This was for another day. Here is today."))
    return redirect("today")
