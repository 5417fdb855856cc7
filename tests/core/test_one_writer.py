"""Writers to SQLite stand in line: one at a time, whoever comes from which thread."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction

from core import one_writer

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite only")


@pytest.fixture
def _door(settings, tmp_path):
    settings.EXDEP_DATA_DIR = tmp_path


@pytest.mark.usefixtures("_door")
def test_one_is_inside_at_a_time():
    inside, most = [0], [0]

    def work():
        for _ in range(5):
            with one_writer.in_line():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.001)
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert (inside[0], most[0]) == (0, 1)


@pytest.mark.usefixtures("_door")
@pytest.mark.django_db(transaction=True)
def test_who_writes_already_does_not_wait_for_the_line():
    with one_writer.in_line(), transaction.atomic(), one_writer.in_line():
        assert connection.in_atomic_block
