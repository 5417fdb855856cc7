"""What a person or a program is told when a request fails before or outside a page of its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import defaults

API = "/api/"


def _answer(
    request: HttpRequest, status: int, code: str, detail: str | Promise, **context: object
) -> HttpResponse:
    """JSON below /api/, else the page of that status; it never raises for want of a context."""
    if request.path.startswith(API):
        return JsonResponse({"detail": str(detail), "code": code}, status=status)
    body = loader.get_template(f"{status}.html").render(context, request)
    return HttpResponse(body, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read: its host or its size, so the page asks for no context."""
    if request.path.startswith(API):
        return JsonResponse(
            {"detail": str(_("This request cannot be read.")), "code": "bad_request"}, status=400
        )
    return defaults.bad_request(request, exception, template_name="400.html")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403, "forbidden", _("You may not do this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404, "not_found", _("There is nothing here under this address."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs neither the database nor a context: it may be they that failed."""
    if request.path.startswith(API):
        detail = _("Something went wrong on our side. Please try again in a while.")
        return JsonResponse({"detail": str(detail), "code": "server_error"}, status=500)
    return defaults.server_error(request, template_name="500.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Mostly a page left open for long, or cookies switched off; said in those words."""
    text = _(
        "This page was open for a long time, so we could not be sure that it was you. Nothing "
        "was sent. Please go back, reload the page and try again. If it happens again, allow "
        "cookies for this site."
    )
    return _answer(request, 403, "forbidden", text, reason=text)
