"""All JavaScript that the site serves itself, gzipped: what a phone may have to load and keep."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from bench.lines import Line, Row
from bench.site import ROOT, Site

LIMIT = 30_000


def scripts() -> list[Path]:
    """Every script of the site's own pages, vendored ones and the service worker included."""
    found = [*(ROOT / "static").rglob("*.js"), *(ROOT / "templates").rglob("*.js")]
    return sorted(found)


def _as_sent(path: Path) -> bytes:
    """Without the comments that a template keeps to itself."""
    return re.sub(rb"\{#.*?#\}\n?", b"", path.read_bytes())


def run(site: Site) -> list[Row]:
    """At most 30 KB gzipped, each file by itself as it is sent."""
    files = [_as_sent(path) for path in scripts()]
    packed = sum(len(gzip.compress(content, 9, mtime=0)) for content in files)
    unpacked = sum(map(len, files))
    return [Line(f"JavaScript, {len(files)} files", packed, "B", packed / unpacked, "unpacked",
                 limit=LIMIT)]  # fmt: skip
