"""Leases: one holder at a time, on both engines and under a crowd."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from core import leases
from core.models import WorkerLease

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_lease_is_held_until_it_runs_out() -> None:
    assert leases.take("periodic", "a", now=NOON)
    assert not leases.take("periodic", "b", now=NOON + leases.LENGTH)
    assert leases.take("periodic", "b", now=NOON + leases.LENGTH + timedelta(seconds=1))
    assert WorkerLease.objects.get().holder == "b"


@pytest.mark.django_db
def test_lease_is_renewed_by_its_holder() -> None:
    assert leases.take("periodic", "a", now=NOON)
    assert leases.take("periodic", "a", now=NOON + timedelta(seconds=30))
    assert not leases.take("periodic", "b", now=NOON + timedelta(seconds=90))


@pytest.mark.django_db
def test_lease_given_back_is_free_at_once() -> None:
    assert leases.take("periodic", "a", now=NOON)
    leases.release("a")
    assert leases.take("periodic", "b", now=NOON)


@pytest.mark.django_db
def test_lease_of_a_silent_worker_makes_it_dead() -> None:
    leases.take("worker:a", "a", now=NOON)
    leases.take("worker:b", "b", now=NOON + timedelta(seconds=50))
    assert leases.live_workers(NOON + timedelta(seconds=61)) == {"b"}


def test_lease_beats_four_times_before_it_runs_out() -> None:
    assert leases.LENGTH == 4 * leases.BEAT_EVERY


@pytest.mark.django_db(transaction=True)
def test_lease_twenty_at_once_one_holder() -> None:
    def take(name: str) -> bool:
        try:
            return leases.take("periodic", name, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        got = list(pool.map(take, [f"w{n}" for n in range(20)]))
    assert sum(got) == 1


@pytest.mark.django_db(transaction=True)
def test_lease_run_out_twenty_at_once_one_holder() -> None:
    leases.take("periodic", "dead", now=NOON - timedelta(hours=1))

    def take(name: str) -> bool:
        try:
            return leases.take("periodic", name, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        got = list(pool.map(take, [f"w{n}" for n in range(20)]))
    assert sum(got) == 1


@pytest.mark.django_db(transaction=True)
def test_beat_takes_both_leases_and_stops() -> None:
    beat = leases.Beat("a")
    beat.once()
    beat.start()
    assert leases.holds("periodic", "a")
    assert leases.live_workers() == {"a"}
    beat.stop()
    assert not beat.is_alive()
