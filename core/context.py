"""What travels with one request through every layer: its id, for logs and the audit trail."""

from __future__ import annotations

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
