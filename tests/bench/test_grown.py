"""A study grown in bulk is one that the pages can read, and large where they read."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench.bare.growing import FIXED, GROWING
from bench.bare.management.commands import bench_explain, bench_grow
from bench.cases.reads import PAGES
from enrollment.models import Participant
from logging_app.models import Workout
from logging_app.services import record_workout
from schedule.models import NotToday
from tests import cast

pytestmark = pytest.mark.django_db
BACKEND = "enrollment.backend.PersonBackend"
READ = re.compile(r'(?:FROM|JOIN) "(\w+)"')


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(cast.NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def people() -> list[Participant]:
    """One who exercises and logged a workout, one who does not."""
    first = cast.participant("first")
    walk = {"modality": "aerobic", "activity": "fast_walking", "duration_min": 30}
    record_workout(
        participant=first, uuid=uuid.uuid4(), by=first.user, now=cast.NOW,
        entry={**walk, "started_at": cast.NOW - timedelta(hours=2)},
    )  # fmt: skip
    return [first, cast.participant("second", arm="control")]


def phone(person: Participant) -> Client:
    client = Client()
    client.force_login(person.user, BACKEND)
    return client


def names(models: Any) -> set[str]:
    return {model._meta.db_table for model in models}


def test_what_the_pages_read_is_grown_or_never_grows(people: list[Participant]) -> None:
    read = set()
    for person in people:
        client = phone(person)
        for page in PAGES:
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            read |= {name for row in queries.captured_queries for name in READ.findall(row["sql"])}
    assert "logging_app_workout" in read
    assert read <= names(GROWING) | names(FIXED)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="grown inside PostgreSQL only")
class TestGrown:
    @pytest.fixture(autouse=True)
    def grown(self, people: list[Participant]) -> None:
        bench_grow.Command().handle(participants=8, workouts=20)

    def test_all_are_copied_and_the_first_keep_what_they_had(
        self, people: list[Participant]
    ) -> None:
        assert Participant.objects.count() == 8
        assert Workout.objects.count() >= 20
        assert people[0].workouts.count() == 1

    def test_a_copy_owns_what_was_copied_with_it(self, people: list[Participant]) -> None:
        copies = Participant.objects.exclude(pk__in=[person.pk for person in people])
        assert len({copy.user_id for copy in copies}) == 6
        for copy in copies.filter(arm="exercise"):
            assert NotToday.objects.filter(participant=copy).count() == 6
            assert copy.workouts.first().participant_id == copy.pk
            answer = phone(copy).get("/history/")
            assert answer.status_code == 200
            assert "30 min" in answer.content.decode()
        connection.check_constraints()

    def test_another_run_fills_nothing_twice(self) -> None:
        before = User.objects.count(), NotToday.objects.count(), Session.objects.count()
        bench_grow.fill()
        assert before == (User.objects.count(), NotToday.objects.count(), Session.objects.count())

    def test_tables_are_small_and_read_from_end_to_end(
        self, people: list[Participant], capsys: Any
    ) -> None:
        """What the benchmark would refuse: so few rows that PostgreSQL takes the whole table."""
        client = phone(people[0])
        found = bench_explain.explained(client, "/history/")
        assert "logging_app_workout" in found["small"]
        assert found["queries"] >= 5
