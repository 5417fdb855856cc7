"""Keeps the web server and the worker running side by side, and stops both without loss."""

from __future__ import annotations

import logging
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType

logger = logging.getLogger("exdep.serve")

LOOK_EVERY = 0.2
WEB_STOP_SECONDS = 35.0
WORKER_STOP_SECONDS = 60.0
LONGEST_BACK_OFF = 60.0
SETTLED_AFTER = 60.0


def next_delay(delay: float, lived: float) -> float:
    """Seconds to wait before starting a child again: 1, 2, 4 … 60, and 1 after a good minute."""
    return 1.0 if lived >= SETTLED_AFTER else min(max(delay * 2, 1.0), LONGEST_BACK_OFF)


class Supervisor:
    """Runs two commands. The web server's end ends everything; the worker is started again."""

    def __init__(
        self, *, web: Sequence[str], worker: Sequence[str], ready: Callable[[], bool],
        on_ready: Callable[[], None],
    ) -> None:  # fmt: skip
        self.web_command, self.worker_command = list(web), list(worker)
        self.is_ready, self.on_ready = ready, on_ready
        self.stopping = threading.Event()
        self.asked_by = 0
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None
        self._delay = 0.0
        self._worker_started = self._worker_due = 0.0
        self._announced = False

    def ask_to_stop(self, signum: int = 0, frame: FrameType | None = None) -> None:
        self.asked_by = signum
        self.stopping.set()

    def run(self) -> int:
        """Until SIGTERM or SIGINT (0), or until the web server ends by itself (1)."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.ask_to_stop)
        self.web = subprocess.Popen(self.web_command)  # noqa: S603 (our own command)
        logger.info("the web server starts", extra={"pid": self.web.pid})
        try:
            while not self.stopping.wait(LOOK_EVERY):
                if self.web.poll() is not None:
                    # A signal to the whole group may end it before it is our turn.
                    if not self.stopping.wait(LOOK_EVERY):
                        return self._web_ended()
                    break
                self._keep_worker()
                self._announce()
            # Not where the signal arrives: it may interrupt another line of the log.
            name = signal.Signals(self.asked_by).name
            logger.info("asked to stop", extra={"signal": name})
            return 0
        finally:
            self._stop_all()

    def _web_ended(self) -> int:
        status = self.web.returncode if self.web else None
        logger.error("the web server ended by itself", extra={"exit_status": status})
        return 1

    def _keep_worker(self) -> None:
        if self.worker is not None and (status := self.worker.poll()) is not None:
            self._delay = next_delay(self._delay, time.monotonic() - self._worker_started)
            self._worker_due = time.monotonic() + self._delay
            self.worker = None
            logger.error(
                "the worker ended and is started again",
                extra={"exit_status": status, "wait_s": self._delay},
            )
        if self.worker is None and time.monotonic() >= self._worker_due:
            self._worker_started = time.monotonic()
            self.worker = subprocess.Popen(self.worker_command)  # noqa: S603 (our own command)

    def _announce(self) -> None:
        if not self._announced and self.is_ready():
            self._announced = True
            self.on_ready()

    def _stop_all(self) -> None:
        children = [(self.web, WEB_STOP_SECONDS), (self.worker, WORKER_STOP_SECONDS)]
        for child, _seconds in children:
            if child is not None and child.poll() is None:
                child.terminate()
        started = time.monotonic()
        for child, seconds in children:
            if child is not None:
                _wait_or_kill(child, max(seconds - (time.monotonic() - started), 0.1))


def _wait_or_kill(child: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        logger.error("a process did not stop in time and is killed", extra={"pid": child.pid})
        child.kill()
        child.wait()


def can_connect(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def why_not_bind(host: str, port: int) -> str | None:
    """None when the address is free to listen on, else the reason in the system's words."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen(1)
    except OSError as error:
        return error.strerror or str(error)
    return None
