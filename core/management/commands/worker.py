"""`manage.py worker`: periodic jobs under a lease, and tasks."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.worker import Worker


class Command(BaseCommand):
    help = (
        "Runs the periodic jobs (on one of several workers) and the waiting tasks. "
        "Stops on SIGTERM after the task at hand."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="do what is due and what waits, then end"
        )

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        worker = Worker()
        worker.handle_signals()
        if not once:
            worker.run()
        elif not worker.run_once():
            raise CommandError("A job or task failed; the log says which.")
