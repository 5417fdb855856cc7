"""A signature under a session, and one sheet for a group: kept once, for each on their own."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent
from accounts.roles import Role
from core.errors import Forbidden, NotFound
from enrollment.models import DataLock
from logging_app.models import SessionMatch, Supervision, Workout
from logging_app.selectors.supervised import of_sheet
from logging_app.services import record_workout, void_workout
from logging_app.supervision import Present, Signature, record_sheet, supervise
from schedule.models import Instructing
from tests import cast

NOW = cast.NOW
SHEET = UUID(int=77)
WALK = {
    "modality": "aerobic", "activity": "jogging", "started_at": NOW - timedelta(hours=2),
    "duration_min": 40,
}  # fmt: skip
WELL = Signature("group", {"warm_up": "yes", "intensity": "partly"}, "Good group.")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def lin():
    return cast.staff(Role.INSTRUCTOR, at=cast.site(), name="lin")


def looked_after(name, by, **fields):
    person = cast.participant(name, **fields)
    Instructing.objects.create(participant=person, instructor=by, since=NOW, by=by)
    return person


@pytest.fixture
def patient(lin):
    return looked_after("patient", lin)


def logged(person, number=1, **fields):
    entry = {**WALK, **fields}
    return record_workout(
        participant=person, uuid=UUID(int=number), entry=entry, by=person.user, now=NOW
    ).workout


def sign(person, lin, *, uuid=UUID(int=1), signature=WELL, **fields):  # noqa: B008
    return supervise(participant=person, uuid=uuid, signature=signature, by=lin, now=NOW, **fields)


# --- one signature


def test_a_signature_names_who_when_how_and_how_well(patient, lin):
    logged(patient)
    row = sign(patient, lin)
    assert (row.by, row.signed_at, row.mode, row.note) == (lin, NOW, "group", "Good group.")
    assert row.fidelity == {"warm_up": "yes", "intensity": "partly"}
    assert sign(patient, lin) == row
    assert row.history.count() == 1
    assert AuditEvent.objects.filter(action="workout.supervised").count() == 1


def test_a_correction_needs_a_reason_and_keeps_what_was_signed(patient, lin):
    logged(patient)
    row = sign(patient, lin)
    better = Signature("in_person", {"warm_up": "no"})
    with pytest.raises(ValidationError, match="Please say what changes"):
        sign(patient, lin, signature=better)
    sign(patient, lin, signature=better, reason="wrong person")
    row.refresh_from_db()
    assert (row.mode, row.fidelity, row.note) == ("in_person", {"warm_up": "no"}, "")
    before = row.history.order_by("history_date", "pk").first()
    assert (before.mode, row.history.latest().history_change_reason) == ("group", "wrong person")
    event = AuditEvent.objects.get(action="workout.supervision_corrected")
    assert "wrong person" not in event.changes + event.reason


@pytest.mark.parametrize(
    "signature",
    [
        Signature("by_letter", {}),
        Signature("group", {"warm_up": "perhaps"}),
        Signature("group", {"dancing": "yes"}),
    ],
)
def test_only_what_the_protocol_lists_can_be_signed(patient, lin, signature):
    logged(patient)
    with pytest.raises(ValidationError):
        sign(patient, lin, signature=signature)
    assert not Supervision.objects.exists()


def test_nobody_signs_for_a_stranger_or_what_was_taken_back(patient, lin):
    logged(patient)
    other = cast.staff(Role.INSTRUCTOR, at=cast.site(), name="other")
    for by in (other, patient.user):
        with pytest.raises(Forbidden):
            sign(patient, by)
    logged(looked_after("else", lin), 2)
    with pytest.raises(NotFound):
        sign(patient, lin, uuid=UUID(int=2))
    void_workout(participant=patient, uuid=UUID(int=1), reason="mistake", by=patient.user, now=NOW)
    with pytest.raises(NotFound):
        sign(patient, lin)


# --- a sheet


def send(lin, *present, sheet=SHEET, **fields):
    return record_sheet(
        sheet=sheet, entry={**WALK, **fields}, signature=WELL, present=present, by=lin, now=NOW
    )


def test_a_sheet_keeps_a_session_for_each_who_was_there(patient, lin):
    other = looked_after("other", lin, zone="Asia/Tokyo")
    lines = send(lin, Present(patient), Present(other, minutes=25, effort=5))
    assert [(line.new, line.refused) for line in lines] == [(True, ""), (True, "")]
    own, theirs = patient.workouts.get(), other.workouts.get()
    assert (own.duration_min, own.effort, own.entered_by, own.zone) == (
        40, None, lin, "Asia/Shanghai",
    )  # fmt: skip
    assert (theirs.duration_min, theirs.effort, theirs.zone) == (25, 5, "Asia/Tokyo")
    assert SessionMatch.objects.get(workout=own).session_key == "w07-aerobic-1"
    assert own.sources["duration_min"] == "typed"
    signed = list(of_sheet(SHEET, [patient, other]))
    assert [(s.participant, s.sheet, s.mode) for s in signed] == [
        (other, SHEET, "group"), (patient, SHEET, "group"),
    ]  # fmt: skip


def test_the_same_sheet_sent_again_makes_nothing_twice(patient, lin):
    send(lin, Present(patient))
    again = send(lin, Present(patient, minutes=99))
    assert [(line.new, line.refused) for line in again] == [(False, "")]
    assert patient.workouts.get().duration_min == 40
    assert Supervision.objects.count() == 1
    assert AuditEvent.objects.filter(action="workout.recorded").count() == 1


def test_the_participant_adds_how_it_felt_and_the_sheet_does_not_take_it_back(patient, lin):
    (line,) = send(lin, Present(patient))
    entry = {**WALK, "mood_after": 7, "feeling": 3, "effort": 4}
    record_workout(
        participant=patient, uuid=line.workout.pk, entry=entry, edit=2, by=patient.user, now=NOW
    )
    send(lin, Present(patient))
    row = patient.workouts.get()
    assert (row.edit, row.mood_after, row.entered_by) == (2, 7, lin)
    assert Supervision.objects.get().workout == row


def test_what_they_logged_themselves_is_signed_and_not_doubled(patient, lin):
    own = logged(patient, started_at=WALK["started_at"] + timedelta(minutes=20), effort=3)
    (line,) = send(lin, Present(patient, effort=9))
    assert (line.workout, line.new) == (own, False)
    assert patient.workouts.get().effort == 3
    assert Supervision.objects.get().workout == own


@pytest.mark.parametrize(
    "other", [{"started_at": WALK["started_at"] - timedelta(minutes=90)}, {"modality": "strength"}]
)
def test_another_session_of_that_day_stands_beside_it(patient, lin, other):
    logged(patient, **other)
    (line,) = send(lin, Present(patient))
    assert line.new
    assert patient.workouts.count() == 2


def test_who_is_refused_says_why_and_loses_none_of_the_others(patient, lin):
    left, pending = looked_after("left", lin), looked_after("pending", lin, consented=False)
    locked, stranger = looked_after("locked", lin), cast.participant("stranger")
    cast.withdraw(left)
    DataLock.objects.create(participant=locked, at=NOW, by=lin, reason="done")
    people = (left, pending, locked, stranger, patient)
    lines = send(lin, *(Present(person) for person in people))
    assert [bool(line.refused) for line in lines] == [True, True, True, True, False]
    assert "left the study" in lines[0].refused
    assert "consent" in lines[1].refused
    assert Workout.objects.get().participant == patient


def test_a_sheet_with_a_mistake_keeps_nothing(patient, lin):
    (line,) = send(lin, Present(patient), started_at=NOW + timedelta(days=1))
    assert "lies ahead" in line.refused
    assert not Workout.objects.exists()
    assert not Supervision.objects.exists()


def test_what_was_taken_back_stays_taken_back(patient, lin):
    (line,) = send(lin, Present(patient))
    void_workout(
        participant=patient, uuid=line.workout.pk, reason="not me", by=patient.user, now=NOW
    )
    (again,) = send(lin, Present(patient))
    assert "taken back" in again.refused
