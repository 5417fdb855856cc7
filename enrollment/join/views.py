"""The pages on the way in. Each stands by itself, so that a reload loses nothing.

A code that was used, taken back, ran out or never was gets one and the same answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Role
from core import clock
from core.errors import NotFound
from enrollment.guard import page, public
from enrollment.join import limits, presenters, proof
from enrollment.join.forms import CodeForm, DigitsForm, EmailForm, PasswordForm, PinForm
from enrollment.models import Invitation
from enrollment.selectors import own_participant
from enrollment.services.invitations import find_open, join

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
Step = Callable[[HttpRequest, str, Invitation], HttpResponse]


def step(view: Step) -> Callable[[HttpRequest, str], HttpResponse]:
    """A page behind an open code: whoever is signed in goes home, a code that opens nothing gets
    the one answer, and the words are in the invitation's language until another is chosen."""

    @require_http_methods(["GET", "POST"])
    @public
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, code: str) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("home")
        now = clock.now()
        if not limits.may_try_codes(request, now):
            return _slow_down(request)
        invitation = find_open(code, now)
        if invitation is None:
            limits.count_wrong_code(request, now)
            return _closed(request)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(invitation.language)
            request.LANGUAGE_CODE = translation.get_language()
        return view(request, code, invitation)

    return guarded


@require_http_methods(["GET", "POST"])
@public
@never_cache
def by_hand(request: HttpRequest) -> HttpResponse:
    """Type the code of a card."""
    if request.user.is_authenticated:
        return redirect("home")
    form = CodeForm(_posted(request))
    if request.method == "POST" and form.is_valid() and form.cleaned_data["code"]:
        return redirect("join", code=form.cleaned_data["code"])
    return render(request, "enrollment/join/by_hand.html", {"form": form})


@step
def welcome(request: HttpRequest, code: str, invitation: Invitation) -> HttpResponse:
    """What this is, and the two ways to sign in later."""
    form = EmailForm(_posted(request), initial={"email": invitation.email})
    if request.method == "POST" and form.is_valid():
        if _send_digits(request, invitation, form.cleaned_data["email"]):
            return redirect("join_check", code=code)
        form.add_error(None, _too_many_mails())
    return _page(request, "welcome", code, invitation, form=form)


@step
def check(request: HttpRequest, code: str, invitation: Invitation) -> HttpResponse:
    """The digits of the mail; or another mail."""
    email = proof.waiting(request.session, invitation.pk)
    if not email:
        return redirect("join", code=code)
    if request.POST.get("action") == "resend":
        if not _send_digits(request, invitation, email):
            messages.warning(request, _too_many_mails())
        return redirect("join_check", code=code)
    form = DigitsForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        if proof.prove(request.session, invitation.pk, form.cleaned_data["digits"], clock.now()):
            return redirect("join_password", code=code)
        form.add_error("digits", _("These are not right. Please look at the latest mail."))
    return _page(request, "check", code, invitation, form=form, email=email)


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also where that is nothing."""
    return request.POST if request.method == "POST" else None


def _too_many_mails() -> str:
    return _("We have sent several mails already. Please wait an hour, or join without e-mail.")


def _send_digits(request: HttpRequest, invitation: Invitation, email: str) -> bool:
    now = clock.now()
    if not limits.may_mail(invitation.pk, email, now):
        return False
    proof.begin(request.session, invitation.pk, email, now)
    return True


@step
def password(request: HttpRequest, code: str, invitation: Invitation) -> HttpResponse:
    """A password, once the address is proved."""
    email = proof.proved(request.session, invitation.pk)
    if not email:
        return redirect("join", code=code)
    form = PasswordForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        return _join(request, code, form.cleaned_data["secret"], email=email)
    return _page(request, "password", code, invitation, form=form, email=email)


@step
def pin(request: HttpRequest, code: str, invitation: Invitation) -> HttpResponse:
    """A PIN of one's own, for somebody who gives no e-mail."""
    form = PinForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        return _join(request, code, form.cleaned_data["secret"])
    return _page(request, "pin", code, invitation, form=form)


def _join(
    request: HttpRequest, code: str, secret: str, *, email: str | None = None
) -> HttpResponse:
    """Make the account and sign in to it."""
    language = translation.get_language() or "en"
    try:
        participant = join(
            code=code, secret=secret, language=language, email=email, now=clock.now()
        )
    except (NotFound, ValidationError):  # used, or the address taken, a moment ago
        return _closed(request)
    proof.forget(request.session)
    user = participant.user
    assert user is not None
    record_authentication(request, user, method="password")
    login(request, user, backend=BACKEND)
    return redirect("join_done")


@require_GET
@page(Role.PARTICIPANT)
@never_cache
def done(request: HttpRequest) -> HttpResponse:
    """The study id, to write down, and the way on."""
    participant = own_participant(request)
    context = {
        "study_id": participant.study_id,
        "by_mail": bool(participant.user and participant.user.email),
        "onward": _onward(),
        "contact": presenters.contact(participant.site),
    }
    return render(request, "enrollment/join/done.html", context)


def _onward() -> str:
    try:
        return reverse("consent")
    except NoReverseMatch:
        return reverse("today")


def _page(
    request: HttpRequest, name: str, code: str, invitation: Invitation, **more: object
) -> HttpResponse:
    context = {
        "code": code,
        "contact": presenters.contact(invitation.site),
        "browser_hint": presenters.browser_hint(request.headers.get("User-Agent", "")),
        **more,
    }
    return render(request, f"enrollment/join/{name}.html", context)


def _closed(request: HttpRequest) -> HttpResponse:
    """The one answer to every code that opens nothing."""
    context = {"form": CodeForm(), "language_next": reverse("join_by_hand")}
    return render(request, "enrollment/join/closed.html", context, status=404)


def _slow_down(request: HttpRequest) -> HttpResponse:
    """To everyone alike, whatever the code."""
    context = {"language_next": reverse("join_by_hand")}
    return render(request, "enrollment/join/slow_down.html", context, status=429)
