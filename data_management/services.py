"""Taking data out: an export is made whole, audited, and anchored, or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

import protocol
from accounts import audit
from accounts.models import User
from core.errors import Forbidden
from data_management import codebook, files, frames, rules
from data_management.code_version import code_version
from data_management.codebook import Column
from data_management.models import Export
from data_management.rules import Kind
from data_management.selectors import EXPORTERS, may_export, sites_of
from data_management.snapshot import snapshot

Progress = Callable[[int], object]
Tables = dict[str, tuple[Column, ...]]


@dataclass(frozen=True)
class Made:
    """An export that was made: its row and what its manifest says."""

    export: Export
    manifest: dict[str, object]


def make_export(
    *,
    out: Path,
    kind: Kind,
    identified: bool,
    by: User | None,
    now: datetime,
    progress: Progress | None = None,
) -> Made:
    """Write an export to the directory `out`, which is new or empty.

    `by` is a coordinator or administrator (only the participants of their sites), or None for
    the command line. The same database and code give the same bytes of each table. `progress` is
    told how many participants were just written. Raises Forbidden, TargetError and ValueError
    (an identified blinded export), and leaves nothing behind when it does.
    """
    if not may_export(by):
        raise Forbidden(_("Only coordinators and administrators download the study's data."))
    if problem := rules.why_not(kind, identified=identified, file_format="csv"):
        raise ValueError(problem)
    files.refuse_used(out)
    with files.beside(out) as folder:
        with snapshot():
            manifest = _manifest(kind, identified=identified, by=by, now=now)
            scope, tables = _scope(kind, identified, by), _tables(kind, identified)
            manifest["data_through"] = scope.through.astimezone(UTC).isoformat()
            facts = _write(folder, scope, tables, progress or (lambda count: None))
        codebook_facts = files.write_codebook(folder / files.CODEBOOK, tables)
        manifest["files"] = {**facts, files.CODEBOOK: codebook_facts}
        digest = files.write_manifest(folder / files.MANIFEST, manifest)
        export = _keep(folder, out, manifest, digest, by=by, now=now)
    audit.anchor_head("export")
    return Made(export, manifest)


def _scope(kind: Kind, identified: bool, by: User | None) -> frames.Scope:
    return frames.Scope(
        kind=kind,
        identified=identified,
        key=settings.EXDEP_KEYS["allocation"],
        through=frames.data_through(kind),
        sites=by.sites(*EXPORTERS) if by else None,
    )


def _tables(kind: Kind, identified: bool) -> Tables:
    shown = {t.name: t.shown(kind, identified=identified) for t in codebook.tables()}
    return {name: columns for name, columns in shown.items() if columns}


def _write(
    folder: Path, scope: frames.Scope, tables: Tables, progress: Progress
) -> dict[str, files.Facts]:
    names = {table: [column.name for column in columns] for table, columns in tables.items()}
    with files.csv_files(folder, names) as written:
        for chunk in frames.chunks(scope):
            for table, columns in tables.items():
                written[table].add(frames.frame(table, chunk, columns))
            progress(len(chunk.people))
    return {f"{table}.csv": file.facts() for table, file in written.items()}


def _manifest(kind: Kind, *, identified: bool, by: User | None, now: datetime) -> dict[str, object]:
    study = protocol.current()
    sites = sites_of(by)
    return {
        "protocol": {"name": study.name, "version": study.version},
        "simulated_source": study.simulated_source,
        "demo": settings.EXDEP_DEMO,
        "code_version": code_version(),
        "made_at": now.astimezone(UTC).isoformat(),
        "by": _who(by),
        "kind": kind.value,
        "identified": identified,
        "filters": {"sites": None if sites is None else sorted(site.code for site in sites)},
        "audit_head": dict(audit.current_head()),
    }


def _who(by: User | None) -> str:
    if by is None:
        return "command line"
    return f"user {by.pk} ({', '.join(sorted(role.value for role in by.active_roles))})"


def _keep(
    folder: Path,
    out: Path,
    manifest: dict[str, object],
    digest: str,
    *,
    by: User | None,
    now: datetime,
) -> Export:
    """The row, the trail and the directory together: a directory nobody recorded must not stay."""
    placed = False
    try:
        with transaction.atomic():
            export = Export.objects.create(
                kind=str(manifest["kind"]), identified=bool(manifest["identified"]),
                filters=manifest["filters"], made_at=now, by=by, manifest_sha256=digest,
            )  # fmt: skip
            audit.record(
                action="data.exported", by=by, obj=export, at=now,
                changes={"kind": export.kind, "identified": export.identified,
                         "filters": export.filters, "manifest_sha256": digest},
            )  # fmt: skip
            files.put_in_place(folder, out)
            placed = True
    except BaseException:
        if placed:
            shutil.rmtree(out, ignore_errors=True)
        raise
    return export
