"""A deployment of its own for tests that start real processes: folder, keys, database, settings."""

from __future__ import annotations

import functools
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from core import keys
from tests.settings import HOME

SECRET = "8sJq2vX0LmWc7RtYb4Kp9ZdFg3HnUe6AiVoQxTy1CwMhNrEzPk"


@dataclass
class Deployment:
    """Commands run in it see its environment and nothing of the machine's."""

    home: Path
    changes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def prepared(cls, home: Path) -> Deployment:
        """With migrated database and collected static files, made once and copied after that."""
        return _first(HOME / "deployment").copy(home)

    def copy(self, home: Path, **changes: str) -> Deployment:
        shutil.copytree(self.home, home, dirs_exist_ok=True)
        return Deployment(home, changes)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "SECRET_KEY": SECRET,
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "EXDEP_DATA_DIR": str(self.home),
            "EXDEP_KEY_FILE": str(self.home / "keys.json"),
            "EXDEP_ENV_FILE": os.devnull,
            "EXDEP_BEHIND_TLS": "0",
            "EMAIL_URL": "memorymail://",
            **self.changes,
        }

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=settings.BASE_DIR, text=True,
            env=self.environment, capture_output=True, timeout=180, check=False,
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stderr
        return done

    def start(self, *arguments: str, log: int = subprocess.PIPE) -> subprocess.Popen[str]:
        """A process in a group of its own, its output in pipes (a full one makes it wait)."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments], cwd=settings.BASE_DIR, text=True,
            env=self.environment, stdout=subprocess.PIPE, stderr=log, start_new_session=True,
        )  # fmt: skip

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.home / "exdep.sqlite3", timeout=20)
        try:
            with connection:
                return connection.execute(statement, values).fetchall()
        finally:
            connection.close()


@functools.cache
def _first(home: Path) -> Deployment:
    home.mkdir()
    keys.make(home / "keys.json")
    made = Deployment(home)
    made.manage("prepare")
    return made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
