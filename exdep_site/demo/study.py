"""Puts the pieces together: everyone's course through the demo study. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from exdep_site.demo.course import Calendar, Course
from exdep_site.demo.nights import nights
from exdep_site.demo.people import EXERCISE, Person, Stage, cohort, frame_of
from exdep_site.demo.phq9 import add_phq9
from exdep_site.demo.visits import visits
from exdep_site.demo.workouts import workouts
from protocol import Instrument, Study

# Red flags of two people whose alerts are still open, and of two that were seen to long ago.
RED_FLAGS = (["chest_pain"], ["palpitations", "dizziness"])
PAST_FLAGS = (["fainting"], ["severe_breathlessness"])


def courses(
    *, size: int, seed: int, today: date, study: Study, instruments: Mapping[str, Instrument]
) -> Iterator[Course]:
    """Each person's course, in the order of allocation. The same arguments give the same study."""
    everyone = cohort(size, seed, frame_of(study))
    flagged = dict(zip(_finished_lately(everyone), PAST_FLAGS, strict=False))
    flagged |= zip(_with_red_flag(everyone), RED_FLAGS, strict=False)
    for person in everyone:
        course = _course(person, seed, today, study, instruments)
        if person.number in flagged and course.workouts:
            course.workouts[-1].fields.update(symptoms=flagged[person.number], stopped_early=True)
        yield course


def _with_red_flag(everyone: Sequence[Person]) -> list[int]:
    """The people who began last are far enough from the demo accounts and have fresh alerts."""
    return [
        person.number
        for person in reversed(everyone)
        if person.arm == EXERCISE and person.stage is not Stage.LEFT and not person.account
        and person.day > 10
    ][: len(RED_FLAGS)]  # fmt: skip


def _finished_lately(everyone: Sequence[Person]) -> list[int]:
    """The last sessions of those who finished last lie within the months of a report."""
    return [
        person.number
        for person in reversed(everyone)
        if person.arm == EXERCISE and person.stage is Stage.FINISHED
    ][: len(PAST_FLAGS)]


def _course(
    person: Person, seed: int, today: date, study: Study, instruments: Mapping[str, Instrument]
) -> Course:
    # A stream for each subject, so that a change in one leaves the others as they were.
    visit_rng, night_rng, workout_rng, uuid_rng = (
        np.random.default_rng([seed, person.number, subject]) for subject in range(4)
    )
    calendar = Calendar(today - timedelta(days=person.day - 1))
    came = visits(person, calendar, study, instruments, visit_rng)
    add_phq9(person, calendar, study, instruments, came, seed)
    with_diary = study.diary.visits if study.diary else ()
    diary = {
        study.visit(visit.code).target_day - 1 if visit.offset is None else visit.offset
        for visit in came
        if visit.code in with_diary
    }
    return Course(
        person=person,
        calendar=calendar,
        uuid_source=uuid_rng,
        visits=came,
        nights=nights(person, calendar, diary, night_rng) if study.diary else [],
        workouts=workouts(person, calendar, study, workout_rng),
    )
