"""`manage.py serve` as a real process: a stop loses no request, and no failure is a traceback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from core.banner import DEMO_SIGN_INS, demo
from core.supervisor import next_delay
from tests.deployment import Deployment, free_port

# More than two processes with four threads work on at once, so that some wait inside the server or
# still in the kernel's queue; however the kernel deals them out, one process has four or more.
IN_FLIGHT = 12
AT_ONCE = 4


class Site:
    """A served deployment, and the two FIFOs of `/slow/`."""

    def __init__(self, deployment: Deployment, *, log: int = subprocess.PIPE) -> None:
        self.port = free_port()
        self.home = deployment.home
        for name in ("began", "go"):
            os.mkfifo(self.home / name)
        self.began = os.open(self.home / "began", os.O_RDWR)
        self.opened = [self.began]
        deployment.changes |= {
            "PORT": str(self.port), "DJANGO_SETTINGS_MODULE": "tests.exdep_site.slow_site",
        }  # fmt: skip
        self.process = deployment.start("serve", log=log)
        assert self.process.stdout is not None
        self.first_line = self.process.stdout.readline()

    def ask(self, path: str) -> HTTPConnection:
        """Connected, and the request sent: from here on it is accepted."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path)
        return connection

    def get(self, path: str) -> tuple[int, bytes]:
        return answer(self.ask(path))

    def wait_until_began(self, count: int) -> None:
        while count:
            count -= len(os.read(self.began, count))

    def let_go(self) -> None:
        self.opened.append(os.open(self.home / "go", os.O_RDWR))

    def log_lines(self, message: str) -> Iterator[dict[str, object]]:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            found = json.loads(line)
            if found["message"] == message:
                yield found

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()
        for handle in self.opened:
            os.close(handle)


