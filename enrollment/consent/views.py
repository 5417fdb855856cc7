"""The way to a signature, a page a step. Each reload shows the same page again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.core import ratelimit
from allauth.core.internal.ratelimit import get_ip
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.presenters import contact
from accounts.roles import Role
from core import clock
from core.errors import Locked, Refused, Withdrawn
from enrollment import selectors
from enrollment.consent import presenters
from enrollment.consent.forms import CheckForm, ChoicesForm, SignForm
from enrollment.consent.markdown import to_html
from enrollment.consent.progress import Progress
from enrollment.guard import answer, page
from enrollment.models import ConsentConversation, ConsentDocument, ConsentText, Participant
from enrollment.rules.consent import sections
from enrollment.selectors import account, own_participant
from enrollment.services import consent as services

participants_own = page(Role.PARTICIPANT)


class Way:
    """Where one person stands with the version in force, at one moment."""

    def __init__(self, request: HttpRequest) -> None:
        self.now = clock.now()
        self.person: Participant = own_participant(request)
        self.document: ConsentDocument | None = selectors.consent_in_force(self.now)
        self.text: ConsentText | None = None
        if self.document is not None:
            language = translation.get_language() or "en"
            self.text = selectors.consent_text(self.document, language)
        if self.text is None:
            return
        self.sections = sections(self.text.markdown)
        self.progress = Progress(request.session, self.text)
        self.talk: ConsentConversation | None = selectors.consent_talk(
            self.person, self.text.document, self.now
        )
        self.keys = [question["key"] for question in self.text.document.quiz]

    @property
    def has_read(self) -> bool:
        return self.progress.seen >= len(self.sections)

    @property
    def has_checked(self) -> bool:
        return self.progress.has_checked(self.keys)

    def first_open(self) -> str:
        """The address of the first step that is not done."""
        if not self.has_read:
            return reverse("consent_read", args=[self.progress.seen + 1])
        if not self.has_checked:
            return reverse("consent_check")
        if self.progress.ticks is None:
            return reverse("consent_choices")
        return reverse("consent_sign") if self.talk else reverse("consent")


def refused(request: HttpRequest, reason: type[Refused]) -> HttpResponse:
    """A refusal of the gate as a page."""
    return answer(request, reason())  # type: ignore[return-value]


def _closed(request: HttpRequest, way: Way) -> HttpResponse | None:
    """Who cannot sign now is told why, on the overview or with a refusal; None for who can."""
    reason = selectors.refusal(way.person, way.now)
    if reason is Withdrawn or reason is Locked:
        return refused(request, reason)
    if way.text is None or reason is None:
        return redirect("consent")
    return None


@require_GET
@participants_own
def overview(request: HttpRequest) -> HttpResponse:
    """What is to be done, what is done, and the copies of what was signed."""
    way = Way(request)
    reason = selectors.refusal(way.person, way.now)
    if reason in {Withdrawn, Locked} and not way.person.consents.exists():
        return refused(request, reason)
    signed = list(selectors.consents(way.person))
    context: dict[str, Any] = {
        "signed": presenters.versions(signed),
        "pending": reason is not None and reason not in {Withdrawn, Locked},
        "renewed": bool(signed),
        "contact": contact(way.person.site),
        "text": way.text,
    }
    if way.text is not None and context["pending"]:
        way.progress.leave(way.now)
        context |= {
            "steps": presenters.steps(
                count=len(way.sections), seen=way.progress.seen, checked=way.has_checked,
                chosen=way.progress.ticks is not None, talk=way.talk,
            ),
            "go_on": way.first_open(),
            "begun": way.progress.seen > 0,
            "waits_for_talk": way.talk is None and way.progress.ticks is not None,
        }  # fmt: skip
    return render(request, "enrollment/consent/overview.html", context)


@require_GET
@participants_own
def read(request: HttpRequest, number: int) -> HttpResponse:
    """One section. The time it was shown is counted between the requests."""
    way = Way(request)
    if (closed := _closed(request, way)) is not None:
        return closed
    assert way.text is not None
    count = len(way.sections)
    if not 1 <= number <= count:
        raise Http404
    if number > way.progress.seen + 1:
        return redirect("consent_read", number=way.progress.seen + 1)
    way.progress.show(number, way.now)
    section = way.sections[number - 1]
    context = {
        "title": section.title or way.text.title,
        "body": to_html(section.markdown),
        "number": number,
        "count": count,
        "text_language": way.text.language,
        "previous": number - 1,
        "next": reverse("consent_read", args=[number + 1]) if number < count
        else reverse("consent_check"),
        "version": way.text.document.version,
        "sha256": way.text.sha256,
    }  # fmt: skip
    return render(request, "enrollment/consent/read.html", context)


@require_http_methods(["GET", "POST"])
@participants_own
def check(request: HttpRequest) -> HttpResponse:
    """The understanding check. Wrong answers are explained and bar nobody."""
    way = Way(request)
    if (closed := _closed(request, way)) is not None:
        return closed
    assert way.text is not None
    if not way.has_read:
        return redirect(way.first_open())
    way.progress.leave(way.now)
    quiz = way.text.document.quiz
    questions = presenters.questions(quiz, way.text.language, way.progress.answers)
    form = CheckForm(request.POST or None, questions=questions)
    if request.method == "POST" and form.is_valid():
        way.progress.answer(form.cleaned_data)
        return redirect(f"{reverse('consent_check')}#answers")
    context = {
        "form": form,
        "questions": questions if way.has_checked and request.method == "GET" else [],
        "again": "again" in request.GET,
        "all_right": all(question.is_right for question in questions),
        "last": len(way.sections),
    }
    status = 400 if form.errors else 200
    return render(request, "enrollment/consent/check.html", context, status=status)


@require_http_methods(["GET", "POST"])
@participants_own
def choices(request: HttpRequest) -> HttpResponse:
    """The separate permissions."""
    way = Way(request)
    if (closed := _closed(request, way)) is not None:
        return closed
    if not (way.has_read and way.has_checked):
        return redirect(way.first_open())
    form = ChoicesForm(request.POST if request.method == "POST" else None,
                       initial=dict(way.progress.ticks or {}))  # fmt: skip
    if request.method == "POST" and form.is_valid():
        way.progress.choose(form.cleaned_data)
        return redirect(way.first_open())
    return render(request, "enrollment/consent/choices.html", {"form": form})


@require_http_methods(["GET", "POST"])
@participants_own
def sign(request: HttpRequest) -> HttpResponse:
    """Name, signature, password: then it is signed, and the copy is there."""
    way = Way(request)
    if (closed := _closed(request, way)) is not None:
        return closed
    ticks = way.progress.ticks
    if not (way.has_read and way.has_checked and ticks is not None and way.talk is not None):
        return redirect(way.first_open())
    person = account(request)
    sent = request.method == "POST"
    form = SignForm(request.POST if sent else None, person=person)
    status = 200
    if sent:
        if not ratelimit.consume(request, action="reauthenticate", user=person):
            form.add_error(None, _("That did not work several times. Please wait five minutes."))
            status = 429
        elif form.is_valid() and _signed(request, way, form, ticks):
            return redirect("consent")
        else:
            status = 400
    context = {
        "form": form,
        "meaning": presenters.meaning(),
        "text": way.text,
        "ticks": [(form.label, ticks[name]) for name, form in ChoicesForm.base_fields.items()],
        "can_prove": person.has_usable_password(),
    }
    return render(request, "enrollment/consent/sign.html", context, status=status)


def _signed(request: HttpRequest, way: Way, form: SignForm, ticks: Mapping[str, bool]) -> bool:
    assert way.text is not None
    given = services.Given(
        printed_name=form.cleaned_data["printed_name"],
        signature_png=form.cleaned_data["drawing"],
        seconds_shown=way.progress.seconds,
        quiz_answers=way.progress.answers,
        reauthenticated_at=way.now,
        address=get_ip(request),
        **ticks,
    )
    try:
        services.sign_consent(
            participant=way.person, text=way.text, given=given, by=account(request), now=way.now
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    except Refused as refused:
        form.add_error(None, str(refused.text))
        return False
    way.progress.forget()
    messages.success(request, _("Signed. Thank you. Your copy is below."))
    return True


@require_GET
@page(Role.PARTICIPANT, Role.COORDINATOR, Role.CLINICIAN)
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed copy, for its owner and for those at the site who keep it."""
    found = selectors.consent_copy(pk, account(request))
    if found is None:
        raise Http404
    response = HttpResponse(found, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="copy-{pk}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
