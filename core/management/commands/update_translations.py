"""Bring the Chinese catalogue up to date with the code, and compile it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import translations


class Command(BaseCommand):
    """``manage.py update_translations``: needs no GNU gettext, only the test requirements."""

    help = "Write the strings of the code into the Chinese catalogue, and compile it."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Keep every translation that is still needed; say how many are not there yet."""
        try:
            from core import catalogue
        except ModuleNotFoundError:
            raise CommandError("Babel is missing: pip install -r requirements/test.txt") from None
        try:
            found = translations.read_all(Path(settings.BASE_DIR))
        except translations.Unreadable as fault:
            raise CommandError(str(fault)) from None
        folder = catalogue.folder(Path(settings.LOCALE_PATHS[0]))
        merged = catalogue.merge(catalogue.read(folder / "django.po"), found)
        catalogue.write(merged, folder / "django.po")
        (folder / "django.mo").write_bytes(catalogue.compiled(merged))
        empty = catalogue.untranslated(merged)
        self.stdout.write(f"{len(found)} strings, {empty} without a translation, in {folder}")
