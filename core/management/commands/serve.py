"""`manage.py serve`: the web server and the worker, together."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from core import banner, readiness
from core.supervisor import Supervisor, can_connect, why_not_bind


class Command(BaseCommand):
    help = (
        "Checks what the site needs, then runs the web server and the worker. SIGTERM and Ctrl-C "
        "stop both: requests under way are answered first, and the task at hand is finished."
    )
    requires_system_checks: Any = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", help="default: PORT, else 8000")
        parser.add_argument(
            "--bind", help="address to listen on; default: 127.0.0.1, in the demo 0.0.0.0"
        )

    def handle(self, *args: Any, port: str | None, bind: str | None, **options: Any) -> None:
        number = _port(port)
        host = bind or ("0.0.0.0" if settings.EXDEP_DEMO else "127.0.0.1")  # noqa: S104 (demo, LAN)
        if reason := why_not_bind(host, number):
            raise CommandError(
                f"PORT: cannot listen on {host}:{number} ({reason}); stop what uses it, or write "
                f"another number, as in PORT={number % 65535 + 1}"
            )
        if found := readiness.problems():
            raise CommandError(found[0])
        connections.close_all()
        sys.exit(self._supervisor(host, number).run())

    def _supervisor(self, host: str, port: int) -> Supervisor:
        python = [sys.executable, "-m"]
        shown = f"[{host}]" if ":" in host else host
        near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (a comparison)
        config = str(settings.BASE_DIR / "gunicorn.conf.py")
        return Supervisor(
            web=[*python, "gunicorn", "--config", config, "--chdir", str(settings.BASE_DIR),
                 "--bind", f"{shown}:{port}"],
            worker=[sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"],
            ready=lambda: can_connect(near, port),
            on_ready=lambda: self._say(port),
        )  # fmt: skip

    def _say(self, port: int) -> None:
        if settings.EXDEP_DEMO:
            text = banner.demo(port, settings.EXDEP_DEMO_PASSWORD, settings.EXDEP_LAN_ADDRESS)
        else:
            text = banner.served(port)
        self.stdout.write(text)
        self.stdout.flush()


def _port(given: str | None) -> int:
    if given is None:
        return int(settings.EXDEP_PORT)
    if not given.isdecimal() or not 1 <= int(given) <= 65535:
        raise CommandError(f"--port: write a number from 1 to 65535, not {given!r}")
    return int(given)
