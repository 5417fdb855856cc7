"""`manage.py seed_demo`: a synthetic study in an empty demo."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from accounts.models import User
from core import clock
from enrollment.models import Participant
from exdep_site.demo.course import ZONE
from exdep_site.demo.people import SMALLEST
from exdep_site.demo.writing import STEPS_AFTER_PEOPLE, seed_study


class Command(BaseCommand):
    help = (
        "Fills an empty demo with a synthetic study: people who are not real, their workouts, "
        "nights and answers, and the demo's sign-ins. The same seed on the same day gives the "
        "same study."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--participants", type=int, default=100, metavar="N",
            help="how many people take part (default 100)",
        )  # fmt: skip
        parser.add_argument(
            "--seed", type=int, default=20230101, metavar="S", help="default 20230101"
        )
        parser.add_argument(
            "--if-empty", action="store_true",
            help="do nothing, and succeed, where there are people already",
        )  # fmt: skip

    def handle(
        self, *args: Any, participants: int, seed: int, if_empty: bool, **options: Any
    ) -> None:
        if not settings.EXDEP_DEMO:
            raise CommandError("Only a demo is seeded: set EXDEP_DEMO=1, or use `make demo`.")
        if participants < SMALLEST or seed < 0:
            raise CommandError(f"Write --participants {SMALLEST} or more, and --seed 0 or more.")
        if Participant.objects.exists() or User.objects.exists():
            if if_empty:
                self.stdout.write("There are people already: nothing was seeded.")
                return
            raise CommandError("This database holds people already: seed an empty one.")
        self._seed(participants, seed)

    def _seed(self, participants: int, seed: int) -> None:
        started = time.monotonic()
        today = clock.local_date(clock.now(), ZoneInfo(ZONE))
        with tqdm(
            total=participants + STEPS_AFTER_PEOPLE, desc="Seeding the demo", unit="step",
            disable=None,
        ) as bar:  # fmt: skip
            counts = seed_study(size=participants, seed=seed, today=today, step=bar.update)
        self.stdout.write(
            "Seeded {} synthetic participants in {:.1f} s: {}.".format(
                participants,
                time.monotonic() - started,
                ", ".join(f"{count} × {name}" for name, count in counts.items()),
            )
        )
