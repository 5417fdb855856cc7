"""How many queries a page sends, and which large tables PostgreSQL reads from end to end for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench.bare.growing import OWNED
from enrollment.models import Participant


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("token")
        parser.add_argument("pages", nargs="+")

    def handle(self, *args: Any, token: str, pages: list[str], **options: Any) -> None:
        growing = {model._meta.db_table for model in (User, Participant, *OWNED)}
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = token
        found = {}
        for page in pages:
            client.get(page, headers={"Host": "localhost"})
            with CaptureQueriesContext(connection) as sent:
                answer = client.get(page, headers={"Host": "localhost"})
            if answer.status_code != 200:
                raise SystemExit(f"{page} was answered {answer.status_code}")
            asked = [row["sql"] for row in sent.captured_queries]
            found[page] = {"queries": len(asked), "scans": sorted(_scans(asked) & growing)}
        self.stdout.write(json.dumps(found))


def _scans(asked: list[str]) -> set[str]:
    scanned: set[str] = set()
    with connection.cursor() as cursor:
        for sql in asked:
            if sql.startswith("SELECT"):
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
                plan = cursor.fetchone()[0]
                plan = json.loads(plan) if isinstance(plan, str) else plan
                scanned |= {node["Relation Name"] for node in _nodes(plan[0]["Plan"])
                            if node["Node Type"] == "Seq Scan"}  # fmt: skip
    return scanned


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)
