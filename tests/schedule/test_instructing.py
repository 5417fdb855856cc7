"""Who looks after whom: one predicate and one queryset, taking on, handing over, covering."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import product

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent, StaffRole
from accounts.roles import STAFF_ROLES, Role
from core.errors import ConsentPending, Forbidden, Locked, Withdrawn
from enrollment.models import Contact, DataLock
from schedule import instructed
from schedule.models import Instructing, InstructorNote
from schedule.permissions import INSTRUCT, looked_after
from schedule.services import instructing
from schedule.tasks import note_ended_covers
from tests import cast

NOW = cast.NOW
TODAY = date(2026, 3, 18)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def lin():
    return cast.staff(Role.INSTRUCTOR, at=cast.site(), name="lin")


@pytest.fixture
def qian():
    return cast.staff(Role.INSTRUCTOR, at=cast.site(), name="qian")


@pytest.fixture
def gao():
    return cast.staff(Role.COORDINATOR, at=cast.site(), name="gao")


@pytest.fixture
def patient():
    return cast.participant()


def begin(person, instructor, **fields):
    return Instructing.objects.create(
        participant=person, instructor=instructor,
        **{"since": NOW - 30 * DAY, "by": instructor, **fields},
    )  # fmt: skip


def cover(person, instructor, *, until, since=NOW - DAY):
    return begin(person, instructor, cover=True, reason="ill", since=since, until=until)


def actions(person):
    events = AuditEvent.objects.filter(participant_id=person.pk, action__startswith="schedule.")
    return list(events.order_by("seq").values_list("action", flat=True))


def fresh(user):
    """The account as the next request reads it, with its roles of that moment."""
    return type(user).objects.get(pk=user.pk)


# --- one question, two ways


def test_predicate_and_queryset_say_the_same_of_every_role_site_and_bond():
    here, there = cast.site("bj"), cast.site("sh")
    bonds = {
        "never": [],
        "own": [{}],
        "handed on": [{"until": NOW}],
        "to come": [{"since": NOW + DAY}],
        "covers": [{"cover": True, "reason": "ill", "until": NOW + DAY}],
        "covered": [{"cover": True, "reason": "ill", "until": NOW}],
    }
    people = {
        (place.code, bond): cast.participant(f"{place.code}-{n}", at=place)
        for (place, (n, bond)) in product((here, there), enumerate(bonds))
    }
    users = [
        cast.staff(role, at=at) for role, at in product(sorted(STAFF_ROLES), (here, there, None))
    ]
    former = cast.staff(Role.INSTRUCTOR, at=here, name="former")
    StaffRole.objects.filter(user=former).update(ended_at=NOW, ended_by=former)
    closed = cast.staff(Role.INSTRUCTOR, at=here, name="closed")
    type(closed).objects.filter(pk=closed.pk).update(is_active=False)
    users += [former, closed, cast.user("root", is_superuser=True)]
    for user, ((_, bond), person) in product(users, people.items()):
        for fields in bonds[bond]:
            # Two own ones at a time are refused; each is judged alone.
            Instructing.objects.filter(participant=person).delete()
            begin(person, user, **fields)
        alone = fresh(user)
        says = alone.has_perm(INSTRUCT, person)
        listed = looked_after(alone, NOW).filter(pk=person.pk).exists()
        assert says == listed, (user.email, bond)
        roles = alone.active_roles
        reaches = alone.is_active and Role.INSTRUCTOR in roles and (
            roles[Role.INSTRUCTOR] is None or person.site_id in roles[Role.INSTRUCTOR]
        )  # fmt: skip
        assert says == (reaches and bond in {"own", "covers"}), (user.email, bond)


def test_everybody_else_instructs_nobody(patient):
    assert not patient.user.has_perm(INSTRUCT, patient)
    assert not patient.user.has_perm(INSTRUCT, None)


# --- taking on


def test_taking_somebody_on_is_kept_and_told(patient, lin):
    row = instructing.take_on(participant=patient, by=lin, now=NOW)
    assert (row.instructor, row.since, row.until, row.cover) == (lin, NOW, None, False)
    assert instructing.take_on(participant=patient, by=lin, now=NOW) == row
    assert actions(patient) == ["schedule.instructor_began"]
    assert row.history.get().history_user == lin


def test_a_colleagues_participant_cannot_be_taken(patient, lin, qian):
    instructing.take_on(participant=patient, by=lin, now=NOW)
    with pytest.raises(ValidationError, match="A colleague looks after"):
        instructing.take_on(participant=patient, by=qian, now=NOW)


def test_who_instructs_no_more_leaves_their_people_to_be_taken_on(patient, lin, qian):
    instructing.take_on(participant=patient, by=lin, now=NOW)
    StaffRole.objects.filter(user=lin).update(ended_at=NOW, ended_by=lin)
    assert [person.mine for person in instructed.within_reach(qian, NOW)] == [False]
    row = instructing.take_on(participant=patient, by=qian, now=NOW)
    assert instructed.own_of(patient, NOW) == row
    assert actions(patient)[1:] == ["schedule.instructor_ended", "schedule.instructor_began"]


def test_only_an_instructor_of_the_site_takes_on(patient, gao):
    elsewhere = cast.staff(Role.INSTRUCTOR, at=cast.site("sh"))
    for by in (gao, elsewhere, patient.user):
        with pytest.raises(Forbidden):
            instructing.take_on(participant=patient, by=by, now=NOW)
    assert not Instructing.objects.exists()


def test_nobody_takes_on_who_left_who_is_locked_or_of_whom_nothing_is_asked(lin):
    left, control = cast.participant("left"), cast.participant("control", arm="control")
    cast.withdraw(left)
    with pytest.raises(Withdrawn):
        instructing.take_on(participant=left, by=lin, now=NOW)
    with pytest.raises(ValidationError, match="No sessions"):
        instructing.take_on(participant=control, by=lin, now=NOW)
    kept = cast.participant("kept")
    DataLock.objects.create(participant=kept, at=NOW - DAY, by=lin, reason="done")
    with pytest.raises(Locked):
        instructing.take_on(participant=kept, by=lin, now=NOW)
    assert not Instructing.objects.exists()


def test_within_reach_are_ones_own_and_those_without_an_instructor_of_the_site(lin, qian):
    for name in ("mine", "free", "theirs", "covered", "left", "away"):
        cast.participant(name, at=cast.site("sh") if name == "away" else None)
    people = {p.study_id: p for p in type(cast.participant("x", arm="control")).objects.all()}
    begin(people["EX-mine"], lin)
    begin(people["EX-theirs"], qian)
    begin(people["EX-covered"], qian)
    cover(people["EX-covered"], lin, until=NOW + DAY)
    cast.withdraw(people["EX-left"])
    found = {p.study_id: (p.mine, p.by_cover) for p in instructed.within_reach(lin, NOW)}
    assert found == {
        "EX-mine": (True, False), "EX-covered": (True, True), "EX-free": (False, True),
    }  # fmt: skip


# --- the coordinator


def test_the_coordinator_hands_a_participant_over(patient, lin, qian, gao):
    first = instructing.take_on(participant=patient, by=lin, now=NOW - DAY)
    second = instructing.assign(
        participant=patient, instructor=qian, by=gao, now=NOW, reason="Lin moves to Shanghai"
    )
    first.refresh_from_db()
    assert (first.until, second.instructor, second.by) == (NOW, qian, gao)
    assert not lin.has_perm(INSTRUCT, patient)
    assert qian.has_perm(INSTRUCT, patient)
    again = instructing.assign(participant=patient, instructor=qian, by=gao, now=NOW)
    assert again == second
    assert actions(patient)[1:] == ["schedule.instructor_ended", "schedule.instructor_began"]


def test_the_coordinator_gives_nobody_to_who_does_not_instruct_there(patient, lin, gao):
    with pytest.raises(ValidationError, match="no instructor"):
        instructing.assign(participant=patient, instructor=gao, by=gao, now=NOW)
    with pytest.raises(Forbidden):
        instructing.assign(participant=patient, instructor=lin, by=lin, now=NOW)


# --- covering


def test_a_cover_opens_and_closes_by_the_sites_clock(patient, lin, qian, noon):
    begin(patient, lin)
    row = instructing.cover(
        participant=patient, instructor=qian, last_day=TODAY + DAY, reason="Lin is ill", by=qian,
        now=NOW,
    )  # fmt: skip
    assert row.until.isoformat() == "2026-03-20T00:00:00+08:00"
    assert qian.has_perm(INSTRUCT, patient)
    noon.move_to(row.until - timedelta(seconds=1))
    assert qian.has_perm(INSTRUCT, patient)
    noon.move_to(row.until)
    assert not qian.has_perm(INSTRUCT, patient)
    assert lin.has_perm(INSTRUCT, patient)


def test_a_covers_start_and_end_stand_in_the_trail_even_where_it_ends_by_itself(
    patient, lin, qian, noon
):
    begin(patient, lin)
    row = instructing.cover(
        participant=patient, instructor=qian, last_day=TODAY, reason="Lin is ill", by=qian, now=NOW
    )
    note_ended_covers()
    assert actions(patient) == ["schedule.cover_began"]
    began = AuditEvent.objects.get(action="schedule.cover_began")
    assert json.loads(began.changes)["instructor"] == qian.pk
    noon.move_to(row.until + timedelta(hours=1))
    note_ended_covers()
    note_ended_covers()
    assert actions(patient) == ["schedule.cover_began", "schedule.cover_ended"]


@pytest.mark.parametrize("ends", ["qian", "lin", "gao"])
def test_a_cover_ends_early(patient, lin, qian, gao, ends, noon):
    begin(patient, lin)
    row = cover(patient, qian, until=NOW + 5 * DAY)
    by = {"qian": qian, "lin": lin, "gao": gao}[ends]
    instructing.end(instructing=row, by=by, now=NOW, reason="back")
    instructing.end(instructing=row, by=by, now=NOW)
    assert not qian.has_perm(INSTRUCT, patient)
    noon.move_to(NOW + 6 * DAY)
    note_ended_covers()
    assert actions(patient) == ["schedule.cover_ended"]


def test_nobody_else_ends_a_cover_or_takes_a_participant_from_a_colleague(patient, lin, qian):
    own = begin(patient, lin)
    row = cover(patient, qian, until=NOW + 5 * DAY)
    third = cast.staff(Role.INSTRUCTOR, at=cast.site(), name="third")
    for instructing_row, by in ((row, third), (own, qian), (own, lin), (row, patient.user)):
        with pytest.raises(Forbidden):
            instructing.end(instructing=instructing_row, by=by, now=NOW)


@pytest.mark.parametrize(
    ("days", "why"), [(-1, "This day is over"), (28, "28 days at most"), (27, None), (0, None)]
)
def test_a_cover_lasts_as_long_as_the_protocol_lets_it(patient, lin, qian, days, why):
    begin(patient, lin)
    asked = {
        "participant": patient, "instructor": qian, "last_day": TODAY + days * DAY,
        "reason": "ill", "by": qian, "now": NOW,
    }  # fmt: skip
    if why:
        with pytest.raises(ValidationError, match=why):
            instructing.cover(**asked)
    else:
        assert instructing.cover(**asked).cover


def test_a_cover_needs_a_reason_a_colleague_and_somebody_to_cover_for(patient, lin, qian):
    asked = {"participant": patient, "last_day": TODAY, "now": NOW}
    with pytest.raises(ValidationError, match="no instructor to cover for"):
        instructing.cover(**asked, instructor=qian, by=qian, reason="ill")
    begin(patient, lin)
    with pytest.raises(ValidationError, match="already"):
        instructing.cover(**asked, instructor=lin, by=lin, reason="ill")
    with pytest.raises(ValidationError, match="few words"):
        instructing.cover(**asked, instructor=qian, by=qian, reason=" ")
    elsewhere = cast.staff(Role.INSTRUCTOR, at=cast.site("sh"))
    with pytest.raises(Forbidden):
        instructing.cover(**asked, instructor=elsewhere, by=elsewhere, reason="ill")
    with pytest.raises(Forbidden):
        instructing.cover(**asked, instructor=qian, by=lin, reason="ill")


def test_the_same_cover_twice_is_one_and_another_end_replaces_it(patient, lin, qian):
    begin(patient, lin)
    asked = {"participant": patient, "instructor": qian, "reason": "ill", "by": qian, "now": NOW}
    first = instructing.cover(**asked, last_day=TODAY)
    assert instructing.cover(**asked, last_day=TODAY) == first
    longer = instructing.cover(**asked, last_day=TODAY + DAY)
    first.refresh_from_db()
    assert (first.until, longer.until > NOW) == (NOW, True)
    assert list(instructed.covers_of(patient, NOW)) == [longer]
    assert list(instructed.running_covers(lin, NOW)) == [longer]
    assert list(instructed.running_covers(qian, NOW)) == [longer]


def test_whom_colleagues_look_after(patient, lin, qian):
    begin(patient, lin)
    begin(cast.participant("away", at=cast.site("sh")), lin)
    mine = cast.participant("mine")
    begin(mine, qian)
    assert [row.participant for row in instructed.of_colleagues(qian, NOW)] == [patient]
    cover(patient, qian, until=NOW + DAY)
    assert list(instructed.of_colleagues(qian, NOW)) == []


# --- notes and contacts


def test_a_note_is_kept_once_however_often_it_is_sent(patient, lin):
    begin(patient, lin)
    first = instructing.note(participant=patient, text=" Likes mornings.\0 ", by=lin, now=NOW)
    again = instructing.note(participant=patient, text="Likes mornings.", by=lin, now=NOW)
    assert (first.text, again) == ("Likes mornings.", first)
    later = instructing.note(participant=patient, text="Likes mornings.", by=lin, now=NOW + DAY)
    assert later != first
    assert actions(patient) == ["schedule.note_added"] * 2
    assert "mornings" not in "".join(AuditEvent.objects.values_list("changes", flat=True))


def test_a_note_needs_words_a_consent_and_its_instructor(patient, lin, qian):
    begin(patient, lin)
    with pytest.raises(ValidationError, match="few words"):
        instructing.note(participant=patient, text="  ", by=lin, now=NOW)
    with pytest.raises(Forbidden):
        instructing.note(participant=patient, text="Hello", by=qian, now=NOW)
    pending = cast.participant("pending", consented=False)
    begin(pending, lin)
    with pytest.raises(ConsentPending):
        instructing.note(participant=pending, text="Hello", by=lin, now=NOW)
    assert not InstructorNote.objects.exists()


def test_a_contact_sent_twice_is_one_and_only_the_instructors(patient, lin, qian):
    begin(patient, lin)

    def sent(by):
        row = Contact(participant=patient, at=NOW - DAY, channel="phone", minutes=5)
        return instructing.contact(contact=row, by=by, now=NOW)

    assert sent(lin) == sent(lin)
    assert Contact.objects.get().by == lin
    with pytest.raises(Forbidden):
        sent(qian)
