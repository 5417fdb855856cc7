"""What is reachable without sign-in is a list, and every address is guarded by the one guard."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client

from accounts.admin_base import StudyModelAdmin
from enrollment import guard
from tests.exdep_site import walk_objects
from tests.exdep_site.addresses import addresses

# Without sign-in. Everything else leads to the sign-in page, or is 401.
PUBLIC = {
    # ours
    "help-now/", "help-now/not-safe/",
    "offline/", "manifest.webmanifest", "sw.js", "language/", "healthz",
    "join/", "join/<str:code>/", "join/<str:code>/check/", "join/<str:code>/password/",
    "join/<str:code>/pin/",
    # a link that staff made for a device of the clinic, and the page after its questions
    "clinic/open/<str:token>/", "clinic/thanks/",
    # where a reminder is stopped with one tap
    "stop/<str:token>/",
    # a calendar's private address
    "calendar/<str:token>.ics",
    # signing in and out, by page
    "account/login/", "account/logout/", "account/inactive/", "account/signup/",
    "account/login/code/", "account/login/code/confirm/",
    "account/2fa/authenticate/", "account/2fa/webauthn/login/",
    "account/confirm-email/", "account/confirm-email/<key>/",
    "account/password/reset/", "account/password/reset/confirm/",
    "account/password/reset/complete/", "account/password/reset/done/",
    "admin/login/", "admin/logout/",
    # signing in, by allauth's endpoints; sign-up says 403, as on its page
    "_allauth/app/v1/config", "_allauth/app/v1/auth/login", "_allauth/app/v1/auth/signup",
    "_allauth/app/v1/auth/code/request", "_allauth/app/v1/auth/code/confirm",
    "_allauth/app/v1/auth/code/resend",
    "_allauth/app/v1/auth/password/request", "_allauth/app/v1/auth/password/reset",
    "_allauth/app/v1/auth/email/verify", "_allauth/app/v1/auth/email/verify/resend",
    "_allauth/app/v1/auth/webauthn/login",
}  # fmt: skip

# allauth asks for a sign-in there itself, but answers a change of address without one by 409,
# because half-way through a sign-up (which this study does not have) there would be one to change.
ANSWERS_ITSELF = {"_allauth/app/v1/account/email"}

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# What says nothing but "who are you?", "not like this" and "there is nothing".
SAYS_NOTHING = {401, 404, 405}


@pytest.fixture
def things(db):
    return walk_objects.PLACES


def ask(method: str, path: str):
    kind = {"content_type": "application/json"} if method in {"POST", "PUT", "PATCH"} else {}
    return Client(raise_request_exception=False).generic(
        method, path, b"{}" if kind else b"", **kind
    )


def leads_to_sign_in(answer) -> bool:
    return answer.status_code == 302 and answer["location"].startswith("/account/login/?next=")


@pytest.mark.parametrize("method", METHODS)
def test_without_sign_in_only_the_pinned_list_answers(things, method):
    reachable = set()
    for address in addresses():
        answer = ask(method, walk_objects.fill(address.route, things))
        assert answer.status_code < 500, address.route
        if not (answer.status_code in SAYS_NOTHING or leads_to_sign_in(answer)):
            reachable.add(address.route)
    assert reachable - PUBLIC - ANSWERS_ITSELF == set()


def test_every_pinned_address_exists():
    assert set() == (PUBLIC | ANSWERS_ITSELF) - {address.route for address in addresses()}


@pytest.mark.parametrize(
    "names", [guard.PUBLIC_NAMES, guard.SETUP_NAMES], ids=["public", "setting up"]
)
def test_the_guards_lists_hold_no_name_that_is_gone(names):
    assert names - {address.name for address in addresses()} == set()


@pytest.mark.parametrize("names", [guard.TOKEN_SETUP_NAMES, guard.UNUSED_TOKEN_NAMES])
def test_the_guards_lists_of_token_endpoints_hold_no_name_that_is_gone(names):
    headless = {a.name.split(":")[-1] for a in addresses() if a.room == "headless"}
    assert names - headless == set()


def test_pages_marked_public_are_on_the_pinned_list():
    marked = {a.route for a in addresses() if getattr(a.view, "guard_public", False)}
    assert marked - PUBLIC == set()


def test_pages_of_our_own_say_what_they_ask():
    """The middleware would ask for a sign-in only; a page of ours has to say for whom it is."""
    ours = [a for a in addresses() if not a.room and not a.route.startswith("account/")]
    assert [a.route for a in ours if not guard.has_own_guard(a.view)] == []


def test_every_page_of_the_desk_knows_roles_and_sites():
    others = [
        model._meta.label
        for model, page in admin.site._registry.items()
        if not isinstance(page, StudyModelAdmin)
    ]
    assert others == []


def test_address_names_are_unique():
    names = [a.name for a in addresses() if not a.name.endswith("-")]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_the_content_security_policy_has_one_exception():
    """The API's docs page needs inline styles; nothing else may ask for anything."""
    exceptions = {
        a.route: a.view.csp_exception for a in addresses() if hasattr(a.view, "csp_exception")
    }
    assert exceptions == {"api/docs/": {"style-src": "'self' 'unsafe-inline'"}}
