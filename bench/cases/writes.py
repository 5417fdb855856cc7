"""`PUT /api/v1/workouts/` beside a bare insert of one row, on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import uuid
from statistics import median

from bench import databases, phones
from bench.lines import Line, Row, Skipped
from bench.phones import Phone, entry, quantile
from bench.site import Site, manage, served

LEAST_SHARE = 0.45
MOST_STATEMENTS = 14
ROUNDS, SECONDS = 5, 4.0
BUSY, PHONES, QUEUED = 8, 50, 20


def run(site: Site) -> list[Row]:
    """At least 45 % of the bare insert, at most 14 statements each; 50 phones with 20 entries."""
    with served(participants=100, bare=True) as own:
        lines = measured(own, "SQLite")
    if not databases.reachable():
        return [*lines, Skipped("PUT workouts, PostgreSQL", databases.NEEDS)]
    with databases.postgres() as url, served(participants=100, bare=True, database=url) as own:
        return [*lines, *measured(own, "PostgreSQL")]


def measured(
    site: Site, engine: str, *, rounds: int = ROUNDS, seconds: float = SECONDS,
    many: int = PHONES, queued: int = QUEUED,
) -> list[Row]:  # fmt: skip
    """The figures of one site with `bench.bare`."""
    exercising = _phones(site, BUSY, "--exercising")
    statements = max(_statements(phone) for phone in exercising)
    phones.for_seconds(exercising, phones.log, min(seconds, 1))
    shares, rates, took = [], [], []
    for _ in range(rounds):
        bare = phones.for_seconds(exercising, phones.insert, seconds)
        _forget(exercising)
        rates.append(phones.for_seconds(exercising, phones.log, seconds))
        shares.append(rates[-1] / bare)
        took += [t for phone in exercising for t in phone.took]
        _forget(exercising)
    crowd = _phones(site, many)
    phones.times(crowd, phones.log, queued)
    waited = [t for phone in crowd for t in phone.took]
    return [
        Line(f"PUT workouts, {engine}", median(rates), "/s", median(shares), "a bare insert",
             ratio_least=LEAST_SHARE),
        Line(f"  slowest of 100, {len(exercising)} phones", 1000 * quantile(took, 0.99), "ms"),
        Line("  statements, answering a session", statements, "", limit=MOST_STATEMENTS),
        Line(f"  slowest of 100, {many} phones empty {queued} each",
             1000 * quantile(waited, 0.99), "ms"),
    ]  # fmt: skip


def _phones(site: Site, number: int, *options: str) -> list[Phone]:
    tokens = json.loads(manage(site, "bench_tokens", "--count", str(number), *options))
    return [Phone(site.port, token) for token in tokens]


def _statements(phone: Phone) -> int:
    """The most that a new workout of this person needs: the first ones answer sessions."""
    return max(
        phone.put(f"/api/v1/workouts/{uuid.uuid4()}/", entry(next(phone.numbers)), counted=True)
        for _ in range(3)
    )


def _forget(used: list[Phone]) -> None:
    for phone in used:
        phone.took.clear()
