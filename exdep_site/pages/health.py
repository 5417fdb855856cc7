"""`/healthz`: for the machine that watches the site. No sign-in, and nothing about people."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from core import clock
from enrollment.guard import public
from exdep_site import health


@public
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while people can be served (`degraded` too), 503 when they cannot."""
    found = health.look(clock.now())
    status = 503 if found["status"] == "failed" else 200
    return JsonResponse(found, status=status, headers={"Cache-Control": "no-store"})
