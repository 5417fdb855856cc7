"""The permission walk: every address, by cookie and by token, as everyone in `walk_table`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Site, User
from accounts.roles import STAFF_ROLES, Role
from tests import cast, doors
from tests.exdep_site import walk_objects
from tests.exdep_site.addresses import addresses
from tests.exdep_site.walk_table import PEOPLE, TABLE

STAFF = {
    "instr": Role.INSTRUCTOR, "rater": Role.RATER, "clin": Role.CLINICIAN,
    "coord": Role.COORDINATOR, "stat": Role.STATISTICIAN, "monit": Role.MONITOR,
    "admin": Role.ADMIN, "no2fa": Role.COORDINATOR, "idle": Role.COORDINATOR,
    "ended": Role.COORDINATOR,
}  # fmt: skip
SOMEWHERE_ELSE = [f"{name} elsewhere" for name in STAFF if name not in {"no2fa", "idle", "ended"}]
# A key that does not fit the door makes nobody of anyone; these try every door with the wrong one.
TRY_EVERY_DOOR = {"nobody", "owner", "coord", "root"}
JSON = ("api/", "_allauth/")


@dataclass(frozen=True)
class Row:
    """One line of the table. `way` is cookie, token or both; `expected` has a cell a person."""

    way: str
    method: str
    route: str
    expected: dict[str, str]

    def status(self, who: str, way: str) -> str:
        """What `who` gets; "… elsewhere" is the same role at another site."""
        name, _, elsewhere = who.partition(" ")
        if self.way not in {way, "both"}:
            name, elsewhere = "nobody", ""
        here, _, there = self.expected[name].partition("|")
        return (there or here) if elsewhere else here


def rows(table: str = TABLE) -> list[Row]:
    """The table as rows, with `{a,b}` written out."""
    found: list[Row] = []
    way, cells = "", {}
    for line in filter(str.strip, table.splitlines()):
        words = line.split()
        if line.startswith("=="):
            way = words[-1]
        elif line.startswith("    ") and words[0].isupper():
            found += [
                Row(way, words[0], route.removeprefix("."), cells) for route in _each(words[1])
            ]
        elif words != list(PEOPLE):
            cells = dict(zip(PEOPLE, words[-len(PEOPLE) :], strict=True))
    return found


def _each(route: str) -> Iterator[str]:
    parts = re.split(r"\{([^{}]*)\}", route)
    choices = [part.split(",") if n % 2 else [part] for n, part in enumerate(parts)]
    return ("".join(words) for words in product(*choices))


ROWS = rows()


# --- the table is whole


def test_every_address_has_a_line_in_the_table():
    """An address that is new fails here until somebody has written down who may go there."""
    known = {address.route for address in addresses()}
    written = {row.route for row in ROWS}
    assert known - written == set(), "addresses without a line in the table"
    assert written - known == set(), "lines of addresses that are gone"


def test_no_address_is_written_twice():
    lines = [(row.method, row.route) for row in ROWS]
    assert len(lines) == len(set(lines))


def test_every_staff_role_has_a_column():
    assert set(STAFF.values()) == STAFF_ROLES
    assert {name for name in PEOPLE if name in STAFF} == set(STAFF)


# --- the walk


@pytest.fixture
def traveller() -> Iterator[Any]:
    with time_machine.travel(cast.NOW, tick=False) as found:
        yield found


@pytest.fixture
def things(db: None, traveller: Any) -> dict[str, str]:
    """What stands in the routes' places: all of it is the owner's."""
    return walk_objects.make()


def person(who: str) -> User | None:
    """The account of a column, made when it is its turn."""
    name, _, elsewhere = who.partition(" ")
    if name in {"nobody", "owner"}:
        return User.objects.filter(email="owner@example.org").first() if name == "owner" else None
    if name == "root":
        return _proved(cast.user("root", is_superuser=True))
    if name not in STAFF:
        found = cast.participant(name, consented=name != "pending")
        if name == "gone":
            cast.withdraw(found)
        return found.user
    at: Site = cast.site("sh" if elsewhere else "bj")
    user = cast.staff(STAFF[name], at=at, name=f"{name}-walks")
    if name == "instr" and not elsewhere:
        walk_objects.give_to(user)
    return user if name == "no2fa" else _proved(user)


def _proved(user: User) -> User:
    doors.second_factor(user)
    return user


def keys(user: User | None, way: str) -> tuple[dict[str, str], dict[str, str]]:
    """Cookies and headers that make a request this person's."""
    if user is None:
        return {}, {}
    if way == "token":
        return {}, {"X-Session-Token": doors.token(user)}
    return {name: morsel.value for name, morsel in doors.cookie(user).cookies.items()}, {}


