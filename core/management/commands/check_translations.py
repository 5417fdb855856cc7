"""Whether every sentence that participants read is there in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import formats

from core import translations


class Command(BaseCommand):
    """``manage.py check_translations``: exit status 1, and a line for each fault."""

    help = "Check that participants' pages and data files are whole in both languages."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the catalogue and the dates against the code, then the study's data files."""
        base = Path(settings.BASE_DIR)
        found, faults = catalogue_faults(base)
        faults += date_faults(base) + translations.one_sided(base)
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{len(found)} strings for participants, all there in both languages")


def catalogue_faults(base: Path) -> tuple[dict[translations.Message, list[str]], list[str]]:
    """The participants' strings, and what is wrong with their catalogue."""
    try:
        from core import catalogue
    except ModuleNotFoundError:
        raise CommandError("Babel is missing: pip install -r requirements/test.txt") from None
    try:
        found = translations.for_participants(translations.read_all(base))
    except translations.Unreadable as fault:
        return {}, [str(fault)]
    folder = catalogue.folder(Path(settings.LOCALE_PATHS[0]))
    mo = folder / "django.mo"
    brought = [Path(django.__file__).parent / "conf"]
    brought += [Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent != base]
    return found, list(
        catalogue.faults(
            found,
            catalogue.read(folder / "django.po"),
            catalogue.of_libraries(brought),
            mo.read_bytes() if mo.exists() else None,
        )
    )


def date_faults(base: Path) -> list[str]:
    """The date patterns that Chinese would show in the English order."""
    return [
        f"{', '.join(paths)}: the date pattern {pattern!r} is not in exdep_site/locale/zh_Hans"
        for pattern, paths in translations.date_patterns(base).items()
        if formats.get_format(pattern, lang="zh-hans") == pattern
    ]
