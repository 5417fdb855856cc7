"""Which code made a file."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@cache
def code_version() -> str:
    """The version, and the commit where the code runs from a clone: `0.1.0+abc1234`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    commit = _commit(ROOT / ".git")
    return f"{project['version']}+{commit[:12]}" if commit else str(project["version"])


def _commit(git: Path) -> str:
    try:
        head = (git / "HEAD").read_text().strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        if (git / name).is_file():
            return (git / name).read_text().strip()
        packed = (git / "packed-refs").read_text().splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")
    except OSError:
        return ""
