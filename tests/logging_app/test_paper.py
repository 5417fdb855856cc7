"""What staff copy from paper: who may, how it is marked, and whose words win."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.roles import Role
from enrollment.models import DataLock
from logging_app import sleep
from logging_app.edits import WrittenAlready
from logging_app.models import CheckIn, SleepNight, Workout
from logging_app.nights.selectors import diary_night
from logging_app.nights.services import record_night
from logging_app.services import record_workout
from safety.models import SafetyAlert
from schedule.models import Instructing
from tests import cast

ONE = UUID(int=1)
LONG_AGO = date(2026, 2, 3)
WALK = {
    "modality": "aerobic", "activity": "fast_walking", "duration_min": 30, "effort": 4,
    "started_at": datetime(2026, 2, 3, 10, tzinfo=UTC),
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon(settings):
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def patient(db):
    return cast.participant()


@pytest.fixture
def coordinator(patient):
    return cast.staff(Role.COORDINATOR, at=patient.site)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(coordinator):
    return signed_in(coordinator)


def text(answer) -> str:
    return answer.content.decode()


def copy_walk(patient, by, entry=WALK, **more):
    more = {"paper_date": LONG_AGO, "now": cast.NOW, **more}
    return record_workout(participant=patient, uuid=ONE, entry=entry, by=by, **more).workout


# --- the services


def test_a_workout_says_where_each_field_came_from(patient, coordinator):
    row = copy_walk(patient, coordinator)
    assert (row.paper_date, row.entered_by) == (LONG_AGO, coordinator)
    assert set(row.sources.values()) == {"paper"}
    own = {"participant": patient, "uuid": ONE, "by": patient.user, "now": cast.NOW}
    record_workout(entry={**WALK, "effort": 6}, edit=2, **own)
    row.refresh_from_db()
    assert row.sources == {name: "typed" if name == "effort" else "paper" for name in WALK}
    assert row.paper_date == LONG_AGO
    with pytest.raises(WrittenAlready):
        copy_walk(patient, coordinator, edit=3)


def test_paper_never_replaces_what_the_participant_wrote(patient, coordinator):
    for write, who in ((copy_walk, patient.user), (copy_night, patient.user)):
        write(patient, who, paper_date=None)
        with pytest.raises(WrittenAlready):
            write(patient, coordinator, edit=2)
    assert set(Workout.objects.get().sources.values()) == {"typed"}
    assert SleepNight.objects.get().paper_date is None


def copy_night(patient, by, quality=4, **more):
    more = {"paper_date": LONG_AGO, "now": cast.NOW, **more}
    return record_night(
        participant=patient, morning=LONG_AGO, entry={"quality": quality}, by=by, **more
    ).night


def test_an_old_night_is_kept_and_late_and_staff_mend_their_slip(patient, coordinator):
    row = copy_night(patient, coordinator)
    assert (row.paper_date, row.entered_by) == (LONG_AGO, coordinator)
    assert sleep.is_late(diary_night(row), row.received_at)
    assert copy_night(patient, coordinator, quality=5, edit=2).quality == 5


@pytest.mark.parametrize("wrong", [date(2026, 3, 19), date(1999, 12, 31)])
def test_a_paper_of_tomorrow_or_of_another_century_is_refused(patient, coordinator, wrong):
    for write in (copy_walk, copy_night):
        with pytest.raises(ValidationError) as refused:
            write(patient, coordinator, paper_date=wrong)
        assert set(refused.value.message_dict) == {"paper_date"}


def test_a_red_flag_on_paper_raises_its_alert(patient, coordinator):
    copy_walk(patient, coordinator, {**WALK, "symptoms": ["chest_pain"]})
    assert SafetyAlert.objects.get().participant == patient


# --- who


def test_who_may_copy(patient):
    look = f"/paper/{patient.study_id}/"
    for role in (Role.COORDINATOR, Role.INSTRUCTOR, Role.CLINICIAN, Role.RATER, Role.MONITOR):
        here = signed_in(cast.staff(role, at=patient.site)).get(look).status_code
        there = signed_in(cast.staff(role, at=cast.site("sh"))).get(look).status_code
        expected = {Role.COORDINATOR: (200, 404), Role.INSTRUCTOR: (404, 404)}.get(role, (403, 403))
        assert (here, there) == expected, role
    assert signed_in(patient.user).get(look).status_code == 403


def test_an_instructor_copies_the_workouts_of_their_own_people(patient):
    instructor = cast.staff(Role.INSTRUCTOR, at=patient.site)
    Instructing.objects.create(
        participant=patient, instructor=instructor, since=cast.NOW - timedelta(days=9),
        by=instructor,
    )  # fmt: skip
    client = signed_in(instructor)
    page = text(client.get(f"/paper/{patient.study_id}/"))
    assert "Copy a workout" in page
    assert "Copy a night" not in page
    assert client.get(f"/paper/{patient.study_id}/workout/").status_code == 200
    assert client.get(f"/paper/{patient.study_id}/night/").status_code == 404
    assert client.post(f"/paper/{patient.study_id}/check-in/", {}).status_code == 404


# --- the pages


def test_a_workout_by_page_and_what_the_participant_sees(desk, patient):
    place = f"/paper/{patient.study_id}/workout/"
    sent = {
        "uuid": str(ONE), "edit": "1", "paper_date": "2026-02-04", "modality": "aerobic",
        "activity": "fast_walking", "duration_min": "30", "started_at": "2026-02-03T18:00",
        "mood_before": "3", "mood_after": "5",
    }  # fmt: skip
    assert desk.post(place, {**sent, "paper_date": ""}).status_code == 400
    assert desk.post(place, sent).status_code == 302
    row = Workout.objects.get()
    assert (row.paper_date, row.mood_before_recalled) == (date(2026, 2, 4), None)
    assert row.started_at == datetime(2026, 2, 3, 10, tzinfo=UTC)
    again = f"{place}{row.pk}/"
    assert f'href="{again}"' in text(desk.get(f"/paper/{patient.study_id}/"))
    assert 'name="edit" value="2"' in text(desk.get(again))
    assert desk.post(again, {**sent, "edit": "2", "effort": "4"}).status_code == 302
    row.refresh_from_db()
    assert row.effort == 4
    seen = text(signed_in(patient.user).get(f"/log/{row.pk}/"))
    assert "Copied from paper by the study team on 18 March 2026. The paper says 4 February" in seen


def test_a_night_by_page_asks_before_it_replaces_a_copy(desk, patient):
    place = f"/paper/{patient.study_id}/night/"
    sent = {"edit": "1", "paper_date": "2026-02-04", "date": "2026-02-03", "quality": "4"}
    assert desk.post(place, sent).status_code == 302
    asked = desk.post(place, {**sent, "quality": "6"})
    assert asked.status_code == 409
    assert 'name="edit" value="2"' in text(asked)
    assert desk.post(place, {**sent, "quality": "6", "edit": "2"}).status_code == 302
    assert SleepNight.objects.get().quality == 6
    assert 'value="2026-02-03"' in text(desk.get(f"{place}?of=2026-02-03"))
    assert desk.post(place, {**sent, "date": "2026-03-19"}).status_code == 400
    seen = text(signed_in(patient.user).get("/sleep/2026-02-03/"))
    assert "Copied from paper by the study team on 18 March 2026." in seen


def test_a_check_in_by_page(desk, patient):
    place = f"/paper/{patient.study_id}/check-in/"
    page = text(desk.get(place))
    assert '<option value="2026-02-15">15 February 2026</option>' in page
    assert "2026-03-29" not in page
    sent = {"edit": "1", "paper_date": "2026-02-16", "date": "2026-02-15", "active_minutes": "90"}
    assert desk.post(place, sent).status_code == 302
    assert CheckIn.objects.get().paper_date == date(2026, 2, 16)
    assert desk.post(place, {**sent, "date": "2026-03-29"}).status_code == 400


def test_the_gate_is_asked_and_nothing_typed_is_lost(desk, patient):
    DataLock.objects.create(participant=patient, at=cast.NOW, by=cast.investigator(), reason="x")
    sent = {"edit": "1", "paper_date": "2026-02-04", "date": "2026-02-03", "quality": "4"}
    answer = desk.post(f"/paper/{patient.study_id}/night/", sent)
    assert answer.status_code == 409
    assert "locked" in text(answer)
    assert 'value="2026-02-04"' in text(answer)
    assert not SleepNight.objects.exists()
