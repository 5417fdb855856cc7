"""Session tokens of participants whose data may be written, as JSON, and cookies alike."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.core.management.base import BaseCommand, CommandParser

from accounts.models import User
from core import clock
from enrollment.models import Participant
from enrollment.selectors import refusal

BACKEND = "enrollment.backend.PersonBackend"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, required=True)
        parser.add_argument("--exercising", action="store_true")

    def handle(self, *args: Any, count: int, exercising: bool, **options: Any) -> None:
        people = Participant.objects.exclude(arm="").order_by("pk")
        if exercising:
            people = people.exclude(prescriptions=None).distinct()
        now = clock.now()
        found: list[str] = []
        for person in people.select_related("user").iterator():
            if len(found) < count and refusal(person, now) is None:
                found.append(_signed_in(_account(person)))
        self.stdout.write(json.dumps(found))


def _account(person: Participant) -> User:
    """The person's account; most of the demo have none until they ask for it."""
    if person.user is None:
        person.user = User.objects.create(
            email=f"bench-{person.pk}@example.org", password=make_password(None)
        )
        person.save(update_fields=["user"])
    return person.user


def _signed_in(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