def answer(connection: HTTPConnection) -> tuple[int, bytes]:
    try:
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    return Deployment.prepared(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def site(prepared: Deployment, tmp_path: Path) -> Iterator[Site]:
    site = Site(prepared.copy(tmp_path / "site"))
    yield site
    site.close()


@pytest.mark.parametrize(
    ("number", "whole_group"),
    [(signal.SIGTERM, False), (signal.SIGTERM, True), (signal.SIGINT, True)],
    ids=["SIGTERM to serve", "SIGTERM to the group", "Ctrl-C"],
)
def test_serve_stop_answers_every_accepted_request(
    site: Site, number: signal.Signals, whole_group: bool
) -> None:
    assert site.first_line.startswith(f"Serving on http://localhost:{site.port}/")
    asked = [site.ask("/slow/") for _ in range(IN_FLIGHT)]
    site.wait_until_began(AT_ONCE)
    (os.killpg if whole_group else os.kill)(site.process.pid, number)
    site.let_go()
    assert [answer(connection) for connection in asked] == [(200, b"answered")] * IN_FLIGHT
    _out, log = site.process.communicate(timeout=30)
    assert site.process.returncode == 0, log
    # Ctrl-C may find a child that is still importing, which then ends with a traceback.
    said = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert [line["signal"] for line in said if line["message"] == "asked to stop"] == [number.name]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", site.port)) != 0


def test_serve_site_is_healthy_and_pages_are_served(site: Site) -> None:
    status, body = site.get("/healthz")
    assert (status, json.loads(body)["database"]) == (200, "ok")
    assert site.get("/help-now/")[0] == 200


def test_serve_head_is_answered_without_a_body_or_a_warning(site: Site) -> None:
    for path, status in {"/healthz": 200, "/help-now/": 200, "/": 302}.items():
        connection = HTTPConnection("127.0.0.1", site.port, timeout=60)
        connection.request("HEAD", path)
        found = connection.getresponse()
        assert (path, found.status, found.read()) == (path, status, b"")
        connection.close()
    site.process.terminate()
    _out, log = site.process.communicate(timeout=30)
    said = [json.loads(line) for line in log.splitlines()]
    assert {line["level"] for line in said} == {"INFO"}


def test_serve_dead_worker_is_started_again(site: Site) -> None:
    starts = site.log_lines("the worker starts")
    first = next(starts)["pid"]
    assert isinstance(first, int)
    os.kill(first, signal.SIGKILL)
    second = next(starts)["pid"]
    assert second != first
    assert site.get("/healthz")[0] == 200


def test_serve_ends_with_1_when_the_web_server_ends(site: Site) -> None:
    web = next(site.log_lines("the web server starts"))["pid"]
    assert isinstance(web, int)
    os.kill(web, signal.SIGKILL)
    assert site.process.wait(timeout=30) == 1
    assert next(site.log_lines("the web server ended by itself"))["exit_status"] == -9


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_serve_port_taken_is_one_line(prepared: Deployment) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = one_line(prepared.manage("serve", "--port", str(port), check=False))
    assert line.startswith(
        f"CommandError: PORT: cannot listen on 127.0.0.1:{port} (Address already"
    )


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_serve_port_malformed_is_one_line(prepared: Deployment, port: str) -> None:
    line = one_line(prepared.manage("serve", f"--port={port}", check=False))
    assert line == f"CommandError: --port: write a number from 1 to 65535, not {port!r}\n"


def test_serve_unprepared_database_is_one_line(tmp_path: Path, prepared: Deployment) -> None:
    empty = prepared.copy(tmp_path / "empty", PORT=str(free_port()))
    (empty.home / "exdep.sqlite3").unlink()
    assert "migrations; run: manage.py prepare" in one_line(empty.manage("serve", check=False))


def test_serve_trigger_missing_is_one_line(tmp_path: Path, prepared: Deployment) -> None:
    bare = prepared.copy(tmp_path / "bare", PORT=str(free_port()))
    ((name,), *_others) = bare.sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    bare.sql(f"DROP TRIGGER {name}")
    line = one_line(bare.manage("serve", check=False))
    assert line == f"CommandError: The database lacks the triggers {name}; run: manage.py prepare\n"


def test_serve_static_files_missing_is_one_line(tmp_path: Path, prepared: Deployment) -> None:
    bare = prepared.copy(tmp_path / "bare", PORT=str(free_port()))
    (bare.home / "static" / "staticfiles.json").unlink()
    assert "static files are not collected" in one_line(bare.manage("serve", check=False))


@pytest.mark.parametrize("command", ["serve", "prepare"])
def test_serve_database_away_is_one_line(
    prepared: Deployment, tmp_path: Path, command: str
) -> None:
    away = Deployment(prepared.home, {"DATABASE_URL": f"postgres://127.0.0.1:{free_port()}/x",
                                      "PORT": str(free_port())})  # fmt: skip
    assert "DATABASE_URL: the database cannot be used" in one_line(
        away.manage(command, check=False)
    )


def test_prepare_again_changes_nothing(prepared: Deployment) -> None:
    manifest = prepared.home / "static" / "staticfiles.json"
    prepared.manage("prepare")
    before = manifest.stat().st_mtime_ns
    prepared.manage("prepare")
    assert manifest.stat().st_mtime_ns == before


def test_supervisor_waits_longer_each_time_and_forgets() -> None:
    delays = [0.0]
    for _ in range(8):
        delays.append(next_delay(delays[-1], lived=0.1))
    assert delays[1:] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert next_delay(60, lived=60) == 1


def test_banner_names_every_sign_in_of_the_contract() -> None:
    text = demo(8123, "exdep-demo", "192.0.2.7")
    roles = ["participant", "control", "newcomer", "instructor", "rater", "rater-two", "clinician",
             "coordinator", "monitor", "statistician", "admin"]  # fmt: skip
    assert [email for email, _what in DEMO_SIGN_INS] == [f"{role}@example.org" for role in roles]
    assert all(email in text for email, _what in DEMO_SIGN_INS)
    assert "http://localhost:8123/" in text
    assert "http://192.0.2.7:8123/" in text
    assert "HTTPS" in text
    assert "█" in text


def test_banner_without_a_network_has_no_code() -> None:
    assert "phone" not in demo(8123, "exdep-demo", None)
