"""Pauses and holds: who may, when, what the trail says, and what the programme makes of them."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent
from accounts.roles import Role
from core.errors import ConsentPending, Forbidden, Locked, NotFound, Withdrawn
from enrollment.models import DataLock
from schedule import selectors
from schedule.models import Instructing, Pause
from schedule.services import pauses
from tests import cast

NOW = cast.NOW
TODAY = date(2026, 3, 18)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def patient(db):
    return cast.participant()


@pytest.fixture
def clinician(db):
    return cast.staff(Role.CLINICIAN, at=cast.site())


def paused(patient, *, by=None, kind="illness", first=TODAY, last=None, reason="", now=NOW):
    return pauses.pause(
        participant=patient, kind=kind, starts_on=first, ends_on=last, reason=reason,
        by=by or patient.user, now=now,
    )  # fmt: skip


def ended(patient, row, *, by=None, now=NOW, entirely=False):
    return pauses.end_pause(
        participant=patient, pk=row.pk, by=by or patient.user, now=now, entirely=entirely
    )


def held(patient, by, **source):
    return pauses.hold(participant=patient, reason="very low mood", by=by, now=NOW, **source)


def cleared(patient, row, by, words="seen today, well enough", now=NOW):
    return pauses.clear_hold(participant=patient, pk=row.pk, words=words, by=by, now=now)


def instructor_of(patient, name="coach", **fields):
    person = cast.staff(Role.INSTRUCTOR, at=fields.pop("at", patient.site), name=name)
    Instructing.objects.create(
        participant=patient, instructor=person, by=person,
        **{"since": NOW - 9 * DAY, **fields},
    )  # fmt: skip
    return person


# --- a pause


def test_a_pause_excuses_its_days_and_keeps_its_words_out_of_the_trail(patient):
    row = paused(patient, last=TODAY + 6 * DAY, reason=" a bad cold\0 ")
    assert (row.reason, row.by) == ("a bad cold", patient.user)
    spans = selectors.programme(patient).pauses
    assert [(span.first, span.last) for span in spans] == [(TODAY, TODAY + 6 * DAY)]
    line = AuditEvent.objects.get(action="schedule.paused")
    assert json.loads(line.changes) == {
        "kind": "illness", "starts_on": "2026-03-18", "ends_on": "2026-03-24",
    }  # fmt: skip
    assert "cold" not in line.changes + line.reason
    assert Pause.history.get().history_user == patient.user


def test_the_same_pause_again_is_the_one_that_is_there(patient):
    assert paused(patient).pk == paused(patient).pk
    assert AuditEvent.objects.filter(action="schedule.paused").count() == 1


def test_pauses_may_overlap(patient):
    paused(patient, last=TODAY + 3 * DAY)
    paused(patient, kind="travel", first=TODAY + DAY, last=TODAY + 9 * DAY)
    assert Pause.objects.count() == 2


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (TODAY - 15 * DAY, None, "starts_on"),
        (TODAY + 367 * DAY, None, "starts_on"),
        (TODAY, TODAY - DAY, "ends_on"),
    ],
)
def test_dates_that_make_no_sense_are_refused_by_field(patient, first, last, field):
    with pytest.raises(ValidationError) as error:
        paused(patient, first=first, last=last)
    assert list(error.value.message_dict) == [field]


def test_two_weeks_back_is_the_earliest(patient):
    assert paused(patient, first=TODAY - 14 * DAY, last=TODAY - DAY).pk


def test_today_is_that_of_the_participants_own_zone(db):
    traveller = cast.participant("traveller", zone="America/Los_Angeles")
    with pytest.raises(ValidationError):
        paused(traveller, first=TODAY - 16 * DAY)
    assert paused(traveller, first=TODAY - 15 * DAY).pk  # it is still the 17th there


def test_a_hold_is_no_pause_to_choose(patient):
    with pytest.raises(Forbidden):
        paused(patient, kind="hold")


def test_nothing_to_pause_where_no_session_is_asked_for(db):
    control = cast.participant("control", arm="control")
    with pytest.raises(ValidationError):
        paused(control)


# --- who may


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CLINICIAN])
def test_staff_of_the_site_may_pause(patient, role):
    assert paused(patient, by=cast.staff(role, at=patient.site)).pk


def test_their_instructor_may_and_so_may_who_covers(patient):
    assert paused(patient, by=instructor_of(patient)).pk
    cover = {"cover": True, "until": NOW + DAY, "reason": "on leave"}
    assert paused(patient, by=instructor_of(patient, "stand-in", **cover), kind="travel").pk


def test_strangers_may_not_pause(patient):
    strangers = [
        cast.staff(Role.INSTRUCTOR, at=patient.site),
        instructor_of(patient, "elsewhere", at=cast.site("sh")),
        instructor_of(patient, "before", until=NOW - DAY, cover=True, reason="leave"),
        cast.staff(Role.RATER, at=patient.site),
        cast.staff(Role.COORDINATOR, at=cast.site("sh")),
        cast.participant("neighbour").user,
    ]
    for stranger in strangers:
        with pytest.raises(Forbidden):
            paused(patient, by=stranger)
    assert not Pause.objects.exists()


def test_the_gate_is_asked(patient):
    DataLock.objects.create(participant=patient, reason="frozen", by=cast.investigator(), at=NOW)
    with pytest.raises(Locked):
        paused(patient)
    with pytest.raises(ConsentPending):
        paused(cast.participant("newcomer", consented=False))
    left = cast.participant("left")
    cast.withdraw(left)
    with pytest.raises(Withdrawn):
        paused(left)


# --- its end


def test_ending_a_pause_asks_for_sessions_from_today_on(patient):
    row = paused(patient, first=TODAY - 3 * DAY)
    row = ended(patient, row)
    assert (row.ends_on, row.ended_by) == (TODAY - DAY, patient.user)
    assert not any(span.holds(TODAY) for span in selectors.programme(patient).pauses)
    assert AuditEvent.objects.filter(action="schedule.pause_ended").count() == 1


def test_ending_twice_and_ending_one_that_is_over_change_nothing(patient):
    row = paused(patient, first=TODAY - 5 * DAY, last=TODAY - 2 * DAY)
    ended(patient, row)
    row.refresh_from_db()
    assert (row.ends_on, row.ended_by) == (TODAY - 2 * DAY, None)


def test_one_that_was_ended_before_it_began_holds_no_day(patient):
    row = ended(patient, paused(patient, first=TODAY + 5 * DAY))
    spans = selectors.programme(patient).pauses
    assert row.ends_on == TODAY + 4 * DAY
    assert not any(span.holds(TODAY + n * DAY) for span in spans for n in range(20))


def test_a_slip_is_taken_back_entirely(patient):
    row = paused(patient, first=TODAY - 9 * DAY, last=TODAY - 2 * DAY)
    ended(patient, row, entirely=True)
    spans = selectors.programme(patient).pauses
    assert not any(span.holds(TODAY - n * DAY) for span in spans for n in range(20))


def test_another_persons_pause_is_not_found(patient):
    row = paused(cast.participant("neighbour"))
    with pytest.raises(NotFound):
        ended(patient, row)


# --- a hold


def test_a_hold_lasts_until_a_clinician_clears_it_with_words(patient, clinician):
    row = held(patient, clinician)
    assert selectors.programme(patient).held(TODAY + 400 * DAY)
    with pytest.raises(ValidationError):
        cleared(patient, row, clinician, words="  ")
    cleared(patient, row, clinician, now=NOW + 3 * DAY)
    programme = selectors.programme(patient)
    assert programme.held(TODAY + 2 * DAY)
    assert not programme.held(TODAY + 3 * DAY)
    last = Pause.history.latest()
    assert (last.history_user, last.history_change_reason) == (clinician, "seen today, well enough")


def test_a_hold_cleared_on_its_own_day_holds_no_day(patient, clinician):
    cleared(patient, held(patient, clinician), clinician)
    assert not selectors.programme(patient).held(TODAY)


def test_what_a_hold_is_for_never_reaches_the_trail(patient, clinician):
    cleared(patient, held(patient, clinician), clinician)
    lines = AuditEvent.objects.filter(action__startswith="schedule.")
    assert len(lines) == 2
    assert not any("mood" in line.changes + line.reason for line in lines)


def test_only_a_clinician_of_the_site_holds_and_clears(patient, clinician):
    row = held(patient, clinician)
    strangers = [
        patient.user,
        instructor_of(patient),
        cast.staff(Role.COORDINATOR, at=patient.site),
        cast.staff(Role.CLINICIAN, at=cast.site("sh")),
    ]
    for stranger in strangers:
        with pytest.raises(Forbidden):
            held(patient, stranger)
        with pytest.raises(Forbidden):
            cleared(patient, row, stranger)
        with pytest.raises(Forbidden):
            ended(patient, row, by=stranger)


def test_safety_holds_once_per_source_whoever_wrote_it_down(patient):
    first = held(patient, patient.user, source_kind="workout", source_id="w-1")
    assert held(patient, patient.user, source_kind="workout", source_id="w-1").pk == first.pk
    assert held(patient, patient.user, source_kind="workout", source_id="w-2").pk != first.pk


def test_a_hold_waits_for_no_consent_but_asks_nothing_of_who_left(db):
    newcomer = cast.participant("newcomer", consented=False)
    assert held(newcomer, newcomer.user, source_kind="workout", source_id="w-1").pk
    left = cast.participant("left")
    cast.withdraw(left)
    with pytest.raises(Withdrawn):
        held(left, left.user, source_kind="workout", source_id="w-2")


def test_a_pause_is_not_cleared_as_a_hold(patient, clinician):
    with pytest.raises(NotFound):
        cleared(patient, paused(patient), clinician)
