"""The baseline: reported by the rooms that hold the data, locked by a coordinator."""

from __future__ import annotations

from datetime import timedelta

import pytest

import protocol
from accounts.roles import Role
from assessments.services import save_answers
from core.errors import Forbidden, IllegalStep
from enrollment.models import BaselineRecord, Participant
from enrollment.services import baseline
from enrollment.services.ready import NotReady
from logging_app.nights.services import record_night
from tests import cast
from tests.enrollment import stage

pytestmark = pytest.mark.django_db


def parts(person):
    return dict(BaselineRecord.objects.filter(participant=person).values_list("part", "complete"))


def night(person, days_ago, **entry):
    today = (cast.NOW + timedelta(hours=8)).date()
    return record_night(
        participant=person, morning=today - timedelta(days=days_ago), by=person.user, now=cast.NOW,
        entry=entry or {"quality": 5},
    )  # fmt: skip


def wellbeing(person, complete=True, visit="week-0"):
    answers = dict.fromkeys(protocol.instrument("wellbeing").keys, 5)
    return save_answers(
        participant=person, visit=visit, instrument="wellbeing", answers=answers,
        complete=complete, by=person.user, now=cast.NOW,
    )  # fmt: skip


def lock(person, by=None):
    return baseline.lock_baseline(participant=person, by=by or stage.coordinator(), now=cast.NOW)


def test_five_of_the_last_seven_nights_are_enough():
    person = stage.consented()
    for days_ago in range(4):
        night(person, days_ago)
    assert parts(person) == {"nights": False}
    night(person, 7)  # eight mornings ago is not of the last seven
    assert parts(person) == {"nights": False}
    night(person, 6)
    assert parts(person) == {"nights": True}
    assert BaselineRecord.objects.get().count == 5


def test_nights_without_a_quality_do_not_count():
    person = stage.consented()
    for days_ago in range(6):
        night(person, days_ago, awakenings=2)
    assert parts(person) == {"nights": False}


def test_own_questions_count_once_sent_and_only_at_the_starting_visit():
    person = eligible()
    wellbeing(person, complete=False)
    assert parts(person) == {}
    wellbeing(person)
    assert parts(person) == {"wellbeing": True}


def test_nothing_after_allocation_is_baseline():
    person = cast.participant(week=7)
    night(person, 0)
    wellbeing(person, visit="week-6")
    assert parts(person) == {}


def test_a_part_that_was_complete_stays_so_and_a_locked_one_does_not_move():
    person = stage.ready()
    before = parts(person)
    assert (
        baseline.record_baseline(
            participant=person, part="nights", complete=False, count=1, by=person.user, now=cast.NOW
        )
        is None
    )
    assert parts(person) == before


def eligible(**options):
    person = stage.consented(**options)
    stage.screened(person, decided_at=cast.NOW, decided_by=cast.investigator())
    Participant.objects.filter(pk=person.pk).update(state=Participant.State.ELIGIBLE)
    person.refresh_from_db()
    return person


def test_lock_names_what_is_missing():
    person = eligible()
    stage.baseline(person, "wellbeing")
    with pytest.raises(NotReady) as refused:
        lock(person)
    assert refused.value.missing == ("baseline:rating", "baseline:nights")


def test_lock_of_a_whole_baseline_makes_ready():
    person = eligible()
    stage.baseline(person)
    assert lock(person).state == Participant.State.READY
    with pytest.raises(IllegalStep):
        lock(person)


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.RATER, Role.ADMIN])
def test_lock_is_for_coordinators(role):
    person = eligible()
    stage.baseline(person)
    with pytest.raises(Forbidden):
        lock(person, by=cast.staff(role))


def test_lock_is_for_coordinators_of_the_site():
    person = eligible(at=cast.site("bj"))
    stage.baseline(person)
    with pytest.raises(Forbidden):
        lock(person, by=stage.coordinator(cast.site("sh")))
