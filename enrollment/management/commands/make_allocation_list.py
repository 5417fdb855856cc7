"""`manage.py make_allocation_list`: the study's list of places, made and sealed once."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from core import clock
from enrollment.services import allocation


class Command(BaseCommand):
    help = (
        "Draws the study's allocation list (permuted blocks of 4 and 6 within the protocol's "
        "strata), seals every place with the deployment's key, and prints the list's SHA-256. "
        "Once per study, by someone who enrols nobody."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        seed = parser.add_mutually_exclusive_group(required=True)
        seed.add_argument(
            "--seed-file", type=Path, metavar="F",
            help="a file with the secret seed, 16 characters or more; keep it off this machine",
        )  # fmt: skip
        seed.add_argument(
            "--generate", action="store_true", help="make a seed, and show it this once"
        )

    def handle(self, *args: Any, seed_file: Path | None, generate: bool, **options: Any) -> None:
        seed = secrets.token_hex(32).encode() if generate else _read(seed_file)
        try:
            made = allocation.make_list(seed=seed, by=None, now=clock.now())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"Places: {_listed(made.places)}.")
        self.stdout.write(f"When all are used, the groups differ by {made.totals_differ_by}.")
        self.stdout.write(f"At no moment do they differ by more than {made.bound:g} in all.")
        self.stdout.write(f"SHA-256 of the list: {made.sha256}")
        self.stdout.write(f"SHA-256 of the seed: {made.seed_sha256}")
        if generate:
            self.stdout.write(
                f"The seed, shown only now: {seed.decode()}\n"
                "Keep it sealed and away from everyone who enrols: it gives the whole list."
            )


def _read(path: Path | None) -> bytes:
    assert path is not None
    try:
        return path.read_bytes().strip()
    except OSError as error:
        raise CommandError(f"--seed-file: {path} cannot be read ({error.strerror}).") from error


def _listed(places: Any) -> str:
    return ", ".join(f"{count} × {stratum}" for stratum, count in sorted(places.items()))
