"""A query put into SQL once answers as Django's own does, for each value that it is asked with."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import BigAutoField, CharField, DateTimeField, Exists, OuterRef

from accounts.models import Site
from core.compiled import Compiled, Slot
from enrollment.models import ConsentRecord, Participant
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[Participant]:
    return [cast.participant("one"), cast.participant("two", consented=False)]


def by_key() -> Any:
    signed = ConsentRecord.objects.filter(
        participant=OuterRef("pk"), signed_at__lte=Slot("at", DateTimeField())
    )
    rows = Participant.objects.select_related("site").annotate(signed=Exists(signed))
    return rows.filter(pk=Slot("person", BigAutoField()))


def test_each_ask_is_answered_with_its_own_values(people: list[Participant]) -> None:
    query = Compiled(by_key)
    one, two = people
    long_ago = cast.NOW - timedelta(days=4000)
    for person, at, signed in (
        (one, cast.NOW, True),
        (two, cast.NOW, False),
        (one, long_ago, False),
    ):
        (found,) = query.rows(person=person.pk, at=at)
        assert found == person
        assert found.signed is signed
    assert query.rows(person=0, at=cast.NOW) == []


def test_one_query_with_what_was_joined(
    people: list[Participant], django_assert_num_queries: Any
) -> None:
    query = Compiled(by_key)
    with django_assert_num_queries(1):
        (found,) = query.rows(person=people[0].pk, at=cast.NOW)
        assert found.site.code == "bj"


def test_rows_are_written_anew_after_they_changed(people: list[Participant]) -> None:
    query = Compiled(by_key)
    before = query.rows(person=people[1].pk, at=cast.NOW)
    Participant.objects.filter(pk=people[1].pk).update(zone="Asia/Tokyo")
    (after,) = query.rows(person=people[1].pk, at=cast.NOW)
    assert (before[0].zone, after.zone) == ("Asia/Shanghai", "Asia/Tokyo")


def test_values_come_by_name(people: list[Participant]) -> None:
    query = Compiled(lambda: Site.objects.filter(code=Slot("code", CharField())).values("zone"))
    assert query.rows(code="bj") == [{"zone": "Asia/Shanghai"}]


def test_text_is_a_value_and_never_sql(people: list[Participant]) -> None:
    query = Compiled(lambda: Site.objects.filter(code=Slot("code", CharField())))
    assert query.rows(code="bj' OR '1'='1") == []


def test_slot_without_a_value_is_an_error(people: list[Participant]) -> None:
    with pytest.raises(KeyError, match="at"):
        Compiled(by_key).rows(person=people[0].pk)


def test_sql_is_written_once_in_each_thread(people: list[Participant]) -> None:
    written: list[str] = []

    def build() -> Any:
        written.append(threading.current_thread().name)
        return Site.objects.filter(code="nowhere")

    query = Compiled(build)
    query.rows()
    query.rows()

    def elsewhere() -> None:
        query.rows()
        connection.close()

    if connection.vendor == "postgresql":
        other = threading.Thread(target=elsewhere, name="other")
        other.start()
        other.join()
        assert written == ["MainThread", "other"]
    else:
        assert written == ["MainThread"]
