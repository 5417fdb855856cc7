"""The visits of the days to come, with their time, their place and their rater."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np

import protocol
from assessments.models import Visit
from enrollment.models import Participant
from exdep_site.demo.course import Course
from exdep_site.demo.people import Stage
from exdep_site.demo.rows import Rows
from exdep_site.demo.staff import Cast

# A stream of its own: what everyone else's draws give stays as it was.
STREAM = 42
DAYS_AHEAD = 10
BOOKED = 0.8
LATE = 15.5  # o'clock, of those who sign in: still to come for most of a day
LATEST = 18  # o'clock, at which a visit may begin
BETWEEN = timedelta(minutes=45)
PLACES = ("Room 2", "Room 5", "Room 11")


def add_bookings(
    rows: Rows, people: Iterable[tuple[Course, Participant]], cast: Cast, seed: int
) -> None:
    """Put the times that are made for these people into `rows`, two never at once at one site.
    Whoever signs in comes first, and so has one today if their visit is due."""
    taken: set[tuple[int, datetime]] = set()
    for course, participant in sorted(people, key=lambda one: not one[0].person.account):
        _book(rows, course, participant, cast, seed, taken)


def _book(
    rows: Rows, course: Course, participant: Participant, cast: Cast, seed: int,
    taken: set[tuple[int, datetime]],
) -> None:  # fmt: skip
    """One person's times; one in three visits is left to whoever rates on the day."""
    person, calendar = course.person, course.calendar
    rng = np.random.default_rng([seed, person.number, STREAM])
    today = person.day - 1
    for plan in protocol.current().enabled_visits:
        shift, hour = int(rng.integers(0, 5)), 9 + int(rng.integers(0, 14)) / 2
        made = rng.random() < BOOKED or bool(person.account)
        place = PLACES[int(rng.integers(len(PLACES)))]
        if plan.before_allocation or person.stage is Stage.LEFT or course.visit(plan.code):
            continue
        soon = 0 if person.account else shift // 2
        offset = max(today + soon, plan.target_day - 1)
        if not made or offset > today + DAYS_AHEAD or offset > plan.window[1] - 1:
            continue
        at = calendar.moment(offset, LATE if person.account else hour)
        while (participant.site_id, at) in taken:
            at += BETWEEN
        if at > calendar.moment(offset, LATEST):
            continue  # the day is full
        taken.add((participant.site_id, at))
        row = Visit(
            participant=participant, code=plan.code, booked_at=at, place=place,
            rater=cast.people["rater"] if person.number % 3 else None,
        )  # fmt: skip
        rows.add(row, at=calendar.moment(today - 1, 11), by=cast.people["coordinator"])
