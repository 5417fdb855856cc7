"""A PostgreSQL database of a benchmark's own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

SERVER = os.environ.get("EXDEP_BENCH_POSTGRES", "postgres://127.0.0.1:5432/postgres")
NEEDS = "a PostgreSQL server at EXDEP_BENCH_POSTGRES (postgres://127.0.0.1:5432/postgres)"


def reachable() -> bool:
    """Whether there is a server on which a database can be made."""
    try:
        with psycopg.connect(SERVER, connect_timeout=3) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
            return bool(row and row[0])
    except psycopg.OperationalError:
        return False


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of an empty database, dropped afterwards."""
    name = f"exdep_bench_{uuid.uuid4().hex[:8]}"
    _do(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlsplit(SERVER)._replace(path=f"/{name}").geturl()
    finally:
        _do(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _do(statement: sql.Composed) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)
