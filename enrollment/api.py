"""What every API view shares: who is calling, whether they may, and how a refusal is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.cache import caches
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as ModelValidationError
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.throttling import UserRateThrottle

from accounts.models import User
from accounts.person import HEADER, person_key
from core import clock
from core.errors import NotSignedIn, Refused
from enrollment.guard import ANYONE_SIGNED_IN, WRITING_METHODS, Needs, judge, session_of, touch
from enrollment.selectors import account

if TYPE_CHECKING:
    from rest_framework.views import APIView


class SessionTokenAuthentication(BaseAuthentication):
    """allauth's `X-Session-Token`. A bad one is 401, never a silent fall-back to the cookie."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        token = request.headers.get("X-Session-Token")
        if not token:
            return None
        found = session_of(token)
        if found is None:
            raise exceptions.AuthenticationFailed
        return found

    def authenticate_header(self, request: Request) -> str:
        return "X-Session-Token"


class CookieAuthentication(SessionAuthentication):
    """The session cookie, with CSRF.

    A page says whose it is (`X-Person`): what one person wrote is never taken as another's, however
    the cookie changed meanwhile.
    """

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        found: tuple[User, Any] | None = super().authenticate(request)
        said = request.headers.get(HEADER)
        if found is not None and said and said != person_key(found[0]):
            raise NotSignedIn
        return found

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class Guarded(BasePermission):
    """The one guard, for API views. A view says what it asks as `needs = Needs(...)`."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        needs: Needs = getattr(view, "needs", ANYONE_SIGNED_IN)
        session: Any = request.auth if request.auth is not None else request.session
        now = clock.now()
        writes = request.method in WRITING_METHODS
        refused = judge(
            user=request.user, session=session, needs=needs, now=now, writes=writes,
            path=request.path,
        )  # fmt: skip
        if refused is not None:
            raise refused
        touch(account(request), session, now)
        if request.auth is not None and session.modified:
            session.save()
        return True


class CallThrottle(UserRateThrottle):
    """How often one person may call, counted in the cache `calls`."""

    cache = caches["calls"]


class StrictJSONParser(JSONParser):
    """JSON nested deeper than Python reads is a malformed body, not a failure of ours."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError:
            raise exceptions.ParseError from None


class TooLarge(exceptions.APIException):
    """The body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE."""

    status_code = 413
    default_detail = _("This is too large to send.")


CODES = {
    400: "bad_request", 401: "not_signed_in", 403: "forbidden", 404: "not_found",
    405: "method_not_allowed", 406: "not_acceptable", 413: "too_large",
    415: "unsupported_media_type", 429: "slow_down",
}  # fmt: skip


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """CONTRACT: field errors are `400 {"field": [...]}`, every other error `{"detail", "code"}`."""
    from rest_framework.views import set_rollback  # DRF's views import this module first

    set_rollback()
    if isinstance(error, Refused):
        return _refused(error)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, RequestDataTooBig):
        error = TooLarge()
    elif isinstance(error, ModelValidationError):
        error = exceptions.ValidationError(as_serializer_error(error))
    if isinstance(error, exceptions.ValidationError):
        return Response(error.detail, status=400)
    if not isinstance(error, exceptions.APIException):
        return None
    headers = _challenge(error.status_code)
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    code = CODES.get(error.status_code, getattr(error, "default_code", "error"))
    return Response(
        {"detail": str(error.detail), "code": code}, status=error.status_code, headers=headers
    )


def _refused(error: Refused) -> Response:
    headers = _challenge(error.status)
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    said = {"detail": str(error.text), "code": error.code}
    return Response(said, status=error.status, headers=headers)


def _challenge(status: int) -> dict[str, str]:
    return {"WWW-Authenticate": "X-Session-Token"} if status == 401 else {}
