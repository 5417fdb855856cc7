"""`manage.py escalate_alerts`: what the worker does for alerts, once and by hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from safety.selectors import messages_in_trouble
from safety.services.telling import escalate, send_owed


class Command(BaseCommand):
    """Pass on what nobody answered, then send what is owed."""

    help = "Pass unanswered alerts on at the protocol's times, and send the messages that are owed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many; exit status 1 where a message could not be sent."""
        now = clock.now()
        passed_on, sent = escalate(now), send_owed(now)
        self.stdout.write(f"{passed_on} passed on, {sent} messages sent")
        stuck = messages_in_trouble(now).count()
        if stuck:
            raise CommandError(f"{stuck} messages about alerts could not be sent: see /safety/")
