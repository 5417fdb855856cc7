"""`GET /today/` and `/history/` with 100 and with 20,000 participants, on PostgreSQL."""

from __future__ import annotations

import json
from contextlib import ExitStack
from statistics import median
from typing import Any

from bench import databases
from bench.lines import Line, Row, Skipped
from bench.phones import Phone
from bench.site import Site, manage, served

PAGES = ("/today/", "/history/")
FEW, MANY, WORKOUTS = 100, 20_000, 1_200_000
VISITS, PEOPLE = 100, 10
MOST = 1.3


def run(site: Site) -> list[Row]:
    """Ratio of medians at most 1.3, equal counts of queries, no scan of a table that grows."""
    if not databases.reachable():
        return [Skipped(f"Today and history, {MANY:,} participants", databases.NEEDS)]
    with ExitStack() as stack:
        few, many = (
            stack.enter_context(served(
                participants=FEW, bare=True,
                database=stack.enter_context(databases.postgres()),
            ))
            for _ in range(2)
        )  # fmt: skip
        manage(few, "bench_grow", "--participants", "1", "--workouts", "0")
        manage(many, "bench_grow", "--participants", str(MANY), "--workouts", str(WORKOUTS))
        return compared(few, many)


def compared(few: Site, many: Site, *, visits: int = VISITS, people: int = PEOPLE) -> list[Row]:
    """The pages of the same people in both, by turns. SystemExit where a plan of `many` would say
    nothing, because a table that grows was not grown."""
    phones = [_phones(site, people) for site in (few, many)]
    asked = [_explained(site, group[0]) for site, group in zip((few, many), phones, strict=True)]
    if small := {name for page in PAGES for name in asked[1][page]["small"]}:
        raise SystemExit(f"bench: bench_grow leaves {', '.join(sorted(small))} as small as it was")
    lines: list[Row] = []
    for page in PAGES:
        medians = _medians(page, phones, visits)
        before, after = (found[page]["queries"] for found in asked)
        scans = asked[1][page]["scans"]
        lines += [
            Line(f"{page}, {MANY:,} participants", 1000 * medians[1], "ms",
                 medians[1] / medians[0], f"{FEW} participants", ratio_limit=MOST),
            Line("  queries", after, "", after / before, f"{FEW} participants",
                 ratio_least=1, ratio_limit=1),
            Line(f"  scans of a growing table {', '.join(scans)}".rstrip(), len(scans), "",
                 limit=0),
        ]  # fmt: skip
    return lines


def _medians(page: str, phones: list[list[Phone]], visits: int) -> list[float]:
    for number in range(visits):
        for group in phones:
            group[number % len(group)].get(page)
    taken = [[t for phone in group for t in phone.took] for group in phones]
    for phone in [phone for group in phones for phone in group]:
        phone.took.clear()
    return [median(times) for times in taken]


def _phones(site: Site, number: int) -> list[Phone]:
    tokens = json.loads(manage(site, "bench_tokens", "--count", str(number), "--exercising"))
    return [Phone(site.port, token) for token in tokens]


def _explained(site: Site, phone: Phone) -> Any:
    return json.loads(manage(site, "bench_explain", phone.token, *PAGES).splitlines()[-1])
