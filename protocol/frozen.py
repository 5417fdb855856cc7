"""Instruments are frozen: each version keeps the words and rules it was answered by.

`versions.lock` holds the SHA-256 of each version's content (its table, so that comments and layout
are free). A change is a new version: the file that was in force moves, unchanged, to
`earlier/<code>@<version>.toml`, the new one names its own version, and
`python -m protocol.freeze` writes the line that is missing. No line is ever changed.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from protocol.errors import ProtocolError
from protocol.files import parse, shown

LOCK = "versions.lock"
EARLIER = "earlier"
HOW = "python -m protocol.freeze"
HEAD = f"""\
# The SHA-256 of each instrument version's content. Written by `{HOW}`;
# a line that stands here is never changed: answers were given to these words.
"""

# Code and version.
Version = tuple[str, str]


def fingerprint(table: Mapping[str, Any]) -> str:
    """The SHA-256 of what a file says, whatever its layout."""
    text = json.dumps(table, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def versions(folder: Path) -> dict[Version, Path]:
    """The file of every version, checked against the lock. Raises `ProtocolError`."""
    locked, found = _locked(folder), _files(folder)
    for one, path in found.items():
        _must_be_frozen(one, path, locked.get(one))
    for code, version in locked:
        if (code, version) not in found:
            rule = f"version {version!r} was in force: put its file into {EARLIER}/ unchanged"
            raise ProtocolError(shown(folder / EARLIER / f"{code}@{version}.toml"), "", rule)
    return found


def freeze(folder: Path) -> list[Version]:
    """Write the lines of versions that have none yet; those that have one stay. The new ones."""
    locked, found = _locked(folder), _files(folder)
    new = [version for version in found if version not in locked]
    locked |= {version: fingerprint(parse(found[version])) for version in new}
    lines = [f'"{code}@{version}" = "{sha}"\n' for (code, version), sha in sorted(locked.items())]
    (folder / LOCK).write_text(HEAD + "".join(lines), encoding="utf-8")
    return new


def _must_be_frozen(version: Version, path: Path, locked: str | None) -> None:
    if locked is None:
        rule = f"version {version[1]!r} is not frozen yet: {HOW}"
        raise ProtocolError(shown(path), "version", rule)
    if locked != fingerprint(parse(path)):
        rule = (
            f"the content of version {version[1]!r} has changed. Put it back and keep it as "
            f"{EARLIER}/{version[0]}@{version[1]}.toml; give the changed file a new version"
        )
        raise ProtocolError(shown(path), "version", rule)


def _files(folder: Path) -> dict[Version, Path]:
    """Every version's file: those in force, and the earlier ones by their names."""
    found: dict[Version, Path] = {}
    for path in sorted(folder.glob("*.toml")):
        found[path.stem, str(parse(path).get("version"))] = path
    for path in sorted((folder / EARLIER).glob("*.toml")):
        code, _, version = path.stem.partition("@")
        table = parse(path)
        if (table.get("code"), table.get("version")) != (code, version):
            raise ProtocolError(shown(path), "version", "must be as in the file's name")
        if (code, version) in found:
            raise ProtocolError(shown(path), "version", f"{version!r} is still in force")
        found[code, version] = path
    return found


def _locked(folder: Path) -> dict[Version, str]:
    path = folder / LOCK
    if not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProtocolError(shown(path), "", f"is not TOML: {error}") from None
    found = {}
    for name, sha in table.items():
        code, _, version = name.partition("@")
        found[code, version] = str(sha)
    return found
