"""The one guard. Cookie or token, page or API: `judge` says who may go on, and why not.

Pages carry `@page(...)`, API views `Guarded` (enrollment.api); everything else that a URL leads to
(allauth, the admin, the API's schema) is judged by the middleware with the same function.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from allauth.core.internal.sessionkit import get_session_user
from allauth.headless.internal.sessionkit import lookup_session
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.person import HEADER, person_key
from accounts.roles import ADMIN_SITE_ROLES, EVERYONE, Role
from core import clock
from core.errors import Forbidden, NotSignedIn, Refused, SecondFactorMissing
from enrollment import loan, selectors, unsent
from enrollment.rules.gate import refusal_to_write

LAST_SEEN = "last_seen"


@dataclass(frozen=True)
class Needs:
    """What a page or an endpoint asks of whoever comes."""

    roles: frozenset[Role] = EVERYONE
    second_factor: bool = True
    gate_writes: bool = False


ANYONE_SIGNED_IN = Needs()
SETTING_UP = Needs(second_factor=False)
OWN_DATA = Needs(roles=frozenset({Role.PARTICIPANT}), gate_writes=True)
ADMIN_SITE = Needs(roles=ADMIN_SITE_ROLES)


def judge(
    *,
    user: User | AnonymousUser,
    session: MutableMapping[str, Any],
    needs: Needs,
    now: datetime,
    writes: bool = False,
    path: str = "",
) -> Refused | None:
    """The refusal, or None. `writes`: this request would change a participant's data. `path` is
    what is asked for: a lent session opens only its own."""
    if not isinstance(user, User) or not user.is_active or loan.is_over(session, now):
        return NotSignedIn()
    if loan.outside(session, path):
        return Forbidden()
    participant = selectors.participant_of(user)
    roles = set(user.active_roles) | ({Role.PARTICIPANT} if participant else set())
    staff = bool(user.active_roles)
    if staff and _idle(session, now):
        return NotSignedIn()
    if staff and needs.second_factor and _second_factor_missing(user):
        return SecondFactorMissing()
    if not roles & needs.roles:
        return Forbidden()
    if writes and needs.gate_writes and participant is not None:
        reason = refusal_to_write(selectors.gate_facts(user, participant, now))
        return reason() if reason else None
    return None


def _second_factor_missing(user: User) -> bool:
    return bool(settings.EXDEP_REQUIRE_STAFF_MFA) and not is_mfa_enabled(user)


def _idle(session: MutableMapping[str, Any], now: datetime) -> bool:
    """Whether a staff session has rested for longer than the study allows."""
    seen = session.get(LAST_SEEN)
    limit = timedelta(minutes=settings.STAFF_IDLE_MINUTES)
    return seen is not None and now - datetime.fromisoformat(seen) > limit


def touch(user: User, session: Any, now: datetime) -> None:
    """Keep a session alive: staff by the minute, participants by the day (fewer writes)."""
    step = timedelta(minutes=1) if user.active_roles else timedelta(days=1)
    seen = session.get(LAST_SEEN)
    if seen is None or now - datetime.fromisoformat(seen) >= step:
        session[LAST_SEEN] = now.isoformat()


WRITING_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def page(
    *roles: Role, second_factor: bool = True, gate_writes: bool = False
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponseBase]]:
    """Guard a page: only `roles` (none means anyone signed in) get to it."""
    needs = Needs(frozenset(roles) or EVERYONE, second_factor, gate_writes)

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            refused = admit(request, needs)
            return refused if refused is not None else view(request, *args, **kwargs)

        guarded.guard_needs = needs  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a page that needs no sign-in. A test pins the whole list."""
    view.guard_public = True  # type: ignore[attr-defined]
    return view


def admit(request: HttpRequest, needs: Needs) -> HttpResponseBase | None:
    """None lets a page go on; otherwise the answer that says why not."""
    now = clock.now()
    writes = request.method in WRITING_METHODS
    user = request.user
    refused = judge(
        user=user,
        session=request.session, needs=needs, now=now, writes=writes, path=request.path,
    )  # fmt: skip
    if refused is None:
        touch(user, request.session, now)  # type: ignore[arg-type]
        unsent.forget_others(request.session, user, now)  # type: ignore[arg-type]
        _speak_and_count_in_their_own(request)
        if selectors.participant_of(user) is not None and not loan.is_lent(request.session):
            request.person = person_key(user)  # type: ignore[attr-defined, arg-type]
        return None
    return answer(request, refused)


def answer(request: HttpRequest, refused: Refused) -> HttpResponseBase:
    """A refusal as a page: sign in and come back, set up a second factor, or a sentence."""
    if isinstance(refused, NotSignedIn):
        writer = request.user if isinstance(request.user, User) else None
        if writer is not None:
            logout(request)
        return redirect_to_login(_way_back(request, writer))
    if isinstance(refused, SecondFactorMissing):
        return redirect("mfa_index")
    return render(request, "errors/refused.html", {"refused": refused}, status=refused.status)


