"""The proof of the trail: every row against its MAC, the chain, the head and the anchors."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from accounts import audit
from accounts.models import AuditEvent, AuditHead

CHUNK = 2_000


class TrailError(Exception):
    """The first thing wrong with the trail, in one line that names the row."""


class Progress(Protocol):
    total: float | None

    def update(self, n: float | None = ...) -> object: ...


@dataclass(frozen=True)
class Anchor:
    """A head written outside the database: the chain once ended with `mac` at `seq`."""

    seq: int
    mac: str
    source: str


@dataclass(frozen=True)
class Report:
    events: int
    mac: str
    anchors: int


def read_anchors(path: Path, *, required: bool = True) -> list[Anchor]:
    """The anchors of a file of JSON lines with `seq` and `mac`.

    Raises TrailError for a line that is none, and for a missing file that was asked for. A last
    line without its end was cut off by a crash while it was written, and is left out.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if required:
            raise TrailError(f"{path} does not exist; name the file of anchored heads") from None
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise TrailError(f"{path} cannot be read: {error}") from None
    lines = text.split("\n")[:-1]
    return [_anchor(line, f"{path.name} line {n}") for n, line in enumerate(lines, start=1) if line]


def _anchor(line: str, source: str) -> Anchor:
    try:
        data = json.loads(line)
        return Anchor(seq=int(data["seq"]), mac=str(data["mac"]), source=source)
    except (ValueError, TypeError, KeyError):
        raise TrailError(f"{source} is no anchored head; the file was changed") from None


def verify(anchors: list[Anchor], progress: Progress | None = None) -> Report:
    """Walk the trail from its first row. Raises TrailError at the first thing wrong.

    Takes no lock and lets the site write on: a row and its head are committed together, so a head
    that is read after a row can never lie before it.
    """
    if AuditEvent.objects.filter(seq__lt=1).exists():
        raise TrailError("a row stands before row 1: it was never written by the site")
    expected: dict[int, list[Anchor]] = {}
    for anchor in anchors:
        expected.setdefault(anchor.seq, []).append(anchor)
    seq, mac = 0, audit.GENESIS
    _meet_anchors(expected, seq, mac)
    head = _head()
    while True:
        while events := _chunk(after=seq):
            for event in events:
                _check(event, seq, mac)
                seq, mac = event.seq, event.mac
                _meet_anchors(expected, seq, mac)
            if progress is not None:
                progress.total = max(head.seq, seq)
                progress.update(len(events))
        head = _head()
        if head.seq <= seq or not _chunk(after=seq):
            break
    _check_end(head, seq, mac, expected)
    return Report(events=seq, mac=mac, anchors=len(anchors))


def _head() -> AuditHead:
    head = AuditHead.objects.filter(pk=1).first()
    if head is None:
        raise TrailError("the head row is missing")
    return head


def _chunk(after: int) -> list[AuditEvent]:
    rows = AuditEvent.objects.filter(seq__gt=after).order_by("seq")
    try:
        return list(rows[:CHUNK])
    except (ValueError, TypeError):  # a column that cannot even be read: find whose
        for seq in rows.values_list("seq", flat=True)[:CHUNK]:
            try:
                rows.get(seq=seq)
            except (ValueError, TypeError):
                raise TrailError(f"row {seq} was changed: it cannot be read") from None
        raise


def _check(event: AuditEvent, seq: int, mac: str) -> None:
    """One row against the one before it, which ended the chain with `seq` and `mac`."""
    if event.seq != seq + 1:
        first, last = seq + 1, event.seq - 1
        missing = f"row {first} is" if first == last else f"rows {first} to {last} are"
        raise TrailError(f"{missing} missing: row {seq} is followed by row {event.seq}")
    if not isinstance(event.at, datetime) or not hmac.compare_digest(
        str(event.mac).encode(), audit.mac_of(event).encode()
    ):
        raise TrailError(f"row {event.seq} was changed or moved: its MAC does not fit its columns")
    if event.previous_mac != mac:
        raise TrailError(f"row {event.seq} does not follow row {seq}: they are not of one chain")


def _meet_anchors(expected: dict[int, list[Anchor]], seq: int, mac: str) -> None:
    for anchor in expected.pop(seq, []):
        if anchor.mac != mac:
            raise TrailError(f"row {seq} was rewritten: {anchor.source} holds another MAC")


def _check_end(head: AuditHead, seq: int, mac: str, left: dict[int, list[Anchor]]) -> None:
    if head.seq > seq:
        raise TrailError(
            f"the tail is cut off: the head row counts {head.seq} rows, row {seq} is the last"
        )
    if head.seq < seq:
        raise TrailError(f"the head row was set back to {head.seq}: row {seq} is the last")
    if head.mac != mac:
        raise TrailError(f"the head row was changed: it does not hold the MAC of row {seq}")
    if left:
        anchor = left[max(left)][0]
        raise TrailError(
            f"the tail is cut off: {anchor.source} saw row {anchor.seq}, row {seq} is the last"
        )
