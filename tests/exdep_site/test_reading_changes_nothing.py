"""Opening a page changes nothing: every GET of the permission walk, and what it wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.exdep_site import walk_objects
from tests.exdep_site.test_permissions import ROWS, ask, keys, person

WRITES = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
READS = [row for row in ROWS if row.method == "GET"]
# That somebody is still there, and from which browser: rows of the session, none of the study's.
OF_THE_SESSION = {"django_session", "usersessions_usersession", "exdep_cache"}


# Behind the sign-in, the address in a message marks that it was opened: it is there for that.
MARKS_ITSELF = {"note/<str:key>/": {"accounts_outgoingmessage"}}


@pytest.fixture
def things(db: None) -> Iterator[dict[str, str]]:
    with time_machine.travel(cast.NOW, tick=False):
        yield walk_objects.make()


def written(queries: CaptureQueriesContext) -> set[str]:
    found = (WRITES.match(query["sql"]) for query in queries.captured_queries)
    return {match[1] for match in found if match}


@pytest.mark.parametrize("way", ["cookie", "token"])
@pytest.mark.parametrize(
    "who", ["owner", "instr", "rater", "clin", "coord", "stat", "monit", "admin"]
)
def test_reading_writes_no_row(things: dict[str, str], who: str, way: str) -> None:
    cookies, headers = keys(person(who), way)
    wrote: dict[str, Any] = {}
    for row in READS:
        if row.way in {way, "both"}:
            with CaptureQueriesContext(connection) as queries:
                ask(row, things, cookies, headers)
            marks = MARKS_ITSELF.get(row.route, set())
            if tables := written(queries) - OF_THE_SESSION - marks:
                wrote[row.route] = tables
    assert wrote == {}
