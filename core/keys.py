"""The key file: secrets that must not lie in the database they protect.

`python -m core.keys FILE` makes one. It is JSON, `{"audit": "<64 hex>", "allocation": "<64 hex>"}`.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from pathlib import Path

from core.errors import StartupError

NAMES = ("audit", "allocation")


def make(path: Path) -> None:
    """Write a new key file that only its owner can read; an existing one is never replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump({name: secrets.token_hex(32) for name in NAMES}, file)


def read(path: Path) -> dict[str, bytes]:
    """The keys of a file, each 32 bytes. Raises StartupError with one line on what to do."""
    advice = f"make one with: python -m core.keys {path}"
    try:
        data = json.loads(path.read_text())
        keys = {name: bytes.fromhex(data[name]) for name in NAMES}
    except FileNotFoundError:
        raise StartupError(f"EXDEP_KEY_FILE: {path} does not exist; {advice}") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise StartupError(
            f"EXDEP_KEY_FILE: {path} is not a key file; restore it from your backup, or {advice}"
        ) from None
    if any(len(key) != 32 for key in keys.values()):
        raise StartupError(f"EXDEP_KEY_FILE: {path} holds a key that is not 32 bytes long")
    return keys


if __name__ == "__main__":
    try:
        make(Path(sys.argv[1]))
    except IndexError:
        sys.exit("usage: python -m core.keys FILE")
    except FileExistsError:
        sys.exit(f"{sys.argv[1]} is there already and stays as it is.")
