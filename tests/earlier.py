"""An instrument of which an earlier version was in force, for tests of the answers given to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import protocol
from protocol import frozen, loader

OLD = "old"
# HDRS-17 before "not assessed" could be said of weight by history: 3 was no score, and no total.
NO_CODE_FOR_WEIGHT = (
    ("not_assessed = 3\n", ""),
    ('    { value = 3, label = { en = "Not assessed", zh = "未评定" }, scored = false },\n', ""),
)
_MOOD_AT_FOUR = next(
    line
    for line in (loader.INSTRUMENTS / "hdrs17.toml").read_text(encoding="utf-8").splitlines(True)
    if "Patient reports virtually only these" in line
)
# HDRS-17 with item 1 up to 3 only: its total ends at 51, and so does every scheme of bands.
ONE_POINT_LESS = (
    ("total_range = [0, 52]", "total_range = [0, 51]"),
    ("range = [0, 4]", "range = [0, 3]"),
    (_MOOD_AT_FOUR, ""),
    *((f"range = [{low}, 52]", f"range = [{low}, 51]") for low in (23, 24, 26, 25)),
)


@contextmanager
def in_force_before(folder: Path, code: str, *changes: tuple[str, str]) -> Iterator[str]:
    """Give `code` one earlier version: as shipped, but for the first of each of these words.

    What is in force stays so. The version's name.
    """
    copy = folder / "instruments"
    shutil.copytree(loader.INSTRUMENTS, copy)
    (copy / "earlier").mkdir(exist_ok=True)
    words = (copy / f"{code}.toml").read_text(encoding="utf-8")
    named = f'version = "{protocol.instrument(code).version}"'
    for now, before in ((named, f'version = "{OLD}"'), *changes):
        assert now in words
        words = words.replace(now, before, 1)
    (copy / "earlier" / f"{code}@{OLD}.toml").write_text(words, encoding="utf-8")
    frozen.freeze(copy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "INSTRUMENTS", copy)
        loader._versions.cache_clear()
        try:
            yield OLD
        finally:
            loader._versions.cache_clear()
