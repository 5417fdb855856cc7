"""Questionnaires on the phone: one question a page, back without loss, a clear end, no score."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Role
from assessments import forms, presenters, rules, selectors, services
from assessments.models import Response
from core import clock
from core.errors import NotFound, Refused
from enrollment.guard import answer as refuse
from enrollment.guard import page
from enrollment.selectors import account, own_participant
from protocol import Instrument, VisitPlan

participants_own = page(Role.PARTICIPANT, gate_writes=True)


@require_GET
@participants_own
def index(request: HttpRequest) -> HttpResponse:
    """What is open now, and what was sent."""
    participant = own_participant(request)
    begun = selectors.begun(participant)
    due = selectors.due(participant, clock.now())
    context = {
        "due": [presenters.due_line(d, (d.visit, d.instrument) in begun) for d in due],
        "sent": [presenters.sent_line(response) for response in selectors.submitted(participant)],
    }
    return render(request, "assessments/index.html", context)


@require_GET
@participants_own
def intro(request: HttpRequest, visit: str, instrument: str) -> HttpResponse:
    """What is asked and about which time; goes on where the person stopped."""
    plan, questionnaire, response = _fetch(request, visit, instrument)
    if response is not None and response.submitted_at is not None:
        return render(request, "assessments/sent.html", {"title": str(questionnaire.title)})
    context = presenters.intro(plan, questionnaire, response)
    return render(request, "assessments/intro.html", context)


@require_http_methods(["GET", "POST"])
@participants_own
def question(request: HttpRequest, visit: str, instrument: str, number: int) -> HttpResponse:
    """One question. Its answer is kept when the person goes on, and by script as it is chosen."""
    _plan, questionnaire, response = _fetch(request, visit, instrument)
    if response is not None and response.submitted_at is not None:
        return redirect("assessment", visit, instrument)
    if not 1 <= number <= len(questionnaire.items):
        raise Http404
    item = questionnaire.items[number - 1]
    if request.method == "POST":
        form = forms.QuestionForm(item, request.POST)
        if form.is_valid():
            return _keep(request, visit, questionnaire, number, form.value())
        return _question_page(request, visit, questionnaire, number, form, status=400)
    answers = response.answers if response else {}
    form = forms.QuestionForm(item, initial=forms.initial(answers, item.key))
    return _question_page(request, visit, questionnaire, number, form)


def _keep(
    request: HttpRequest, visit: str, questionnaire: Instrument, number: int, value: int | None
) -> HttpResponse:
    item = questionnaire.items[number - 1]
    try:
        _save(request, visit, questionnaire.code, {item.key: value}, complete=False)
    except Refused as refused:
        return refuse(request, refused)  # type: ignore[return-value]
    here = {"visit": visit, "instrument": questionnaire.code}
    if questionnaire.alert_tiers(item.key, value) and "seen_help" not in request.POST:
        return redirect(reverse("assessment_support", kwargs={**here, "number": number}))
    return redirect(_after(number, questionnaire, here))


def _after(number: int, questionnaire: Instrument, here: dict[str, Any]) -> str:
    if number == len(questionnaire.items):
        return reverse("assessment_check", kwargs=here)
    return reverse("assessment_question", kwargs={**here, "number": number + 1})


@require_GET
@participants_own
def support(request: HttpRequest, visit: str, instrument: str, number: int) -> HttpResponse:
    """Help, shown before anything else where an answer tells of danger."""
    _plan, questionnaire, _response = _fetch(request, visit, instrument)
    here = {"visit": visit, "instrument": instrument}
    context = {
        "lines": selectors.crisis_lines(own_participant(request)),
        "go_on": _after(number, questionnaire, here),
    }
    return render(request, "assessments/support.html", context)


@require_http_methods(["GET", "POST"])
@participants_own
def check(request: HttpRequest, visit: str, instrument: str) -> HttpResponse:
    """All answers in words, to be changed or sent."""
    _plan, questionnaire, response = _fetch(request, visit, instrument)
    if response is not None and response.submitted_at is not None:
        return redirect("assessment", visit, instrument)
    answers = response.answers if response else {}
    problem = ""
    if request.method == "POST":
        try:
            _save(request, visit, instrument, {}, complete=True)
            return redirect("assessment", visit, instrument)
        except ValidationError as error:
            problem = " ".join(error.messages)
        except Refused as refused:
            return refuse(request, refused)  # type: ignore[return-value]
    context = {
        **presenters.intro(_plan, questionnaire, response),
        "rows": presenters.answer_rows(questionnaire, answers),
        "problem": problem,
        "left": len(rules.unanswered(questionnaire, answers)),
    }
    return render(request, "assessments/check.html", context, status=400 if problem else 200)


def _save(
    request: HttpRequest, visit: str, instrument: str, answers: dict[str, int | None], *,
    complete: bool,
) -> Response:  # fmt: skip
    return services.save_answers(
        participant=own_participant(request), visit=visit, instrument=instrument,
        answers=answers, complete=complete, by=account(request), now=clock.now(),
    )  # fmt: skip


def _fetch(
    request: HttpRequest, visit: str, instrument: str
) -> tuple[VisitPlan, Instrument, Response | None]:
    try:
        plan, questionnaire = selectors.self_questionnaire(visit, instrument)
    except NotFound:
        raise Http404 from None
    return plan, questionnaire, selectors.response_of(own_participant(request), visit, instrument)


def _question_page(
    request: HttpRequest, visit: str, questionnaire: Instrument, number: int,
    form: forms.QuestionForm, status: int = 200,
) -> HttpResponse:  # fmt: skip
    item = questionnaire.items[number - 1]
    context = {
        **presenters.question(questionnaire, number),
        "visit": visit,
        "instrument": questionnaire.code,
        "form": form,
        "item": item,
        "risk_values": presenters.risk_values(questionnaire, item),
        "lines": selectors.crisis_lines(own_participant(request))
        if item.key in questionnaire.alert_items
        else [],
    }
    return render(request, "assessments/question.html", context, status=status)
