"""What the stored answers need of the files: each version that was answered is still there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import connections

import protocol
from assessments.models import Response

# Looked at before the site is served (`core.readiness`).
STORED = "stored"


def check_versions(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[checks.CheckMessage]:
    """Every instrument version that answers were given to has its file (tags `database`, `stored`).

    An error: such answers could be neither shown nor scored.
    """
    return [
        checks.Error(
            f"protocol/instruments: there are answers to {code} {version!r}, and no file has it.",
            hint=f"Put that file back as protocol/instruments/earlier/{code}@{version}.toml.",
            id="assessments.E001",
        )
        for using in databases or []
        for code, version in _answered(using)
        if not protocol.has_version(code, version)
    ]


def _answered(using: str) -> list[tuple[str, str]]:
    """The versions in use; none in a database that has no tables yet."""
    if Response._meta.db_table not in connections[using].introspection.table_names():
        return []
    rows = Response.objects.using(using).order_by().values_list("instrument", "instrument_version")
    return sorted(rows.distinct())
