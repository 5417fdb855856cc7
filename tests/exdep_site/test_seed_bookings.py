"""The times that the demo makes for visits: within a day, and a site's own."""

from __future__ import annotations

from collections import Counter
from datetime import time
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import protocol
from accounts.models import User
from assessments.models import Visit
from enrollment.models import Participant
from exdep_site.demo.bookings import add_bookings
from exdep_site.demo.course import ZONE, Course
from exdep_site.demo.rows import Rows
from exdep_site.demo.study import courses
from tests.exdep_site.seeding import TODAY

CAST: Any = SimpleNamespace(people={"rater": User(), "coordinator": User()})
SEED = 20230101


@pytest.fixture(scope="module")
def drawn() -> list[Course]:
    return list(
        courses(
            size=200, seed=SEED, today=TODAY,
            study=protocol.current(), instruments=protocol.instruments(),
        )
    )  # fmt: skip


def booked(people: list[tuple[Course, int]]) -> list[Visit]:
    """The bookings of these people, each with the site they come to."""
    rows = Rows()
    them = [
        (course, Participant(site_id=site, study_id=str(n)))
        for n, (course, site) in enumerate(people)
    ]
    add_bookings(rows, them, CAST, SEED)
    return rows.tables[Visit]


def test_bookings_end_with_the_day_and_never_meet(drawn: list[Course]) -> None:
    """Thirty times the same wishes for each time of a day."""
    found = booked([(course, 1) for course in drawn] * 30)
    times = [row.booked_at for row in found]
    assert len(set(times)) == len(times) > 20
    zone = ZoneInfo(ZONE)
    assert max(at.astimezone(zone).time() for at in times) <= time(18)
    assert min(at.astimezone(zone).time() for at in times) >= time(9)


def test_bookings_of_one_site_leave_the_others_free(drawn: list[Course]) -> None:
    found = booked([(course, site) for course in drawn for site in (1, 2)])
    by_site = {
        site: [(row.code, row.booked_at) for row in found if row.participant.site_id == site]
        for site in (1, 2)
    }
    assert Counter(by_site[1]) == Counter(by_site[2])
    assert by_site[1]


def test_bookings_of_who_signs_in_are_made_first(drawn: list[Course]) -> None:
    """However many others come before them: they have their visit today."""
    others = [course for course in drawn if not course.person.account]
    signing_in = [course for course in drawn if course.person.account]
    found = booked([(course, 1) for course in [*others, *signing_in]])
    first = found[0]
    assert int(first.participant.study_id) >= len(others)
    at = first.booked_at.astimezone(ZoneInfo(ZONE))
    assert (at.date(), at.time()) == (TODAY, time(15, 30))
