"""Staff add a note beside answers, or take them out of the count; they never change them."""

from __future__ import annotations

import pytest
import time_machine
from django.core.exceptions import ValidationError

import protocol
from accounts.models import AuditEvent
from accounts.roles import Role
from assessments import selectors, services
from assessments.models import Annotation, Response, Visit
from core.errors import Forbidden, IllegalStep, Voided
from enrollment.models import BaselineRecord
from tests import cast

FIVES = dict.fromkeys(protocol.instrument("wellbeing").keys, 5)


@pytest.fixture
def person(db):
    with time_machine.travel(cast.NOW, tick=False):
        yield cast.participant()


@pytest.fixture
def coordinator(person):
    return cast.staff(Role.COORDINATOR, at=person.site)


def answered(person, visit="week-6", *, complete=True, answers=FIVES) -> Response:
    return services.save_answers(
        participant=person, visit=visit, instrument="wellbeing", answers=answers,
        complete=complete, by=person.user, now=cast.NOW,
    )  # fmt: skip


def voided(row, by, reason="Filled in by the wrong person"):
    return services.void_answers(response=row, reason=reason, by=by, now=cast.NOW)


def noted(row, by, item="mood", words="Said on the phone that it was a bad day."):
    return services.annotate(response=row, item=item, words=words, by=by, now=cast.NOW)


def test_note_stands_beside_the_answers_which_stay(person, coordinator):
    row = answered(person)
    note = noted(row, coordinator)
    assert (note.item, note.by, note.at) == ("mood", coordinator, cast.NOW)
    assert Response.objects.get().answers == FIVES
    assert AuditEvent.objects.filter(action="assessment.annotated").count() == 1


@pytest.mark.parametrize(("item", "words"), [("appetite", "Fine"), ("mood", "  ")])
def test_note_needs_words_and_a_question_there_is(person, coordinator, item, words):
    with pytest.raises(ValidationError):
        noted(answered(person), coordinator, item, words)
    assert not Annotation.objects.exists()


def test_voided_answers_stay_readable_and_count_nowhere(person, coordinator):
    row = voided(answered(person), coordinator)
    assert (row.answers, row.voided_by) == (FIVES, coordinator)
    assert row.history.first().history_change_reason == "Filled in by the wrong person"
    assert selectors.response_of(person, "week-6", "wellbeing") is None
    assert not selectors.submitted(person).exists()
    assert "wellbeing" in {one.instrument for one in selectors.due(person, cast.NOW)}


def test_after_a_void_the_participant_answers_again_as_the_next_version(person, coordinator):
    first = voided(answered(person), coordinator)
    second = answered(person, answers={**FIVES, "mood": 2})
    assert (first.version, second.version) == (1, 2)
    first.refresh_from_db()
    assert first.answers == FIVES
    assert selectors.response_of(person, "week-6", "wellbeing") == second


def test_void_needs_a_reason_and_is_done_once(person, coordinator):
    row = answered(person)
    with pytest.raises(ValidationError):
        voided(row, coordinator, " ")
    voided(row, coordinator)
    with pytest.raises(Voided):
        voided(row, coordinator)


def test_draft_is_neither_noted_nor_voided(person, coordinator):
    row = answered(person, complete=False)
    for write in (noted, voided):
        with pytest.raises(IllegalStep):
            write(row, coordinator)


def test_rating_is_corrected_by_its_rater_and_never_voided(person, coordinator):
    row = Response.objects.create(
        visit=Visit.objects.create(participant=person, code="week-6"), participant=person,
        instrument="hdrs17", instrument_version="HAMD17-Guy1976", submitted_at=cast.NOW,
    )  # fmt: skip
    with pytest.raises(Forbidden):
        voided(row, coordinator)
    assert noted(row, coordinator, item="16A").pk


@pytest.mark.parametrize("role", [Role.RATER, Role.INSTRUCTOR, Role.STATISTICIAN, Role.MONITOR])
def test_nobody_else_notes_or_voids(person, role):
    row, by = answered(person), cast.staff(role, at=person.site)
    for write in (noted, voided):
        with pytest.raises(Forbidden):
            write(row, by)


def test_other_sites_and_the_participant_do_neither(person):
    row = answered(person)
    for by in (cast.staff(Role.COORDINATOR, at=cast.site("sh")), person.user):
        for write in (noted, voided):
            with pytest.raises(Forbidden):
                write(row, by)


def test_voided_baseline_is_open_again_before_allocation(db):
    with time_machine.travel(cast.NOW, tick=False):
        early = cast.participant("early", week=None)
        by = cast.staff(Role.COORDINATOR, at=early.site)
        row = answered(early, "week-0")
        part = BaselineRecord.objects.get(participant=early, part="wellbeing")
        assert part.complete
        voided(row, by)
        part.refresh_from_db()
        assert (part.complete, part.count) == (False, 0)
        answered(early, "week-0")
        part.refresh_from_db()
        assert part.complete
