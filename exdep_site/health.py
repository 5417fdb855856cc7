"""What /healthz says, read in three queries. Nothing is kept between two looks."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import DatabaseError, connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django_tasks_db.models import DBTaskResult

from accounts.messages.selectors import GATEWAY_TEST
from accounts.models import OutgoingMessage
from core import triggers
from core.leases import WORKER
from core.models import PeriodicRun, WorkerLease
from safety.selectors import messages_in_trouble

WORKER_SILENT_AFTER = timedelta(minutes=3)
LOOK_BACK = timedelta(hours=24)
MUST_WORK = ("database", "migrations", "triggers")

Signs = dict[str, list[tuple[str, datetime | None]]]


def look(now: datetime) -> dict[str, str]:
    """Each part as ok, degraded or failed, and `status`, the worst of them."""
    try:
        triggers_missing = bool(triggers.missing())
    except DatabaseError:
        return _verdict(dict.fromkeys(("database", "migrations", "triggers"), "failed"))
    parts = {"database": "ok", "migrations": "ok", "triggers": "ok", "worker": "ok",
             "messages": "ok"}  # fmt: skip
    if triggers_missing:
        parts["triggers"] = "failed"
    try:
        signs = _signs(now)
    except DatabaseError:  # the tables are not there
        return _verdict({**parts, "migrations": "failed", "worker": "unknown",
                         "messages": "unknown"})  # fmt: skip
    if not expected_migrations() <= {text for text, _at in signs.get("migration", [])}:
        parts["migrations"] = "failed"
    beats = [at for _text, at in signs.get("beat", []) if at is not None]
    if not beats or now - max(beats) > WORKER_SILENT_AFTER or signs.get("trouble"):
        parts["worker"] = "degraded"
    if signs.get("message"):
        parts["messages"] = "degraded"
    return _verdict(parts)


def _verdict(parts: dict[str, str]) -> dict[str, str]:
    for word in ("failed", "degraded"):
        if word in parts.values():
            return {"status": word, **parts}
    return {"status": "ok", **parts}


@cache
def expected_migrations() -> frozenset[str]:
    """`app.name` of every migration on disk, squashed ones in place of what they replace."""
    nodes = MigrationLoader(None, ignore_no_migrations=True).graph.nodes
    return frozenset(f"{app}.{name}" for app, name in nodes)


def _signs(now: datetime) -> Signs:
    """One query over several tables: applied migrations, workers' beats, and what went wrong."""
    since = now - LOOK_BACK
    found = _rows(
        WorkerLease.objects.filter(name__startswith=WORKER), "beat", at="last_beat"
    ).union(
        _rows(
            MigrationRecorder(connection).migration_qs,
            "migration",
            text=Concat("app", Value("."), "name"),
        ),
        _rows(DBTaskResult.objects.failed().filter(finished_at__gte=since), "trouble"),
        _rows(PeriodicRun.objects.filter(succeeded=False), "trouble"),
        _rows(undelivered(since), "message"),
        _rows(messages_in_trouble(now), "message"),
    )
    signs: Signs = {}
    for kind, text, at in found:
        signs.setdefault(kind, []).append((text, at))
    return signs


def undelivered(since: datetime) -> models.QuerySet[OutgoingMessage]:
    """What could not be handed over since then, and a gateway whose last test failed, whenever
    that was: it is tested once a week."""
    tests = OutgoingMessage.objects.filter(kind=GATEWAY_TEST)
    last = tests.order_by("-created_at").values("pk")[:1]
    failed = OutgoingMessage.objects.filter(state=OutgoingMessage.State.FAILED)
    return failed.filter(
        (~Q(kind=GATEWAY_TEST) & Q(created_at__gte=since)) | Q(pk__in=models.Subquery(last))
    )


def _rows(rows: models.QuerySet[Any], kind: str, *, text: Any = None, at: str = "") -> Any:
    """(kind, text, at); without text and time, many rows of trouble become one in the union."""
    return (
        rows.order_by()
        .annotate(
            sign_kind=Value(kind, output_field=models.CharField()),
            sign_text=text or Value("", output_field=models.CharField()),
            sign_at=models.F(at) if at else Value(None, output_field=models.DateTimeField()),
        )
        .values_list("sign_kind", "sign_text", "sign_at")
    )
