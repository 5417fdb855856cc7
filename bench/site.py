"""The real thing to measure: web server and worker on a demo study in a place of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "exdep-demo"  # noqa: S105 (the demo's, known to everyone)
PARTICIPANTS = 20
READY_WITHIN_S = 60


@dataclass(frozen=True)
class Site:
    """Where the site is served (`http://localhost:…`), and its port."""

    port: int

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def served() -> Iterator[Site]:
    """A seeded demo, served as `make demo` serves it, gone afterwards."""
    site = Site(free_port())
    with tempfile.TemporaryDirectory(prefix="exdep-bench-") as home:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("EXDEP_", "DATABASE_URL"))}
        env = {**kept, "EXDEP_DEMO": "1", "EXDEP_DATA_DIR": home, "PORT": str(site.port)}
        env.pop("SECRET_KEY", None)
        _manage("prepare", env=env)
        _manage("seed_demo", "--participants", str(PARTICIPANTS), env=env)
        log = Path(home, "serve.log")
        with log.open("wb") as out:
            server = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--bind", "127.0.0.1"],
                cwd=ROOT, env=env, stdout=out, stderr=out,
            )  # fmt: skip
        try:
            _wait(site, server, log)
            yield site
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=40)


def _manage(*words: str, env: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 (our own commands)
        [sys.executable, "manage.py", *words],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"bench: manage.py {' '.join(words)} failed:\n{done.stderr[-2000:]}")


def _wait(site: Site, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{site.url}/healthz", timeout=5) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"bench: the site did not start:\n{log.read_text()[-2000:]}")
