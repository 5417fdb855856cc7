"""Questionnaires on the phone: one question a page, back without loss, a clear end, no score."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Role
from assessments import forms, presenters, rules, selectors, services
from assessments.cover import NotCovered, page_refused
from assessments.selectors import Asked
from core import clock
from core.errors import NotFound, Refused
from enrollment import loan, unsent
from enrollment.guard import answer as refusal
from enrollment.guard import page
from enrollment.selectors import account, crisis_lines, own_participant

participants_own = page(Role.PARTICIPANT, gate_writes=True)
Page = Callable[..., HttpResponse]


def about_one(view: Page) -> Page:
    """Look up what is asked, and give `view` it in place of its visit and instrument.

    What was sent leads to the thanks, and what is not open says so before the first question.
    """

    @wraps(view)
    def looked_up(request: HttpRequest, visit: str, instrument: str, **rest: Any) -> HttpResponse:
        try:
            asked = selectors.asked(own_participant(request), visit, instrument, clock.now())
        except NotFound:
            raise Http404 from None
        if asked.is_sent:
            return _thanks(request, asked)
        reads = request.method == "GET"
        if refused := page_refused(asked, rest.get("number"), clock.now(), reads=reads):
            return _refuse(request, refused)
        return view(request, asked, **rest)

    return looked_up


def _refuse(request: HttpRequest, refused: Refused) -> HttpResponse:
    if isinstance(refused, NotCovered):
        context = {"refused": refused, "lines": crisis_lines(own_participant(request))}
        return render(request, "assessments/not_covered.html", context, status=refused.status)
    return refusal(request, refused)  # type: ignore[return-value]


def _thanks(request: HttpRequest, asked: Asked) -> HttpResponse:
    if loan.is_lent(request.session):
        loan.end(request)
        return redirect("clinic_thanks")
    here = reverse("assessment", kwargs=asked.place)
    if request.path != here:
        return redirect(here)
    page = render(request, "assessments/sent.html", {"title": str(asked.questionnaire.title)})
    page["X-Done"] = here  # the phone forgets its questions
    return page


@require_GET
@participants_own
def index(request: HttpRequest) -> HttpResponse:
    """What is open now, and what was sent."""
    participant = own_participant(request)
    begun = selectors.begun_by_version(participant)
    due = selectors.due(participant, clock.now())
    context = {
        "due": [presenters.due_line(d, begun.get((d.visit, d.instrument))) for d in due],
        "sent": [presenters.sent_line(response) for response in selectors.submitted(participant)],
    }
    return render(request, "assessments/index.html", context)


@require_GET
@participants_own
@about_one
def intro(request: HttpRequest, asked: Asked) -> HttpResponse:
    """What is asked and about which time; goes on where the person stopped."""
    return render(request, "assessments/intro.html", presenters.intro(asked))


@require_http_methods(["GET", "POST"])
@participants_own
@about_one
def question(request: HttpRequest, asked: Asked, number: int) -> HttpResponse:
    """One question. Its answer is kept when the person goes on, and by script as it is chosen."""
    item = presenters.item_at(asked.questionnaire, number)
    if item is None:
        raise Http404
    if request.method == "POST":
        form = forms.QuestionForm(item, request.POST)
        if form.is_valid():
            return _keep(request, asked, number, form.value())
        return _question_page(request, asked, number, form, status=400)
    typed = unsent.take(request, clock.now())
    chosen = forms.unsaved(typed) if typed else forms.initial(asked.answers, item.key)
    form = forms.QuestionForm(item, initial=chosen)
    return _question_page(request, asked, number, form, unsaved=typed is not None)


def _keep(request: HttpRequest, asked: Asked, number: int, value: int | None) -> HttpResponse:
    item = asked.questionnaire.items[number - 1]
    try:
        _save(request, asked, {item.key: value}, complete=False)
    except Refused as refused:
        return _refuse(request, refused)
    if asked.questionnaire.alert_tiers(item.key, value) and "seen_help" not in request.POST:
        return redirect(reverse("assessment_support", kwargs={**asked.place, "number": number}))
    return redirect(_after(asked, number))


def _after(asked: Asked, number: int) -> str:
    if number == len(asked.questionnaire.items):
        return reverse("assessment_check", kwargs=asked.place)
    address = reverse("assessment_question", kwargs={**asked.place, "number": number + 1})
    return f"{address}#question"


@require_GET
@participants_own
@about_one
def support(request: HttpRequest, asked: Asked, number: int) -> HttpResponse:
    """Help, shown before anything else where an answer tells of danger."""
    item = presenters.item_at(asked.questionnaire, number)
    if item is None or item.key not in asked.questionnaire.alert_items:
        raise Http404
    context = {
        "lines": crisis_lines(own_participant(request)),
        "go_on": _after(asked, number),
    }
    return _only_online(render(request, "assessments/support.html", context))


def _only_online(response: HttpResponse) -> HttpResponse:
    """Tell the phone not to keep this page."""
    response["X-Once"] = "1"
    return response


@require_GET
@participants_own
@about_one
def question_waits(request: HttpRequest, asked: Asked, number: int) -> HttpResponse:
    """Kept by the phone in place of a question that has to reach somebody."""
    item = presenters.item_at(asked.questionnaire, number)
    if item is None or item.key not in asked.questionnaire.alert_items:
        raise Http404
    context = {
        **presenters.question(asked.questionnaire, number),
        **asked.place,
        "next": _after(asked, number),
    }
    return render(request, "assessments/question_waits.html", context)


@require_GET
@participants_own
@about_one
def check_waits(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Kept by the phone in place of the last look, which ends with sending."""
    return render(request, "assessments/check_waits.html", presenters.intro(asked))


