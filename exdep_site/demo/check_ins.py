"""Check-ins of both arms, every second week. Pure but for the rows that they end in."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

import protocol
from enrollment.models import Participant
from exdep_site.demo.course import ZONE, Course, whole
from exdep_site.demo.people import EXERCISE, Person
from exdep_site.demo.rows import Rows
from exdep_site.demo.staff import Cast
from exdep_site.demo.stories import ACHES, ILL, MEDICINE, THERAPY
from logging_app.checkins.rules import windows
from logging_app.models import CheckIn

# A stream of their own: what everyone else's draws give stays as it is.
STREAM = 40
WRITTEN = 0.86
SEEN_TO_AFTER = 5
NEWS = (
    (tuple(story.told for story in ILL), CheckIn.Became.HEALTH),
    (tuple(story.told for story in ACHES), CheckIn.Became.HEALTH),
    ((MEDICINE,), CheckIn.Became.MEDICINE),
    ((THERAPY,), CheckIn.Became.THERAPY),
)


def add_check_ins(
    rows: Rows, course: Course, participant: Participant, cast: Cast, seed: int
) -> None:
    """Put one person's check-ins into `rows`. Whoever signs in finds the newest one open."""
    person, calendar = course.person, course.calendar
    rng = np.random.default_rng([seed, person.number, STREAM])
    today = calendar.date(person.day - 1)
    for window in windows(protocol.current(), calendar.day_one):
        told = _told(person, rng)
        offset = (window.due - calendar.day_one).days + int(rng.integers(-2, 3))
        written = rng.random() < WRITTEN or bool(person.account)
        open_now = bool(person.account) and window.holds(today)
        if not written or open_now or offset > person.horizon:
            continue
        row = CheckIn(
            participant=participant, due_on=window.due, zone=ZONE, entered_by=participant.user,
            received_at=calendar.moment(offset, 19.5), **told,
        )  # fmt: skip
        _see_to(row, course, offset, today, cast)
        rows.add(row, at=row.received_at, by=participant.user)


def _told(person: Person, rng: np.random.Generator) -> dict[str, Any]:
    asked = person.arm == EXERCISE
    minutes = 150 * person.traits.adherence if asked else 40 * rng.random() * (rng.random() < 0.3)
    resting = whole(person.traits.resting_hr + rng.normal(0, 3), 40, 110)
    chance, which = rng.random(), int(rng.integers(0, len(NEWS)))
    words = NEWS[which][0]
    news = words[person.number % len(words)] if chance < 0.07 else None
    return {
        "resting_hr_bpm": resting,
        "hr_after_bpm": resting + whole(rng.normal(14, 5), 0, 45),
        "activity": "more" if asked and rng.random() < 0.6 else "same",
        "active_minutes": 10 * whole(minutes / 10, 0, 40),
        "diet_changed": bool(rng.random() < 0.1),
        "anything_new": news is not None,
        "new_text": news,
    }


def _see_to(row: CheckIn, course: Course, offset: int, today: date, cast: Cast) -> None:
    """What was told long enough ago was seen to by the coordinator."""
    later = course.calendar.date(offset + SEEN_TO_AFTER)
    if not row.anything_new or later >= today:
        return
    row.handled_as = next(became for words, became in NEWS if row.new_text in words)
    row.handled_at = course.calendar.moment(offset + SEEN_TO_AFTER, 10)
    row.handled_by = cast.people["coordinator"]
