"""A long proof: many stops under fire, and not one accepted request lost."""

from __future__ import annotations

import random
import signal
import subprocess
import threading
from collections import Counter
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.deployment import Deployment
from tests.exdep_site.test_serve import Site

STOPS = 20
CLIENTS = 6


def fire(site: Site, seen: Counter[str], enough: threading.Event) -> None:
    """Ask on a new connection again and again. Refused at the door is no loss; cut off is one."""
    while not enough.is_set():
        try:
            connection = site.ask("/help-now/")
        except ConnectionRefusedError:
            seen["refused"] += 1
            return
        except OSError:
            seen["lost"] += 1
            return
        try:
            response = connection.getresponse()
            complete = response.status == 200 and b"</html>" in response.read()
            seen["answered" if complete else "lost"] += 1
        except (OSError, HTTPException):
            seen["lost"] += 1
            return
        finally:
            connection.close()


@pytest.mark.proof
def test_serve_stopped_under_fire_loses_nothing(tmp_path: Path) -> None:
    prepared = Deployment.prepared(tmp_path / "prepared")
    seen: Counter[str] = Counter()
    chance = random.Random(1)
    for number in range(STOPS):
        site = Site(prepared.copy(tmp_path / f"site-{number}"), log=subprocess.DEVNULL)
        enough = threading.Event()
        clients = [threading.Thread(target=fire, args=(site, seen, enough)) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        enough.wait(chance.uniform(1.0, 2.5))
        site.process.send_signal(signal.SIGTERM)
        for client in clients:
            client.join()
        site.close()
    print(f"{STOPS} stops under fire: {dict(seen)}")  # noqa: T201 (a proof prints its figure)
    assert seen["answered"] > STOPS * CLIENTS
    assert seen["lost"] == 0
