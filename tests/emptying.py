"""Emptying the database after a test that committed.

Django's own way truncates each of some hundred tables, which takes PostgreSQL seconds, and makes
every permission anew. Here only what holds rows is emptied, and what no test changes stays.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connections, transaction

from accounts.apps import protect
from core import triggers

STAYS = frozenset({"django_content_type", "auth_permission", "django_migrations"})


def empty(alias: str) -> None:
    """Every row of every table goes, in any order: keys are judged when the whole is committed.
    The trail refuses to be emptied, so its triggers go first; with them comes a new head."""
    triggers.drop(alias)
    try:
        with transaction.atomic(using=alias):
            _delete(alias)
    finally:
        protect(alias)


def _delete(alias: str) -> None:
    connection = connections[alias]
    with connection.cursor() as cursor:
        names = [connection.ops.quote_name(name) for name in _tables()]
        asked = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names)
        cursor.execute(" UNION ALL ".join(asked))
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {name}")


def _tables() -> list[str]:
    models = apps.get_models(include_auto_created=True)
    found = {model._meta.db_table for model in models if model._meta.managed}
    return sorted(found - STAYS)
