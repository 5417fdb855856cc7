"""What every template knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core.context import request_id
from enrollment.selectors import participant_of


def site(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {
        "site_name": settings.EXDEP_SITE_NAME,
        "demo": settings.EXDEP_DEMO,
        "show_participant_nav": bool(signed_in and participant_of(user)),
        "role_labels": [str(role.label) for role in user.active_roles] if signed_in else [],
        "active_nav": getattr(request.resolver_match, "url_name", ""),
        "request_id": request_id.get(),
    }
