"""`manage.py verify_audit`: prove that the trail is whole, or name the row that is not."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from accounts import audit, verification


class Command(BaseCommand):
    help = (
        "Walks the audit trail and recomputes every MAC; finds a changed, missing, reordered or "
        "forged row, and by the anchored heads a cut tail. Exit status 1 with one line if any."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--heads",
            type=Path,
            help="the anchors file, one JSON object a line (default: audit-heads.jsonl of "
            "EXDEP_DATA_DIR); a copy kept elsewhere proves more",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        heads: Path | None = options["heads"]
        try:
            anchors = verification.read_anchors(
                heads or audit.anchors_file(), required=heads is not None
            )
            with tqdm(unit=" events", leave=False, disable=options["verbosity"] < 1) as bar:
                report = verification.verify(anchors, progress=bar)
        except verification.TrailError as problem:
            raise CommandError(f"audit: {problem}", returncode=1) from None
        self.stdout.write(
            f"audit: {report.events} events, head {report.mac}, {report.anchors} anchors agree"
        )
