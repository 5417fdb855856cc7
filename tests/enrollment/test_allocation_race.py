"""Allocations at one moment, by processes; and one that is killed in the middle."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from enrollment.rules.allocation import draw_list, worst_imbalance
from tests.deployment import Deployment

EQUAL = {"control": 1, "exercise": 1}


@pytest.fixture
def home(tmp_path: Path, transactional_db: None):
    """A deployment of its own, on SQLite or, where the tests run on it, on PostgreSQL."""
    if connection.vendor == "sqlite":
        yield Deployment.prepared(tmp_path / "site")
        return
    scratch = f"{connection.settings_dict['NAME']}_race"  # one for each process of the tests
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {scratch}")
        cursor.execute(f"CREATE DATABASE {scratch}")
    one = connection.settings_dict
    who = f"{one['USER']}:{one['PASSWORD']}@" if one["USER"] else ""
    address = f"postgres://{who}{one['HOST'] or '127.0.0.1'}:{one['PORT'] or 5432}/{scratch}"
    made = Deployment(tmp_path / "site", {"DATABASE_URL": address})
    Deployment.prepared(made.home)
    made.manage("prepare")
    yield made
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {scratch} WITH (FORCE)")


def run(home: Deployment, *arguments: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "tests.enrollment.racing", *arguments], cwd=settings.BASE_DIR,
        env={**home.environment, "DJANGO_SETTINGS_MODULE": "exdep_site.settings"},
        text=True, capture_output=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_thirty_allocations_at_once_use_thirty_places_in_order(home):
    found = run(home, "race", "30")
    assert found == {
        "failed": 0, "positions": list(range(1, 31)), "people": 30, "problems": [],
    }  # fmt: skip


def test_killed_in_the_middle_leaves_no_place_half_used(home):
    found = run(home, "kill")
    assert found == {
        "inside": 1, "died": signal.SIGKILL, "left": 0, "arm": "", "state": "ready", "next": 1,
        "problems": [],
    }  # fmt: skip


@pytest.mark.parametrize("places", [{"female": 50, "male": 50}, {"bj/f": 25, "bj/m": 25}])
def test_a_thousand_trials_are_balanced_at_every_prefix(places):
    """Within half of the largest block at any point, and exact where the places are even."""
    for seed in range(1000):
        slots = draw_list(seed.to_bytes(32, "big"), places, EQUAL)
        assert max(worst_imbalance(slots).values()) <= 3
        for stratum, count in places.items():
            arms = [slot.arm for slot in slots if slot.stratum == stratum]
            off = arms.count("exercise") - arms.count("control")
            assert off == 0 if count % 2 == 0 else abs(off) <= 3
