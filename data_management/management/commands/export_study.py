"""`manage.py export_study --out DIR`: the study as CSV files, codebook and manifest."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from core import clock
from data_management import rules
from data_management.files import TargetError
from data_management.rules import Kind
from data_management.services import make_export
from enrollment.models import Participant


class Command(BaseCommand):
    help = (
        "Write the study's data to a new directory: one CSV file per table, codebook.csv and "
        "manifest.json. See docs/export.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", required=True, type=Path, help="a new or empty directory")
        parser.add_argument(
            "--tables", default=Kind.CONDUCT.value, choices=[kind.value for kind in Kind],
            help="conduct: what happened, without groups; blinded: groups as A and B with outcomes",
        )  # fmt: skip
        parser.add_argument(
            "--identified", action="store_true",
            help="the study's own ids, and dates beside study days; stays inside the study team",
        )  # fmt: skip
        parser.add_argument("--format", default="csv", help="csv (others will follow)")

    def handle(self, *args: Any, **options: Any) -> None:
        kind, out = Kind(options["tables"]), options["out"]
        problem = rules.why_not(
            kind, identified=options["identified"], file_format=options["format"]
        )
        if problem:
            raise CommandError(problem)
        quiet = options["verbosity"] == 0
        with tqdm(
            total=Participant.objects.count(), unit="participant", disable=quiet or None
        ) as bar:
            try:
                made = make_export(
                    out=out, kind=kind, identified=options["identified"], by=None,
                    now=clock.now(), progress=bar.update,
                )  # fmt: skip
            except (TargetError, OSError) as error:
                raise CommandError(str(error)) from error
        written = made.manifest["files"]
        assert isinstance(written, dict)
        rows = sum(facts["rows"] for facts in written.values())
        self.stdout.write(
            f"{out}: {len(written)} files, {rows} rows, manifest {made.export.manifest_sha256}"
        )
