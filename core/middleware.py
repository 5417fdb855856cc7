"""What every response carries: a request id, one strict browser policy, and privacy in caches."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_vary_headers

from core import context

logger = logging.getLogger("exdep.request")

GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = TypeVar("View", bound=Callable[..., Any])

SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

POLICY: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "browsing-topics", "camera", "display-capture",
        "geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb",
    )
)  # fmt: skip


def route_of(request: HttpRequest) -> str:
    """The name of the address that answered, never the address: it may hold an id or a code."""
    match = getattr(request, "resolver_match", None)
    if match is not None:
        return str(match.view_name or match.route)
    return "static" if request.path.startswith(settings.STATIC_URL) else "unmatched"


class RequestIdMiddleware:
    """Gives each request an id and writes one log line about it, without personal data."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if SANE_REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        token = context.request_id.set(request_id)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id
            self._log(request, response.status_code, started)
            return response
        finally:
            context.request_id.reset(token)

    @staticmethod
    def _log(request: HttpRequest, status: int, started: float) -> None:
        fields = {
            "method": request.method,
            "route": route_of(request),
            "status": status,
            "ms": round((time.perf_counter() - started) * 1000, 1),
        }
        logger.info("request", extra=fields)


class HeadMiddleware:
    """HEAD is answered as GET is, without the body: the server warns of one that it has to drop."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method == "HEAD":
            if isinstance(response, HttpResponse):
                response.headers.setdefault("Content-Length", str(len(response.content)))
                response.content = b""
            elif isinstance(response, StreamingHttpResponse):
                response.streaming_content = ()
        return response


def csp_exception(**directives: str) -> Callable[[View], View]:
    """Let one view's pages replace directives: `csp_exception(style_src="'self' 'unsafe-inline'")`.

    A test pins which views have one.
    """
    changes = {name.replace("_", "-"): value for name, value in directives.items()}
    if unknown := sorted(set(changes) - set(POLICY)):
        raise ValueError(f"No such directive in the policy: {', '.join(unknown)}")

    def mark(view: View) -> View:
        view.csp_exception = changes  # type: ignore[attr-defined]
        return view

    return mark


def policy_text(changes: Mapping[str, str] | None = None) -> str:
    """The Content-Security-Policy header, with a view's exceptions."""
    return "; ".join(f"{name} {value}" for name, value in {**POLICY, **(changes or {})}.items())


class ContentSecurityPolicyMiddleware:
    """One strict policy on every response; and no copy of a signed-in person's page is kept."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        changes = getattr(request, "csp_exception", None)
        response.headers.setdefault("Content-Security-Policy", policy_text(changes))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "Cache-Control" not in response and _is_personal(request, response):
            response["Cache-Control"] = "no-store"
            patch_vary_headers(response, ["Cookie"])
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        request.csp_exception = getattr(view, "csp_exception", None)  # type: ignore[attr-defined]


def _is_personal(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Judged by what the request carried, without a query: a cookie, a token, or a new cookie."""
    return (
        settings.SESSION_COOKIE_NAME in request.COOKIES
        or settings.SESSION_COOKIE_NAME in response.cookies
        or "X-Session-Token" in request.headers
        or "Authorization" in request.headers
    )
