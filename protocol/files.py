"""Protocol files on the disk: where they lie, and their tables."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from protocol.errors import ProtocolError

ROOM = Path(__file__).resolve().parent


def parse(path: Path) -> dict[str, Any]:
    """The table of a TOML file. Raises `ProtocolError`."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(shown(path), "", f"is not TOML: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ProtocolError(shown(path), "", f"cannot be read: {error}") from None


def shown(path: Path) -> str:
    """The path as a person would type it from the project's root."""
    if path.is_relative_to(ROOM.parent):
        return path.relative_to(ROOM.parent).as_posix()
    return path.as_posix()
