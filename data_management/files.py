"""The files of an export: CSV as it comes, codebook, manifest, and a directory that is there whole
or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypedDict

import pandas as pd

from data_management.codebook import HEADER, Column

MANIFEST = "manifest.json"
CODEBOOK = "codebook.csv"
# ZIP cannot tell a time before 1980; one fixed time keeps the bytes the same.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class TargetError(Exception):
    """A place that an export cannot be written to. Its text is one line that says what to do."""


class Facts(TypedDict):
    """What a manifest says of one file."""

    rows: int
    columns: int
    sha256: str


@dataclass
class CsvFile:
    """A CSV file that grows by frames, and knows its hash and its size."""

    handle: IO[bytes]
    columns: Sequence[str]
    rows: int = 0
    _hash: Any = field(default_factory=hashlib.sha256)

    def begin(self) -> CsvFile:
        """Write the header."""
        self._write(pd.DataFrame(columns=list(self.columns)), header=True)
        return self

    def add(self, frame: pd.DataFrame) -> None:
        """Append the rows of a frame; missing values are empty."""
        self.rows += len(frame)
        self._write(frame[list(self.columns)], header=False)

    def facts(self) -> Facts:
        """Rows without the header, columns, SHA-256 so far."""
        return Facts(rows=self.rows, columns=len(self.columns), sha256=self._hash.hexdigest())

    def _write(self, frame: pd.DataFrame, *, header: bool) -> None:
        text = frame.to_csv(index=False, header=header, lineterminator="\n")
        data = text.encode()
        self._hash.update(data)
        self.handle.write(data)


@contextmanager
def csv_files(folder: Path, tables: Mapping[str, Sequence[str]]) -> Iterator[dict[str, CsvFile]]:
    """One open CSV file for each table and its columns."""
    with ExitStack() as stack:
        yield {
            name: CsvFile(stack.enter_context((folder / f"{name}.csv").open("wb")), columns).begin()
            for name, columns in tables.items()
        }


def write_codebook(path: Path, tables: Mapping[str, Iterable[Column]]) -> Facts:
    """One line for each column of each table."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    rows = [
        (name, c.name, c.label, c.type, c.unit, c.values, c.range, c.source)
        for name, columns in tables.items()
        for c in columns
    ]
    writer.writerows(rows)
    data = text.getvalue().encode()
    path.write_bytes(data)
    return Facts(rows=len(rows), columns=len(HEADER), sha256=hashlib.sha256(data).hexdigest())


def write_manifest(path: Path, manifest: Mapping[str, object]) -> str:
    """Write the manifest; its SHA-256, 64 hex digits."""
    data = (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def refuse_used(target: Path) -> None:
    """Raise TargetError where something is there already, or nothing can be put there."""
    if target.is_dir() and any(target.iterdir()):
        raise TargetError(f"{target} is not empty; name a directory that is new or empty.")
    if target.exists() and not target.is_dir():
        raise TargetError(f"{target} is a file; name a directory that is new or empty.")
    if not target.absolute().parent.is_dir():
        raise TargetError(f"{target.absolute().parent} does not exist; make it first.")
    if not os.access(target.absolute().parent, os.W_OK):
        raise TargetError(f"{target.absolute().parent} cannot be written to.")


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A directory that only its owner can read, beside `target`; gone afterwards unless moved."""
    target = target.absolute()
    made = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def put_in_place(made: Path, target: Path) -> None:
    """Rename in one step; an empty directory may be there. Raises TargetError for a race lost."""
    for file in made.iterdir():
        with file.open("rb") as handle:
            os.fsync(handle.fileno())
    try:
        os.rename(made, target.absolute())
    except OSError as error:
        raise TargetError(f"{target} cannot be put in place: {error.strerror}.") from error


def zipped(folder: Path, inside: str) -> IO[bytes]:
    """The files of a folder as a ZIP under one folder `inside`, ready to be read."""
    held = tempfile.SpooledTemporaryFile(max_size=8_000_000)  # noqa: SIM115 (the reader closes it)
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(f"{inside}/{file.name}", ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            with archive.open(entry, "w") as part, file.open("rb") as source:
                shutil.copyfileobj(source, part)
    held.seek(0)
    return held
