"""Triggers: rules that must hold even against SQL typed by hand, on SQLite and PostgreSQL alike.

A room registers its table of triggers once (`register`, in its AppConfig.ready). `install` runs
after every migrate and is idempotent: SQLite drops a table's triggers when a migration remakes
the table, so that they must come back by themselves. A trigger says when it refuses; the same
condition stands on both engines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

Event = Literal["INSERT", "UPDATE", "DELETE", "TRUNCATE"]
Engine = Literal["sqlite", "postgresql"]

# Bits of pg_trigger.tgtype; 1 is FOR EACH ROW and 2 is BEFORE.
POSTGRES_EVENTS: dict[str, int] = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}

SQLITE_CATALOGUE = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'trigger')"
POSTGRES_CATALOGUE = """
SELECT 'trigger', t.tgname, c.relname || ':' || t.tgtype || ':' || p.prosrc
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL
  AND c.relnamespace = current_schema()::regnamespace
UNION ALL SELECT 'table', tablename, '' FROM pg_tables WHERE schemaname = current_schema()
"""


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """Refuses an event on a table, before it happens.

    `refuse_when` is SQL over NEW and OLD that both engines read ("" refuses always); `message` is
    what the database answers. `postgres_first` is run before the condition is judged there, as to
    take a lock. `reads` names other tables in the condition. `engine` limits it to one engine.
    """

    name: str
    table: str
    event: Event
    message: str
    refuse_when: str = ""
    postgres_first: str = ""
    reads: tuple[str, ...] = ()
    engine: Engine | None = None

    def is_for(self, vendor: str) -> bool:
        """Whether this engine has such an event; SQLite has no TRUNCATE."""
        if self.engine:
            return self.engine == vendor
        return vendor == "postgresql" or (vendor == "sqlite" and self.event != "TRUNCATE")

    @property
    def sqlite_sql(self) -> str:
        when = f"WHEN {self.refuse_when} " if self.refuse_when else ""
        return (
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
        )

    @property
    def postgres_body(self) -> str:
        refuse = f"RAISE EXCEPTION USING MESSAGE = '{self.message}', ERRCODE = '23000';"
        if self.refuse_when:
            refuse = f"IF {self.refuse_when} THEN {refuse} END IF;"
        row = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(self.event, "NEW")
        return f" BEGIN {self.postgres_first} {refuse} RETURN {row}; END "

    @property
    def postgres_sql(self) -> str:
        each = "STATEMENT" if self.event == "TRUNCATE" else "ROW"
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $body${self.postgres_body}$body$; "
            f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}; "
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} "
            f"FOR EACH {each} EXECUTE FUNCTION {self.name}()"
        )


_registered: dict[str, Trigger] = {}


def register(triggers: Iterable[Trigger]) -> None:
    """Add a room's triggers. Raises ValueError where two have one name."""
    for trigger in triggers:
        if _registered.setdefault(trigger.name, trigger) != trigger:
            raise ValueError(f"Two triggers are called {trigger.name}.")


def install(using: str = "default") -> None:
    """Make every registered trigger whose table is there; those in place stay as they are."""
    connection = connections[using]
    names = set(missing(using))
    if not names:
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for name in sorted(names):
            _create(connection, cursor, _registered[name])


def missing(using: str = "default") -> list[str]:
    """Names of the triggers that are absent, switched off or altered, sorted. One query."""
    connection = connections[using]
    tables, in_place = _catalogue(connection)
    return sorted(
        trigger.name
        for trigger in _registered.values()
        if trigger.is_for(connection.vendor)
        and {trigger.table, *trigger.reads} <= tables
        and in_place.get(trigger.name) != _proof(connection, trigger)
    )


def drop(using: str = "default", *, only_readers: bool = False) -> None:
    """Take the registered triggers away: for the flush after a test, and before migrations.

    `only_readers` takes those that read other tables: SQLite renames no table while a trigger
    elsewhere names one that is just being remade.
    """
    connection = connections[using]
    _, in_place = _catalogue(connection)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for trigger in _registered.values():
            if trigger.name in in_place and (trigger.reads or not only_readers):
                _drop(connection, cursor, trigger)


def _catalogue(connection: BaseDatabaseWrapper) -> tuple[set[str], dict[str, str]]:
    """The tables of the database, and name and text of each trigger that is switched on."""
    with connection.cursor() as cursor:
        cursor.execute(SQLITE_CATALOGUE if connection.vendor == "sqlite" else POSTGRES_CATALOGUE)
        rows = cursor.fetchall()
    tables = {name for kind, name, _ in rows if kind == "table"}
    return tables, {name: text for kind, name, text in rows if kind == "trigger"}


def _proof(connection: BaseDatabaseWrapper, trigger: Trigger) -> str:
    if connection.vendor == "sqlite":
        return trigger.sqlite_sql
    before_row = 2 if trigger.event == "TRUNCATE" else 3
    return f"{trigger.table}:{before_row + POSTGRES_EVENTS[trigger.event]}:{trigger.postgres_body}"


def _create(connection: BaseDatabaseWrapper, cursor: CursorWrapper, trigger: Trigger) -> None:
    if connection.vendor == "sqlite":
        cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}")
        cursor.execute(trigger.sqlite_sql)
    else:
        cursor.execute(trigger.postgres_sql)


def _drop(connection: BaseDatabaseWrapper, cursor: CursorWrapper, trigger: Trigger) -> None:
    if connection.vendor == "sqlite":
        cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}")
    else:
        cursor.execute(f"DROP FUNCTION IF EXISTS {trigger.name}() CASCADE")
