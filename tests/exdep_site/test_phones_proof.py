"""The server is killed while fifty phones send: what it acknowledged is there, what it did not is
still on a phone. SIGKILL, so that nothing is tidied up."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.db import connection

from tests.deployment import Deployment, free_port

PHONES, ENTRIES = 50, 4
PROGRAM = Path(__file__).with_name("phone.py")
SESSIONS = """
import json
from importlib import import_module
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, BACKEND_SESSION_KEY
from accounts.models import User
from core import clock
from enrollment.models import Participant
from enrollment.selectors import refusal
store = import_module(settings.SESSION_ENGINE).SessionStore
keys = []
for person in Participant.objects.select_related("user").order_by("pk"):
    if refusal(person, clock.now()) is None:
        if person.user is None:  # most people of the demo never sign in
            person.user = User.objects.create_user(
                email=f"phone{person.pk}@example.org", password="x"
            )
            Participant.objects.filter(pk=person.pk).update(user=person.user)
        session = store()
        session[SESSION_KEY] = str(person.user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = person.user.get_session_auth_hash()
        session.create()
        keys.append(session.session_key)
print(json.dumps(keys))
"""
STORED = """
import json
from logging_app.models import Workout
print(json.dumps([str(pk) for pk in Workout.objects.values_list("pk", flat=True)]))
"""


@pytest.fixture
def home(tmp_path: Path) -> Deployment:
    """A demo of its own, on SQLite."""
    return demo(tmp_path / "site")


@pytest.fixture
def home_on_engine(tmp_path: Path, transactional_db: None) -> Iterator[Deployment]:
    """A demo of its own on the engine that the tests run on, so that either is proved."""
    if connection.vendor != "postgresql":
        yield demo(tmp_path / "site")
        return
    scratch = f"{connection.settings_dict['NAME']}_phones"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {scratch} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {scratch}")
    one = connection.settings_dict
    who = f"{one['USER']}:{one['PASSWORD']}@" if one["USER"] else ""
    place = f"{one['HOST'] or '127.0.0.1'}:{one['PORT'] or 5432}"
    yield demo(tmp_path / "site", DATABASE_URL=f"postgres://{who}{place}/{scratch}")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {scratch} WITH (FORCE)")


def demo(folder: Path, **changes: str) -> Deployment:
    made = Deployment.prepared(folder)
    made.changes |= {"EXDEP_DEMO": "1", "EXDEP_DEMO_PASSWORD": "x", **changes}
    if changes:
        made.manage("prepare")
    else:  # a demo has a database of its own
        (folder / "exdep.sqlite3").rename(folder / "demo.sqlite3")
    made.manage("seed_demo", "--participants", "80")
    return made


class Server:
    """`serve` on one port, killed and started again."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment, self.port = deployment, free_port()
        deployment.changes |= {"PORT": str(self.port)}

    def start(self) -> None:
        self.process = self.deployment.start("serve", log=subprocess.DEVNULL)
        assert self.process.stdout is not None
        while not self._answers():
            assert self.process.poll() is None, "serve ended by itself"
            time.sleep(0.05)

    def _answers(self) -> bool:
        probe = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            probe.request("GET", "/healthz")
            return probe.getresponse().status == 200
        except OSError:
            return False
        finally:
            probe.close()

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


class Phone:
    """A phone's folder, and the process that sends from it."""

    def __init__(self, folder: Path, session: str) -> None:
        self.folder = folder
        for name in ("waiting", "acknowledged"):
            (folder / name).mkdir(parents=True)
        (folder / "session").write_text(session)

    def start(self, port: int, entries: int, seed: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-E", PROGRAM, self.folder, str(port), str(entries), str(seed)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def names(self, which: str) -> set[str]:
        return {file.name for file in (self.folder / which).iterdir()}

    def kill(self) -> None:
        self.process.kill()
        assert "refused" not in self.process.communicate()[0]

    def finish(self) -> None:
        """Let it send what it has left."""
        self.process.communicate(timeout=300)
        assert self.process.returncode == 0


def prove(home: Deployment, tmp_path: Path, rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    sessions = json.loads(home.manage("shell", "-v0", "-c", SESSIONS).stdout)
    assert len(sessions) >= PHONES
    before = set(json.loads(home.manage("shell", "-v0", "-c", STORED).stdout))
    phones = [Phone(tmp_path / f"phone-{n}", sessions[n]) for n in range(PHONES)]
    server = Server(home)
    acknowledged = 0
    for number in range(rounds):
        server.start()
        for index, phone in enumerate(phones):
            phone.start(server.port, ENTRIES, seed * 1_000_000 + number * 1_000 + index)
        time.sleep(chance.uniform(1.0, 3.0))
        server.kill()
        for phone in phones:
            phone.kill()
        acknowledged = check(home, phones, before)
        print(f"round {number + 1}: {acknowledged} acknowledged")  # noqa: T201
    server.start()
    for phone in phones:
        phone.start(server.port, 0, seed)
    for phone in phones:
        phone.finish()
    server.kill()
    total = check(home, phones, before)
    assert not any(phone.names("waiting") for phone in phones)
    assert total > acknowledged > 0
    print(f"seed {seed}: {rounds} kills, {PHONES} phones, {total} entries, none lost, none twice")  # noqa: T201


def check(home: Deployment, phones: list[Phone], before: set[str]) -> int:
    """How many were acknowledged; each is in the database, and each other one on its phone."""
    stored = set(json.loads(home.manage("shell", "-v0", "-c", STORED).stdout)) - before
    acknowledged = set().union(*(phone.names("acknowledged") for phone in phones))
    waiting = set().union(*(phone.names("waiting") for phone in phones))
    assert acknowledged <= stored
    assert stored <= acknowledged | waiting
    assert not acknowledged & waiting
    return len(acknowledged)


def test_phones_lose_nothing_when_the_server_is_killed(home: Deployment, tmp_path: Path) -> None:
    prove(home, tmp_path, rounds=2, seed=1)


@pytest.mark.proof
def test_phones_lose_nothing_in_twenty_kills(home_on_engine: Deployment, tmp_path: Path) -> None:
    prove(home_on_engine, tmp_path, rounds=20, seed=int(os.environ.get("EXDEP_PROOF_SEED", "20")))
