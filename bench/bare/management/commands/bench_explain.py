"""How many queries a page sends, and which growing tables PostgreSQL reads from end to end for it.

`small`: growing tables that it reads and that are so small that a plan says nothing of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.bare.growing import FIXED

TOO_FEW = 1_000


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("token")
        parser.add_argument("pages", nargs="+")

    def handle(self, *args: Any, token: str, pages: list[str], **options: Any) -> None:
        client = Client(SERVER_NAME="localhost")
        client.cookies[settings.SESSION_COOKIE_NAME] = token
        self.stdout.write(json.dumps({page: explained(client, page) for page in pages}))


def explained(client: Client, page: str) -> dict[str, Any]:
    """What the second visit to a page asks the database, and how that would read."""
    client.get(page)
    with CaptureQueriesContext(connection) as sent:
        answer = client.get(page)
    if answer.status_code != 200:
        raise SystemExit(f"{page} was answered {answer.status_code}")
    asked = [row["sql"] for row in sent.captured_queries]
    nodes = [node for sql in asked if sql.startswith("SELECT") for node in _plan(sql)]
    fixed = {model._meta.db_table for model in FIXED}
    read = {node["Relation Name"] for node in nodes if "Relation Name" in node} - fixed
    whole = {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"}
    return {
        "queries": len(asked),
        "scans": sorted(read & whole),
        "small": sorted(name for name in read if _rows(name) < TOO_FEW),
    }


def _plan(sql: str) -> Iterator[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        plan = cursor.fetchone()[0]
    yield from _nodes((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _rows(table: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        return float(cursor.fetchone()[0])
