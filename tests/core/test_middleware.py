"""Request ids, the browser policy and its one exception, and what caches may keep."""

from __future__ import annotations

import json
import logging
import re

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from core import context
from core.middleware import (
    POLICY,
    ContentSecurityPolicyMiddleware,
    RequestIdMiddleware,
    csp_exception,
    policy_text,
)

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)


def ask(middleware: type, view: object = None, **headers: str) -> HttpResponse:
    seen = view or (lambda request: HttpResponse("hello"))
    request = RequestFactory().get("/join/secret-code/?q=private", headers=headers)
    return middleware(seen)(request)


def test_request_id_sane_is_kept() -> None:
    given = "a1B2._-3" * 8
    assert ask(RequestIdMiddleware, X_Request_Id=given)["X-Request-Id"] == given


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "with space!", "a\u00e9bcdefgh", "<b>bold</b>"]
)
def test_request_id_other_is_replaced(given: str) -> None:
    assert re.fullmatch(
        r"[0-9a-f]{32}", ask(RequestIdMiddleware, X_Request_Id=given)["X-Request-Id"]
    )


def test_request_id_is_known_inside_and_forgotten_after() -> None:
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(context.request_id.get())
        return HttpResponse()

    response = ask(RequestIdMiddleware, view)
    assert seen == [response["X-Request-Id"]]
    assert context.request_id.get() == ""


def test_request_log_has_no_address_of_page_or_person(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "exdep.request"):
        ask(RequestIdMiddleware, User_Agent="Phone/1.0")
    (record,) = caplog.records
    line = {k: getattr(record, k) for k in ("method", "route", "status")}
    assert line == {"method": "GET", "route": "unmatched", "status": 200}
    assert record.ms >= 0
    assert not re.search("secret-code|private|127.0.0.1|Phone", str(vars(record)))


def test_request_log_names_the_route(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "exdep.request"):
        client.get("/help-now/?who=me")
    assert [r.route for r in caplog.records if r.name == "exdep.request"] == ["help_now"]


def test_policy_is_strict_to_the_letter() -> None:
    assert policy_text() == STRICT
    assert "unsafe" not in STRICT


@pytest.mark.parametrize("path", ["/help-now/", "/offline/", "/account/login/", "/no-such-page/"])
@pytest.mark.django_db
def test_policy_is_on_every_page(client: Client, path: str) -> None:
    response = client.get(path)
    assert response["Content-Security-Policy"] == STRICT
    assert "camera=()" in response["Permissions-Policy"]
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def routes(resolver: URLResolver, prefix: str = "") -> list[tuple[str, URLPattern]]:
    found: list[tuple[str, URLPattern]] = []
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        found += routes(entry, path) if isinstance(entry, URLResolver) else [(path, entry)]
    return found


def test_policy_has_one_exception() -> None:
    found = {
        path: entry.callback.csp_exception
        for path, entry in routes(get_resolver())
        if hasattr(entry.callback, "csp_exception")
    }
    assert found == {"api/docs/": {"style-src": "'self' 'unsafe-inline'"}}


def test_csp_exception_changes_only_what_it_names() -> None:
    @csp_exception(style_src="'self' 'unsafe-inline'")
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    middleware = ContentSecurityPolicyMiddleware(view)
    request = RequestFactory().get("/")
    middleware.process_view(request, view, (), {})
    loosened = STRICT.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    assert middleware(request)["Content-Security-Policy"] == loosened
    assert POLICY["style-src"] == "'self'"


def test_csp_exception_unknown_directive_is_refused() -> None:
    with pytest.raises(ValueError, match="script-source"):
        csp_exception(script_source="'self'")


@pytest.mark.parametrize(
    "headers",
    [{"Cookie": f"{settings.SESSION_COOKIE_NAME}=abc"}, {"X-Session-Token": "abc"}],
)
def test_cache_personal_answers_are_not_kept(headers: dict[str, str]) -> None:
    response = ask(ContentSecurityPolicyMiddleware, **headers)
    assert response["Cache-Control"] == "no-store"
    assert response["Vary"] == "Cookie"


def test_cache_answer_that_signs_in_is_not_kept() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        response.set_cookie(settings.SESSION_COOKIE_NAME, "new")
        return response

    assert ask(ContentSecurityPolicyMiddleware, view)["Cache-Control"] == "no-store"


def test_cache_a_stranger_and_a_page_with_its_own_rule_stay() -> None:
    assert "Cache-Control" not in ask(ContentSecurityPolicyMiddleware)

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": "max-age=300"})

    cookie = f"{settings.SESSION_COOKIE_NAME}=abc"
    answer = ask(ContentSecurityPolicyMiddleware, view, Cookie=cookie)
    assert answer["Cache-Control"] == "max-age=300"


@pytest.mark.django_db
def test_failures_below_api_are_json(client: Client) -> None:
    response = client.get("/api/v1/nothing-here/")
    assert response.status_code == 404
    assert json.loads(response.content)["code"] == "not_found"