def ask(row: Row, things: dict[str, str], cookies: dict[str, str], headers: dict[str, str]) -> str:
    """The answer's status as the table writes it. What the request changed is undone."""
    client = Client(headers=headers, raise_request_exception=False)
    client.cookies.load(cookies)
    path = walk_objects.fill(row.route, things)
    body = walk_objects.BODIES.get(f"{row.method} {row.route}", {})
    options: dict[str, Any] = {"data": body} if row.method != "GET" else {}
    if row.method not in {"GET"} and row.route.startswith(JSON):
        options["content_type"] = "application/json"
    if row.method == "DELETE" and row.route.startswith("api/"):
        path += "?reason=a+mistake"
    with transaction.atomic():
        answer = getattr(client, row.method.lower())(path, **options)
        transaction.set_rollback(True)
    return _as_written(answer)


def _as_written(answer: Any) -> str:
    target = answer.get("location", "")
    if answer.status_code == 302 and target.startswith("/account/login/"):
        return "in"
    if answer.status_code == 302 and target == "/account/2fa/":
        return "2fa"
    return str(answer.status_code)


@pytest.mark.walk
@pytest.mark.parametrize("way", ["cookie", "token"])
@pytest.mark.parametrize("who", [*PEOPLE, *SOMEWHERE_ELSE])
def test_everyone_gets_what_the_table_says_and_reading_writes_no_row(things, traveller, who, way):
    user = person(who)
    cookies, headers = keys(user, way)
    name = who.split()[0]
    if name == "idle":
        traveller.shift(timedelta(minutes=31))
    if name == "ended":
        user.staff_roles.update(ended_at=cast.NOW + timedelta(days=300), ended_by=user)
    wrong, wrote = {}, {}
    for row in ROWS:
        if row.way in {way, "both"} or who in TRY_EVERY_DOOR:
            with CaptureQueriesContext(connection) as queries:
                found, expected = ask(row, things, cookies, headers), row.status(who, way)
            if found != expected:
                wrong[f"{row.method} /{row.route}"] = f"{found}, not {expected}"
            # Who was away too long is signed out by their next step, and the trail says so.
            reads = row.method == "GET" and name != "idle"
            if reads and (tables := written(row, queries)):
                wrote[row.route] = tables
    assert wrong == {}
    assert wrote == {}


# --- opening a page changes nothing

WRITES = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
# That somebody is still there, from which browser, and how often they tried: none of the study's.
OF_THE_SESSION = {"django_session", "usersessions_usersession", "shared_cache"}
# Behind the sign-in, the address in a message marks that it was opened: it is there for that.
# Who of the staff looked at somebody's picture stands in the trail.
TRAIL = {"accounts_auditevent", "accounts_audithead"}
MARKS_ITSELF = {
    "note/<str:key>/": {"accounts_outgoingmessage"},
    "admin/logging_app/workout/<path:object_id>/photo/": TRAIL,
    "instructor/<slug:study_id>/sessions/<uuid:uuid>/photo/": TRAIL,
}


def written(row: Row, queries: CaptureQueriesContext) -> set[str]:
    """The tables that a request wrote to, but for those of its session."""
    found = (WRITES.match(query["sql"]) for query in queries.captured_queries)
    tables = {match[1] for match in found if match}
    return tables - OF_THE_SESSION - MARKS_ITSELF.get(row.route, set())


# --- wrong methods


OWN_ROUTES = sorted({
    address.route for address in addresses()
    if not address.room and not address.route.startswith("account/")
})  # fmt: skip


@pytest.mark.walk
def test_methods_that_an_address_does_not_have_are_405(things):
    cookies, headers = keys(User.objects.get(email="owner@example.org"), "cookie")
    other = {}
    for route in OWN_ROUTES:
        right = {row.method for row in ROWS if row.route == route}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - right:
            found = ask(Row("both", method, route, {}), things, cookies, headers)
            if found != "405":
                other[f"{method} /{route}"] = found
    assert other == {}