@require_http_methods(["GET", "POST"])
@participants_own
@about_one
def check(request: HttpRequest, asked: Asked) -> HttpResponse:
    """All answers in words, to be changed or sent."""
    problem = ""
    if request.method == "POST":
        try:
            _save(request, asked, {}, complete=True)
            return redirect(reverse("assessment", kwargs=asked.place))
        except ValidationError as error:
            problem = " ".join(error.messages)
        except Refused as refused:
            return _refuse(request, refused)
    context = {
        **presenters.intro(asked),
        "rows": presenters.answer_rows(asked.questionnaire, asked.answers),
        "problem": problem,
        "left": len(rules.unanswered(asked.questionnaire, asked.answers)),
    }
    status = 400 if problem else 200
    return _only_online(render(request, "assessments/check.html", context, status=status))


def _save(
    request: HttpRequest, asked: Asked, answers: dict[str, int | None], *, complete: bool
) -> None:
    services.save_answers(
        participant=own_participant(request), visit=asked.plan.code,
        instrument=asked.questionnaire.code, answers=answers, complete=complete,
        by=account(request), now=clock.now(),
    )  # fmt: skip


def _question_page(
    request: HttpRequest, asked: Asked, number: int, form: forms.QuestionForm, *,
    unsaved: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    item = asked.questionnaire.items[number - 1]
    online = item.key in asked.questionnaire.alert_items
    risky = presenters.risk_values(asked.questionnaire, item)
    context = {
        **presenters.question(asked.questionnaire, number),
        **asked.place,
        "form": form,
        "item": item,
        "unsaved": unsaved,
        "next": _after(asked, number),
        "owner": unsent.owner_note(account(request)),
        "online": online or loan.is_lent(request.session),
        "later": online,
        "risk_values": " ".join(risky),
        "help_shown": str(form["answer"].value()) in risky,
        "lines": crisis_lines(own_participant(request)) if risky else [],
    }
    response = render(request, "assessments/question.html", context, status=status)
    return _only_online(response) if online or unsaved else response
