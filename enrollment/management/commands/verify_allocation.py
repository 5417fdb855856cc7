"""`manage.py verify_allocation`: is the list untouched, and was it used in order?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from enrollment.allocation_proof import prove

SHOWN = 5


class Command(BaseCommand):
    help = (
        "Opens every place of the allocation list with the deployment's key, compares the list "
        "with its SHA-256 in the audit trail, and proves that everyone was allocated in order "
        "from their stratum. Prints no arm. Run verify_audit beside it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        proof = prove()
        if proof.problems:
            more = len(proof.problems) - SHOWN
            rest = [f"And {more} more."] if more > 0 else []
            raise CommandError(" ".join([*proof.problems[:SHOWN], *rest]))
        self.stdout.write(
            f"The list is untouched: {proof.places} places, {proof.used} used in order, "
            f"SHA-256 {proof.sha256}"
        )
