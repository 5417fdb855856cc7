"""Where the browser is. `python -m tests.chromium` ends with 1 and one loud line without one."""

from __future__ import annotations

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """EXDEP_CHROMIUM, else the system's own; None without one."""
    given = os.environ.get("EXDEP_CHROMIUM")
    return given or next(filter(None, map(shutil.which, NAMES)), None)


if __name__ == "__main__" and find() is None:
    sys.exit("!!! NO CHROMIUM FOUND: THE BROWSER TESTS ARE NOT RUN. Install chromium. !!!")
