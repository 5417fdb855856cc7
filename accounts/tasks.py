"""What the worker does for accounts from time to time."""

from __future__ import annotations

from accounts import audit
from accounts.messages import services
from core import clock


def anchor_audit_head() -> None:
    """Hourly: keep the trail's head outside the database, so that a cut tail shows."""
    audit.anchor_head("worker")


def check_gateway() -> None:
    """Hourly: test the SMS gateway where its weekly test is due or its last one failed."""
    services.check_gateway(clock.now())
