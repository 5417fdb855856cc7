"""What every request asks of the database about a person, as columns of another query.

The columns are written with the ORM and compiled once: compiling them took most of the time of
most requests, and only the moment changes between two of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import DateTimeField, Exists, Field, Model, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL

from accounts.models import StaffRole, User
from core.compiled import Slot, filled
from enrollment.models import ConsentDocument, ConsentRecord, DataLock, Participant, Withdrawal

MOMENT = Slot("at", DateTimeField())


def gate(at: datetime) -> dict[str, RawSQL]:
    """The gate's facts, for a query in which the participant's table stands under its own name."""
    return _columns(Participant, at)


def roles(at: datetime) -> dict[str, RawSQL]:
    """Whether an account holds a staff role, for a query of accounts."""
    return _columns(User, at)


def _columns(model: type[Model], at: datetime) -> dict[str, RawSQL]:
    return {
        name: RawSQL(sql, filled(values, at=at), output)  # noqa: S611
        for name, (sql, values, output) in _compiled(model).items()
    }


@cache
def _compiled(model: type[Model]) -> Mapping[str, tuple[str, tuple[Any, ...], Field[Any, Any]]]:
    columns = {Participant: _gate, User: _roles}[model]()
    query = model._default_manager.annotate(**columns).query
    compiler = query.get_compiler(DEFAULT_DB_ALIAS)
    compiler.setup_query()
    return {
        name: (*compiler.compile(query.annotations[name]), query.annotations[name].output_field)
        for name in columns
    }


def _gate() -> dict[str, Any]:
    owner, at = OuterRef("pk"), MOMENT
    in_force = (
        ConsentDocument.objects.filter(approved_at__lte=at)
        .order_by("-approved_at")
        .values("version")[:1]
    )
    lock = DataLock.objects.filter(Q(participant=owner) | Q(participant=None), at__lte=at)
    signed = ConsentRecord.objects.filter(
        participant=owner, signed_at__lte=at, document__version=in_force
    )
    return {
        "gone": Exists(Withdrawal.objects.filter(participant=owner, at__lte=at)),
        "locked": Exists(lock.filter(Q(lifted_at=None) | Q(lifted_at__gt=at))),
        "in_force": Subquery(in_force),
        "signed": Subquery(signed.order_by("signed_at").values("signed_at")[:1]),
    }


def _roles() -> dict[str, Any]:
    held = StaffRole.objects.filter(user=OuterRef("pk"), ended_at=None)
    return {"holds_roles": Exists(held)}
