"""What every endpoint of the OpenAPI document shares: sign-in, errors, strictness, examples."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from core.serializers import StrictSerializer

Document = dict[str, Any]


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "enrollment.api.SessionTokenAuthentication"
    name = "sessionToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey", "in": "header", "name": "X-Session-Token",
            "description": "`meta.session_token` of `POST /_allauth/app/v1/auth/login`.",
        }  # fmt: skip


class CookieScheme(OpenApiAuthenticationExtension):
    target_class = "enrollment.api.CookieAuthentication"
    name = "sessionCookie"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey", "in": "cookie", "name": "sessionid",
            "description": "Writing needs the CSRF token as `X-CSRFToken` as well.",
        }  # fmt: skip


SHARED_SCHEMAS: Document = {
    "Error": {
        "type": "object",
        "description": "Why a request was not done. `code` is for programs, `detail` for people.",
        "properties": {"detail": {"type": "string"}, "code": {"type": "string"}},
        "required": ["detail", "code"],
    },
    "FieldErrors": {
        "type": "object",
        "description": "What is wrong, by field: a list of sentences, or one such list a line.",
        "additionalProperties": True,
    },
}
ERROR: Document = {"$ref": "#/components/schemas/Error"}
FIELD_ERRORS: Document = {"$ref": "#/components/schemas/FieldErrors"}
MALFORMED: Document = {"anyOf": [ERROR, FIELD_ERRORS]}

# Status, what it means, its shape. Codes: CONTRACT, "API, version 1".
ALWAYS = (
    ("401", "`not_signed_in`: no token, a bad one, or one that has ended.", ERROR),
    (
        "403",
        "`forbidden`, `second_factor_missing`, `consent_pending`, `withdrawn`.",
        ERROR,
    ),
    ("404", "`not_found`: there is none, or it is another participant's.", ERROR),
    ("406", "`not_acceptable`: answers are JSON only.", ERROR),
    ("429", "`slow_down`: too many requests; `Retry-After` says for how long.", ERROR),
)
WRITING = (
    ("400", "What is wrong, by field; `bad_request` where the body is no JSON.", MALFORMED),
    (
        "409",
        "`locked`, `voided`, `edit_conflict`; `not_open`, with `Retry-After` where it opens by "
        "itself; `unlikely` only where asked by `X-Ask`.",
        ERROR,
    ),
    ("413", "`too_large`", ERROR),
    ("415", "`unsupported_media_type`: bodies are JSON only.", ERROR),
)

EXAMPLES: dict[str, Document] = {
    "workouts_write": {
        "modality": "aerobic", "activity": "fast_walking",
        "started_at": "2026-03-18T10:00:00+08:00", "duration_min": 40,
        "mood_before": 4, "mood_after": 6, "feeling": 2, "effort": 4,
        "hr_mean_bpm": 118, "hr_max_bpm": 131, "symptoms": [], "edit": 1,
    },
    "sleep_write": {
        "in_bed_at": "22:30", "tried_to_sleep_at": "23:00", "sleep_onset_latency_min": 30,
        "awakenings": 2, "wake_after_sleep_onset_min": 45, "woke_at": "06:30",
        "out_of_bed_at": "07:00", "quality": 6, "edit": 1,
    },
    "readiness_write": {"answers": [], "device_time": "2026-03-18T10:00:00+08:00"},
    "check_ins_write": {
        "resting_hr_bpm": 68, "hr_after_bpm": 84, "activity": "same", "active_minutes": 40,
        "diet_changed": False, "anything_new": True, "new_text": "A cold, over now.", "edit": 1,
    },
    "assessments_write": {"answers": {"mood": 6, "cognition": 5}, "complete": False},
}  # fmt: skip


def complete(result: Document, generator: Any, request: Any, public: bool) -> Document:
    """drf-spectacular's last hook: add to its document what it cannot see in the views."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    _be_strict(schemas)
    schemas |= SHARED_SCHEMAS
    for method, operation in _operations(result):
        shared = ALWAYS if method == "get" else (*ALWAYS, *WRITING)
        for status, text, schema in shared:
            operation["responses"].setdefault(status, _answer(text, schema))
        example = EXAMPLES.get(operation["operationId"])
        if example is not None:
            operation["requestBody"]["content"]["application/json"]["example"] = example
    return result


def _be_strict(schemas: Document) -> None:
    """Unknown fields are refused by name, and that is said of each body, in no one's own words."""
    inherited = inspect.getdoc(StrictSerializer)
    for name, schema in schemas.items():
        if schema.get("description") == inherited:
            del schema["description"]
        if name.endswith("Request") and schema.get("type") == "object":
            schema["additionalProperties"] = False


def _operations(result: Document) -> Iterator[tuple[str, Document]]:
    for path in result.get("paths", {}).values():
        yield from path.items()


def _answer(text: str, schema: Document) -> Document:
    return {"description": text, "content": {"application/json": {"schema": schema}}}
