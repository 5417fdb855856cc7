"""A command on a database that was never prepared says so in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings


@pytest.mark.parametrize(
    "command", [["seed_demo"], ["verify_audit"], ["export_study", "--out", "out"]]
)
def test_command_without_tables_is_one_line(command, tmp_path):
    environment = {
        "PATH": os.environ["PATH"], "EXDEP_DEMO": "1", "EXDEP_ENV_FILE": os.devnull,
        "EXDEP_DATA_DIR": str(tmp_path),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *command, "-v", "0"],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith("DATABASE_URL: the database cannot be used (no such table")
    assert done.stderr.rstrip().endswith("run: manage.py prepare")
