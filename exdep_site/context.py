"""What every template knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from accounts.person import person_key
from core.context import request_id
from enrollment import loan
from enrollment.selectors import participant_of

# page.js and what it imports: named in the page, so that they come at once and not one by one.
QUEUE_MODULES = (
    "core/js/queue/page.js", "core/js/queue/forms.js", "core/js/queue/sender.js",
    "core/js/queue/store.js", "core/js/queue/machine.js", "vendor/idb/idb.js",
)  # fmt: skip


def site(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    roles = user.active_roles if isinstance(user, User) else {}
    lent = loan.is_lent(request.session) if hasattr(request, "session") else False
    is_participant = participant_of(user) is not None and not lent
    return {
        "site_name": settings.EXDEP_SITE_NAME,
        "demo": settings.EXDEP_DEMO,
        "show_participant_nav": is_participant,
        "person": person_key(user) if is_participant and isinstance(user, User) else "",
        "queue_modules": QUEUE_MODULES if is_participant else (),
        "lent": lent,
        "role_labels": [str(role.label) for role in roles],
        "active_nav": getattr(request.resolver_match, "url_name", ""),
        "request_id": request_id.get(),
    }
