"""The desk's timeline counts sessions from the record that Today and the exports read."""

from __future__ import annotations

from datetime import timedelta

import pytest

import protocol
from data_management import presenters, selectors
from logging_app.models import SessionMatch
from schedule.models import Pause
from schedule.rules import protocol_plan
from tests import cast
from tests.data_management import study

pytestmark = pytest.mark.django_db


def lines(person):
    """Each study week's line of the timeline, by its title."""
    found = selectors.happened(person, cast.NOW)
    return {week.title: week.line for week in presenters.timeline(person, found)}


def answered(person, day, key):
    kept = study.workout(person, day)
    SessionMatch.objects.create(workout=kept, participant=person, session_key=key)


def test_a_study_week_tells_the_week_of_the_program_that_begins_in_it():
    person = cast.participant(prescribed=False)
    begins = person.day_one + timedelta(days=4)
    cast.prescribe(person, protocol_plan(protocol.current(), 1), starts_on=begins)
    answered(person, begins, "w01-aerobic-1")
    # The third study week by its date, the second of the program.
    answered(person, begins + timedelta(days=11), "w02-aerobic-1")
    study.workout(person, person.day_one + timedelta(days=8))
    told = lines(person)
    assert told["Week 1"].startswith("1 of 5 sessions")
    assert told["Week 2"].startswith("1 of 5 sessions")
    assert told["Week 3"].startswith("0 of 5 sessions")


def test_what_a_pause_excused_is_told():
    person = cast.participant()
    Pause.objects.create(
        participant=person, kind="travel", starts_on=person.day_one,
        ends_on=person.day_one + timedelta(days=6), by=person.user,
    )  # fmt: skip
    answered(person, person.day_one, "w01-aerobic-1")
    assert lines(person)["Week 1"] == "1 of 5 sessions · 4 excused · 30 minutes"


def test_an_assessment_without_a_resting_rate_says_so():
    person = cast.participant()
    cast.fitness(person, resting=None, assessed_on=person.day_one)
    found = selectors.happened(person, cast.NOW)
    texts = [
        entry.text
        for week in presenters.timeline(person, found)
        for _, entries in week.days
        for entry in entries
    ]
    assert "resting heart rate not known" in texts
