"""Every version of a row as people read it: who, when, why, and what became of each field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import User

KINDS = {"+": _lazy("entered"), "~": _lazy("changed"), "-": _lazy("removed")}
NOT_SHOWN = frozenset({"edit", "sources", "device_time"})


@dataclass(frozen=True)
class Change:
    """One field of a version, as it was before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Version:
    """One version of a row."""

    at: datetime
    who: str
    what: str
    why: str
    changes: list[Change]


def versions(row: models.Model) -> list[Version]:
    """The versions of a row that keeps its history, newest first; none for another."""
    history = getattr(row, "history", None)
    if history is None:
        return []
    found = list(history.select_related("history_user").order_by("-history_date", "-history_id"))
    return [
        Version(
            at=version.history_date,
            who=who(version.history_user),
            what=str(KINDS[version.history_type]),
            why=version.history_change_reason or "",
            changes=_changes(row, version, earlier),
        )
        for version, earlier in zip(found, [*found[1:], None], strict=True)
    ]


def who(user: User | None) -> str:
    """Staff by name. Participants are never named beside their data."""
    if user is None:
        return _("the system")
    return str(user) if user.is_staff or user.staff_roles.exists() else _("the participant")


def _changes(row: models.Model, version: Any, earlier: Any) -> list[Change]:
    if earlier is None:
        return []
    return [
        Change(str(field.verbose_name), shown(field, before), shown(field, after))
        for field in row._meta.concrete_fields
        if field.name not in NOT_SHOWN
        and hasattr(version, field.attname)
        and (before := getattr(earlier, field.attname))
        != (after := getattr(version, field.attname))
    ]


def shown(field: models.Field[Any, Any], value: Any) -> str:
    """A stored value in words; what is not known is a dash."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(dict(field.flatchoices).get(value, value))
