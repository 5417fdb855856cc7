"""`manage.py train_estimator`: a model from an export. Needs TensorFlow; the site does not."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

import protocol
from estimates.training import build, report
from estimates.training.data import DataError, read_export
from estimates.training.evaluate import AllDead
from estimates.training.network import TensorFlowMissing, tensorflow

SEED = 20230101


class Command(BaseCommand):
    help = (
        "Trains the mood-change model on a conduct export (manage.py export_study) and writes "
        "model.tflite and card.json to a directory for manage.py register_estimator."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("export_dir", type=Path, help="a conduct export in CSV")
        parser.add_argument("--out", type=Path, required=True, help="where both files go")
        parser.add_argument("--seed", type=int, default=SEED, help=f"default {SEED}")
        parser.add_argument(
            "--report", type=Path, help="a Markdown file whose figures are written anew"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            tensorflow()
            data = read_export(options["export_dir"], protocol.current())
            card = build.build(data, options["out"], seed=options["seed"])
            if options["report"] is not None:
                report.write(options["report"], card)
        except (TensorFlowMissing, DataError, AllDead, OSError) as problem:
            raise CommandError(str(problem), returncode=1) from None
        performance = card["performance"]
        self.stdout.write(
            f"{card['version']}: {card['sha256']}\n"
            f"{card['data_origin']} data, {card['training']['participants']} participants; "
            f"mean absolute error {performance['network']['mae']} (straight line "
            f"{performance['straight_line']['mae']}, mean {performance['mean_change']['mae']}); "
            f"{card['made_with']['starts_with_dead_units']} of {card['made_with']['starts']} "
            "starts had dead units"
        )
        if card["too_wide"]:
            self.stdout.write("Its range is no narrower than the average's: it will stay silent.")
