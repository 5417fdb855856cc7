"""`manage.py send_reminders`: what the worker does every few minutes, once and by hand."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from accounts.messages.selectors import who_wants_reminders
from core import clock
from exdep_site.reminders import BROKE, NOT_SENT, SENT, send_due


class Command(BaseCommand):
    help = (
        "Send the reminders that are due now: each person's own time, at most one a day, two in "
        "four days, four in ten. Run twice, it sends nothing twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say who would be reminded; send nothing"
        )

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        """Say how many, and why not the others; exit status 1 where one could not be sent."""
        rows = list(who_wants_reminders())
        quiet = options["verbosity"] == 0
        with tqdm(total=len(rows), unit=" people", leave=False, disable=quiet or None) as bar:
            counts = send_due(clock.now(), dry_run=dry_run, rows=rows, tick=bar.update)
        would = "would be sent" if dry_run else SENT
        others = [f"{n} {why}" for why, n in sorted(counts.items()) if why != SENT]
        self.stdout.write(", ".join([f"{counts[SENT]} {would}", *others]))
        trouble = counts[NOT_SENT] + counts[BROKE]
        if trouble:
            raise CommandError(f"{trouble} reminders could not be sent; see Messages on the desk")
