"""The trail: who did what to which row, each line chained by HMAC-SHA256 to the line before.

The key lies outside the database (`EXDEP_KEY_FILE`), so that whoever can write rows cannot forge
the chain; the head is anchored outside as well (`anchor_head`), so that a cut tail shows.
Ids and hashes only: names, e-mail and telephone are refused.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TypedDict
from uuid import UUID

from django.conf import settings
from django.db import connection, models

from accounts.models import AuditEvent, AuditHead, User
from accounts.roles import Role
from core import clock, context
from core.compiled import Compiled

logger = logging.getLogger("exdep.audit")

GENESIS = "0" * 64
FORMAT = "exdep-audit-1"
SEVERAL = "several"
IDENTITY_KEYS = frozenset({"name", "email", "phone"})
BATCH = 1000


class Head(TypedDict):
    """The end of the chain: `seq` of the last event (0 before any) and its MAC, 64 hex digits."""

    seq: int
    mac: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened, before it has its place in the chain. Fields as in `record`."""

    action: str
    by: User | None
    obj: models.Model | None = None
    object_type: str = ""
    object_id: str = ""
    participant_id: int | None = None
    changes: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""
    at: datetime | None = None


def record(
    *,
    action: str,
    by: User | None,
    obj: models.Model | None = None,
    object_type: str = "",
    object_id: str = "",
    participant_id: int | None = None,
    changes: Mapping[str, object] | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> AuditEvent:
    """Add one line to the trail, in the transaction of the write it tells of.

    `obj` gives type, id and (where it has one) participant; the other arguments overrule it.
    `at` is aware and defaults to now. Three queries, and one more if the actor's roles were not
    read yet. Raises RuntimeError outside a transaction or without a head row, ValueError for a
    naive time and for changes that hold a name, an e-mail or a telephone number.
    """
    entry = Entry(
        action=action, by=by, obj=obj, object_type=object_type, object_id=object_id,
        participant_id=participant_id, changes=changes or {}, reason=reason, at=at,
    )  # fmt: skip
    return record_many([entry])[0]


def record_many(entries: Iterable[Entry]) -> list[AuditEvent]:
    """Add many lines under one lock, in the order given. Errors as in `record`."""
    if not connection.in_atomic_block:
        raise RuntimeError(
            "The trail is written in the transaction of what it tells of: "
            "call record() inside transaction.atomic()."
        )
    head = next(iter(_head.rows()), None)
    if head is None:
        raise RuntimeError("The audit trail has no head row: run manage.py migrate, verify_audit.")
    events = []
    seq, mac = head.seq, head.mac
    for entry in entries:
        event = _event(entry, seq + 1, mac)
        events.append(event)
        seq, mac = event.seq, event.mac
    if events:
        AuditEvent.objects.bulk_create(events, batch_size=BATCH)
        AuditHead.objects.filter(pk=1).update(seq=seq, mac=mac)
    return events


@Compiled
def _head() -> models.QuerySet[AuditHead]:
    return AuditHead.objects.select_for_update().filter(pk=1).order_by()


def _event(entry: Entry, seq: int, previous_mac: str) -> AuditEvent:
    at = entry.at or clock.now()
    if at.tzinfo is None:
        raise ValueError(f"{entry.action}: the time of an audit event needs an offset.")
    role, roles = _role_of(entry.by)
    obj = entry.obj
    event = AuditEvent(
        seq=seq,
        at=at.astimezone(UTC),
        actor_id=entry.by.pk if entry.by else None,
        role=role,
        action=entry.action,
        object_type=entry.object_type or (obj._meta.label_lower if obj else ""),
        object_id=entry.object_id or (str(obj.pk) if obj else ""),
        participant_id=entry.participant_id or getattr(obj, "participant_id", None),
        changes=canonical_json({**entry.changes, **roles}),
        reason=entry.reason,
        request_id=context.request_id.get(),
        previous_mac=previous_mac,
    )
    event.mac = mac_of(event)
    return event


def _role_of(user: User | None) -> tuple[str, dict[str, list[str]]]:
    """The roles held now, joined; where they are too long for the column, they join the changes."""
    if user is None:
        return "", {}
    held = sorted(role.value for role in user.active_roles)
    joined = ",".join(held) or Role.PARTICIPANT.value
    if len(joined) <= (AuditEvent._meta.get_field("role").max_length or 0):
        return joined, {}
    return SEVERAL, {"acting_roles": held}


def canonical_json(changes: Mapping[str, object]) -> str:
    """`changes` as JSON with sorted keys and no spaces; raises ValueError on identity keys."""
    _refuse_identity(changes)
    return json.dumps(
        changes, default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False,
        allow_nan=False,
    )  # fmt: skip


def _refuse_identity(value: object) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str) or key.lower() in IDENTITY_KEYS:
                raise ValueError(f"The audit trail must not hold {key!r}: write ids or hashes.")
            _refuse_identity(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_identity(inner)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, models.Model):
        return value.pk
    raise TypeError(f"The audit trail cannot hold a {type(value).__name__}.")


def mac_of(event: AuditEvent) -> str:
    """HMAC-SHA256 over every column of `event` but `mac`, as 64 hex digits.

    The columns are encoded as one JSON list, so that no text can pass for a border between two.
    """
    columns = [
        FORMAT, event.seq, event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.actor_id, event.role, event.action, event.object_type, event.object_id,
        event.participant_id, event.changes, event.reason, event.request_id, event.previous_mac,
    ]  # fmt: skip
    text = json.dumps(columns, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(settings.EXDEP_KEYS["audit"], text.encode(), hashlib.sha256).hexdigest()


def fingerprint(text: str) -> str:
    """A keyed hash (64 hex digits) of what must not be stored, as of an attempted identifier.

    Case and outer space do not count; the same text has the same fingerprint in this deployment.
    """
    plain = text.strip().casefold().encode()
    key = settings.EXDEP_KEYS["audit"]
    return hmac.new(key, b"fingerprint\0" + plain, hashlib.sha256).hexdigest()


def current_head() -> Head:
    """The end of the chain now, for export manifests and backups. RuntimeError without a head."""
    row = AuditHead.objects.filter(pk=1).values("seq", "mac").first()
    if row is None:
        raise RuntimeError("The audit trail has no head row: run manage.py migrate, verify_audit.")
    return Head(seq=row["seq"], mac=row["mac"])


def anchors_file() -> Path:
    """Where heads are kept outside the database, one JSON object a line."""
    return Path(settings.EXDEP_DATA_DIR) / "audit-heads.jsonl"


def anchor_head(where: str) -> Head:
    """Write the head to the log and to the anchors file, safe on disk; `where` says who asked."""
    head = current_head()
    line = {**head, "at": clock.now().isoformat(), "where": where}
    logger.info("audit head", extra={"audit_head": line})
    handle = os.open(anchors_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, (json.dumps(line) + "\n").encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    return head


def ensure_head() -> None:
    """Make the head row of an empty trail. One that holds events is left for `verify_audit`."""
    if AuditHead.objects.exists():
        return
    if AuditEvent.objects.exists():
        logger.critical("the audit trail has events but no head row: run verify_audit")
        return
    AuditHead.objects.create(pk=1, seq=0, mac=GENESIS)
