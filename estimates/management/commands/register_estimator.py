"""`manage.py register_estimator`: let a trained model answer from now on."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

import protocol
from core import clock
from estimates import rules, services
from estimates.card import read_card
from estimates.errors import EstimatorUnavailable


class Command(BaseCommand):
    help = (
        "Copies a directory with model.tflite and card.json into the data directory and lets that "
        "model answer from now on. Checks the file against its card and its weights first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="what train_estimator wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        try:
            row = services.register_estimator(
                directory=directory.resolve(), by=None, now=clock.now()
            )
        except (EstimatorUnavailable, OSError) as problem:
            raise CommandError(str(problem), returncode=1) from None
        self.stdout.write(f"{row.version} answers from now on.")
        windows = protocol.current().estimates
        if windows is None:
            self.stdout.write("This study makes no estimates, so nobody is asked.")
            return
        card = read_card(directory)
        for reason in rules.model_reasons(card, windows, demo=settings.EXDEP_DEMO):
            self.stdout.write(f"It stays silent here: {reason.why.value}.")
