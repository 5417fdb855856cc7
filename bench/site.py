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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "exdep-demo"  # noqa: S105 (the demo's, known to everyone)
PARTICIPANTS = 20
READY_WITHIN_S = 60


@dataclass(frozen=True)
class Site:
    """Where a site is served (`http://localhost:…`), and the environment of its commands."""

    port: int
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def served(
    *, participants: int = PARTICIPANTS, database: str | None = None, bare: bool = False
) -> Iterator[Site]:
    """A seeded demo, served as `make demo` serves it, gone afterwards.

    On SQLite, or on the empty `database` (a URL). `bare`: with `bench.bare` in it.
    """
    with tempfile.TemporaryDirectory(prefix="exdep-bench-") as home:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("EXDEP_", "DATABASE_URL"))}
        port = free_port()
        env = {**kept, "EXDEP_DEMO": "1", "EXDEP_ENV_FILE": "/dev/null", "EXDEP_DATA_DIR": home,
               "PORT": str(port)}  # fmt: skip
        env.pop("SECRET_KEY", None)
        if database:
            env["DATABASE_URL"] = database
        if bare:
            env["DJANGO_SETTINGS_MODULE"] = "bench.bare.settings"
        site = Site(port, env)
        manage(site, "prepare")
        if bare:
            manage(site, "migrate", "--run-syncdb", "-v", "0")
        manage(site, "seed_demo", "--participants", str(participants))
        with running(site):
            yield site


@contextmanager
def running(site: Site) -> Iterator[None]:
    log = Path(site.env["EXDEP_DATA_DIR"], "serve.log")
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--bind", "127.0.0.1"],
            cwd=ROOT, env=site.env, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        _wait(site, server, log)
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=40)


def manage(site: Site, *words: str) -> str:
    """What a command of the site prints. SystemExit with its words where it fails."""
    done = subprocess.run(  # noqa: S603 (our own commands)
        [sys.executable, "manage.py", *words],
        cwd=ROOT, env=site.env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"bench: manage.py {' '.join(words)} failed:\n{done.stderr[-2000:]}")
    return done.stdout


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
