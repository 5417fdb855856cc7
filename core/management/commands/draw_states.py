"""Draw every table of states into the documentation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.states import StateTable

HEAD = """\
# States

Drawn by `manage.py draw_states` from the tables in the code; a test holds that both agree.
Whatever is not drawn here cannot happen: the site answers `409 illegal_step`.
"""


class Command(BaseCommand):
    """``manage.py draw_states``: writes docs/states.md; with ``--check`` it only compares."""

    help = "Draw the tables of states into docs/states.md."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to write or to compare."""
        parser.add_argument("--check", action="store_true", help="fail where the page is old")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the page, or say that it is not what the code says."""
        page = Path(settings.BASE_DIR) / "docs" / "states.md"
        drawn = drawing()
        if not options["check"]:
            page.write_text(drawn, encoding="utf-8")
        elif not page.exists() or page.read_text(encoding="utf-8") != drawn:
            raise CommandError(f"{page.name} is not what the code says: manage.py draw_states")
        self.stdout.write(f"{page.name} shows every state table")


def drawing() -> str:
    """The whole page."""
    parts = [f"\n## {table.name}\n\n```mermaid\n{table.mermaid()}```\n" for table in state_tables()]
    return "".join([HEAD, *parts])


def state_tables() -> list[StateTable]:
    """The tables that the rooms' models keep, by name."""
    found = {
        value.name: value
        for room in apps.get_app_configs()
        if room.models_module is not None
        for value in vars(room.models_module).values()
        if isinstance(value, StateTable)
    }
    return [found[name] for name in sorted(found)]