def _way_back(request: HttpRequest, writer: User | None) -> str:
    """Where a person goes on after signing in: the page asked for, or that of the form sent.

    `writer` is whose session just ended by rest; the desk's forms are kept for them alone.
    """
    if request.method not in WRITING_METHODS:
        return request.get_full_path()
    rested = writer if writer is not None and writer.is_active and _on_desk(request) else None
    if unsent.keep(request, clock.now(), rested):
        messages.info(
            request,
            _("You had been signed out, so this is not saved yet. Sign in, and it is here again."),
        )
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
        return urlsplit(came_from)._replace(scheme="", netloc="").geturl() or "/"
    return "/"


def _speak_and_count_in_their_own(request: HttpRequest) -> None:
    """A participant's pages are in their language and their own time zone."""
    participant = selectors.participant_of(request.user)
    if participant is not None:
        timezone.activate(participant.tz)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(request.user.language)  # type: ignore[union-attr]
        request.LANGUAGE_CODE = translation.get_language()


# Addresses of others' code that need no sign-in, by URL name; a test walks the whole URLconf.
PUBLIC_NAMES = frozenset({
    "account_login", "account_logout", "account_signup", "account_inactive",
    "account_request_login_code", "account_confirm_login_code",
    "account_reset_password", "account_confirm_password_reset_code",
    "account_complete_password_reset", "account_password_reset_completed",
    "account_confirm_email", "account_email_verification_sent",
    "mfa_authenticate", "mfa_login_webauthn",
})  # fmt: skip

# What a member of staff without a second factor still reaches: what sets it up.
SETUP_NAMES = frozenset({
    "account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_index",
    "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
})  # fmt: skip


# The same by token.
TOKEN_SETUP_NAMES = frozenset({
    "current_session", "reauthenticate", "reauthenticate_webauthn", "authenticators",
    "manage_totp", "manage_recovery_codes", "manage_webauthn",
})  # fmt: skip

# What allauth serves and this study does not have: telephone numbers to sign in with, and JWTs.
UNUSED_TOKEN_NAMES = frozenset({
    "manage_phone", "verify_phone", "resend_phone_verification_code", "refresh",
})  # fmt: skip


class GuardMiddleware:
    """Judges what carries no guard of its own: by default everything needs a sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return _say_whose(request, self.get_response(request))
        finally:
            timezone.deactivate()

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if has_own_guard(view) or is_public(request.resolver_match):
            return None
        match = request.resolver_match
        if match is not None and match.app_names[:1] == ["headless"]:
            if match.url_name in UNUSED_TOKEN_NAMES:
                raise Http404
            return _admit_token(request)
        if match is not None and match.app_name == "admin":
            if match.url_name in {"login", "logout"}:
                return None
            return admit(request, ADMIN_SITE) or _unsent_on_desk(request)
        name = match.url_name if match else ""
        return admit(request, SETTING_UP if name in SETUP_NAMES else ANYONE_SIGNED_IN)


def _say_whose(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Tell the service worker whose page this is, and which it must not keep: one that says "Saved"
    would say so again without a network."""
    person = getattr(request, "person", None)
    if person is not None:
        response[HEADER] = person
        if getattr(messages.get_messages(request), "used", False):
            response["X-Once"] = "1"
    return response


def _on_desk(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.app_name == "admin"


def _unsent_on_desk(request: HttpRequest) -> HttpResponseBase | None:
    """What somebody of the desk wrote into any form of it before the sign-in ended: shown before
    the page itself, to be sent as it was or left."""
    now = clock.now()
    if request.method == "GET":
        fields = unsent.look(request, now)
        if fields is not None:
            context = {**admin.site.each_context(request), "fields": unsent.lines(fields)}
            return render(request, "admin/unsent.html", context)
    elif unsent.take(request, now) is not None and unsent.LEAVE in request.POST:
        return redirect(request.get_full_path())
    return None


def session_of(token: str) -> tuple[User, Any] | None:
    """The person and the session of an `X-Session-Token`, or None. Tokens are letters and digits:
    PostgreSQL would fail on a NUL where SQLite finds nothing."""
    if not (token.isascii() and token.isalnum()):
        return None
    session = lookup_session(token)
    user = get_session_user(session) if session is not None else None
    return (user, session) if isinstance(user, User) else None


def _admit_token(request: HttpRequest) -> HttpResponseBase | None:
    """allauth's token endpoints: without a token they answer themselves, else we judge."""
    found = session_of(request.headers.get("X-Session-Token", ""))
    if found is None:
        return None
    user, session = found
    match = request.resolver_match
    sets_up = match is not None and match.url_name in TOKEN_SETUP_NAMES
    needs = SETTING_UP if sets_up else ANYONE_SIGNED_IN
    refused = judge(user=user, session=session, needs=needs, now=clock.now())
    if refused is None:
        return None
    body = {"detail": str(refused.text), "code": refused.code}
    return JsonResponse(body, status=refused.status)


def has_own_guard(view: Any) -> bool:
    """A page under `@page`, one marked public, or an API view (guarded by its permission)."""
    return (
        hasattr(view, "guard_needs")
        or getattr(view, "guard_public", False)
        or bool(getattr(getattr(view, "cls", None), "permission_classes", None))
    )


def is_public(match: Any) -> bool:
    return match is not None and not match.app_name and match.url_name in PUBLIC_NAMES
