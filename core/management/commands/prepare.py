"""`manage.py prepare`: what a start needs, each part only where something changed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from core.readiness import database_line


class Command(BaseCommand):
    help = "Migrates the database, makes the cache's table, and collects changed static files."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
            call_command("createcachetable", verbosity=0)
        except DatabaseError as error:
            raise CommandError(database_line(error)) from error
        self._collect()

    def _collect(self) -> None:
        mark = Path(settings.STATIC_ROOT) / ".collected"
        now = fingerprint()
        if mark.exists() and mark.read_text() == now:
            return
        call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)
        mark.write_text(now)


def fingerprint() -> str:
    """SHA-256 over the name, size and time of every static file and the way they are stored."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
