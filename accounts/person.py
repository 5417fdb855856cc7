"""What a phone may know a person by: not who they are, only whether it is the same one."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from accounts.models import User

HEADER = "X-Person"


def person_key(user: User) -> str:
    """24 hex digits, the same for this account for as long as the study's keys are.

    Entries that wait on a phone and pages that it keeps belong to this key. It is made with the key
    file, not with SECRET_KEY: entries must not become nobody's when that is changed.
    """
    text = f"person:{user.pk}".encode()
    return hmac.new(settings.EXDEP_KEYS["audit"], text, hashlib.sha256).hexdigest()[:24]
