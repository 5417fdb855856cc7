"""What every template knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from core.context import request_id
from enrollment.selectors import participant_of


def site(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    roles = user.active_roles if isinstance(user, User) else {}
    return {
        "site_name": settings.EXDEP_SITE_NAME,
        "demo": settings.EXDEP_DEMO,
        "show_participant_nav": participant_of(user) is not None,
        "role_labels": [str(role.label) for role in roles],
        "active_nav": getattr(request.resolver_match, "url_name", ""),
        "request_id": request_id.get(),
    }
