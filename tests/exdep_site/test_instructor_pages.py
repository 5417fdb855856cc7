"""One participant's page, what is written down there, a signature, a sheet and a cover."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from accounts.roles import Role
from assessments.models import Response, Visit
from enrollment.models import Contact
from logging_app.models import Supervision, Workout
from schedule.models import Instructing, InstructorNote, Pause
from tests import cast, doors

pytestmark = pytest.mark.django_db
NOW = cast.NOW
DAY = timedelta(days=1)
WORKOUT = UUID(int=5)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def lin():
    user = cast.staff(Role.INSTRUCTOR, at=cast.site(), name="lin")
    doors.second_factor(user)
    return user


@pytest.fixture
def patient(lin):
    person = cast.participant()
    Instructing.objects.create(participant=person, instructor=lin, since=NOW - DAY, by=lin)
    return person


@pytest.fixture
def client(lin, patient):
    return doors.cookie(lin)


@pytest.fixture
def workout(patient):
    return Workout.objects.create(
        id=WORKOUT, participant=patient, zone=patient.zone, modality="aerobic", effort=4,
        activity="jogging", started_at=NOW - DAY, duration_min=37, notes="My knee was stiff.",
        entered_by=patient.user,
    )  # fmt: skip


def page(client, address="/instructor/EX-patient/"):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_what_is_asked_and_what_was_done(client, workout, patient):
    text = page(client)
    for words in ("Week 7 of 12", "My knee was stiff.", "I supervised this", "still open",
                  "Looked after by Lin.", "Not assessed yet"):  # fmt: skip
        assert words in text, words
    cast.fitness(patient)
    assert "Not assessed yet" not in page(client)


def test_no_scale_answer_and_no_other_staffs_note_is_on_it(client, patient):
    clinician = cast.staff(Role.CLINICIAN, at=cast.site())
    visit = Visit.objects.create(participant=patient, code="week-0", done_on=patient.day_one)
    Response.objects.create(
        participant=patient, visit=visit, instrument="phq9", instrument_version="1",
        answers={"9": 3}, submitted_at=NOW,
    )  # fmt: skip
    Contact.objects.create(
        participant=patient, at=NOW - DAY, channel="phone", by=clinician, note="hears voices"
    )
    text = page(client)
    for hidden in ("hears voices", "phq9", "PHQ", "week-0"):
        assert hidden not in text


def test_a_note_and_a_contact_are_kept_once_and_shown(client):
    for _ in range(2):
        answer = client.post("/instructor/EX-patient/note/", {"text": "Likes mornings."})
        assert answer["location"] == "/instructor/EX-patient/"
        sent = {"at": "2026-03-18T09:00", "channel": "phone", "reached": "no", "minutes": "5"}
        assert client.post("/instructor/EX-patient/contact/", sent).status_code == 302
    assert InstructorNote.objects.get().text == "Likes mornings."
    row = Contact.objects.get()
    assert (row.at.isoformat(), row.reached) == ("2026-03-18T01:00:00+00:00", False)
    text = page(client)
    assert "Likes mornings." in text
    assert "not reached" in text


def test_what_stands_against_a_form_is_said_and_what_was_typed_stays(client, patient):
    answer = client.post("/instructor/EX-patient/contact/", {
        "at": "2027-01-01T09:00", "channel": "phone", "reached": "yes", "note": "About Monday",
    })  # fmt: skip
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "This is in the future." in text
    assert "About Monday" in text
    cast.withdraw(patient)
    assert client.post("/instructor/EX-patient/note/", {"text": "Hello"}).status_code == 403
    assert not InstructorNote.objects.exists()


def test_a_pause_is_made_and_ended(client):
    sent = {"kind": "travel", "starts_on": "2026-03-18", "ends_on": "2026-03-22", "reason": "sea"}
    client.post("/instructor/EX-patient/pause/", sent)
    row = Pause.objects.get()
    assert "sea" in page(client)
    assert client.post(f"/instructor/EX-patient/pause/{row.pk}/end/").status_code == 302
    row.refresh_from_db()
    assert row.ended_by is not None
    assert "End it" not in page(client)


def test_a_hold_cannot_be_made_or_ended_here(client, patient, lin):
    assert client.post("/instructor/EX-patient/pause/", {
        "kind": "hold", "starts_on": "2026-03-18",
    }).status_code == 400  # fmt: skip
    row = Pause.objects.create(participant=patient, kind="hold", starts_on=NOW.date(), by=lin)
    assert client.post(f"/instructor/EX-patient/pause/{row.pk}/end/").status_code == 403


def test_a_session_is_signed_and_corrected_with_a_reason(client, workout):
    address = f"/instructor/EX-patient/sessions/{WORKOUT}/sign/"
    sent = {"mode": "in_person", "fidelity_warm_up": "yes", "fidelity_intensity": "no"}
    assert client.post(address, sent).status_code == 302
    assert Supervision.objects.get().fidelity == {"warm_up": "yes", "intensity": "no"}
    text = page(client)
    assert "Signed by Lin on 18 Mar 2026, 12:00, in person: 1 of 2 as planned" in text
    changed = {**sent, "fidelity_intensity": "yes"}
    assert client.post(address, changed).status_code == 400
    assert client.post(address, {**changed, "reason": "misread"}).status_code == 302
    assert Supervision.objects.get().fidelity["intensity"] == "yes"


def test_a_sheet_saves_for_everyone_and_says_who_was_refused(client, patient, lin):
    gone = cast.participant("gone")
    Instructing.objects.create(participant=gone, instructor=lin, since=NOW - DAY, by=lin)
    stranger = cast.participant("stranger")
    text = page(client, "/instructor/sheet/")
    assert "EX-patient" in text
    assert "EX-stranger" not in text
    assert f"here_{stranger.pk}" not in text
    sent = {
        "uuid": str(UUID(int=9)), "started_at": "2026-03-18T10:00", "modality": "aerobic",
        "activity": "jogging", "duration_min": "40", "mode": "group",
        f"here_{patient.pk}": "on", f"here_{gone.pk}": "on", f"minutes_{patient.pk}": "25",
        f"here_{stranger.pk}": "on",
    }  # fmt: skip
    answer = client.post("/instructor/sheet/", sent)
    assert answer["location"] == f"/instructor/sheet/{UUID(int=9)}/"
    client.post("/instructor/sheet/", sent)
    assert sorted(Workout.objects.values_list("participant__study_id", "duration_min")) == [
        ("EX-gone", 40), ("EX-patient", 25),
    ]  # fmt: skip
    assert "EX-patient" in page(client, answer["location"])
    assert "Written down by the study" in page(client)


def test_a_sheet_without_anybody_or_with_the_wrong_activity_is_not_saved(client, patient):
    answer = client.post("/instructor/sheet/", {
        "uuid": str(UUID(int=9)), "started_at": "2026-03-18T10:00", "modality": "strength",
        "activity": "jogging", "duration_min": "40", "mode": "group",
    })  # fmt: skip
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "Tick who was there." in text
    assert "does not belong" in text
    assert not Workout.objects.exists()


def test_covering_opens_a_colleagues_participant_until_it_ends(patient, lin):
    qian = cast.staff(Role.INSTRUCTOR, at=cast.site(), name="qian")
    doors.second_factor(qian)
    colleague = doors.cookie(qian)
    assert colleague.get("/instructor/EX-patient/").status_code == 404
    sent = {"people": [str(patient.pk)], "last_day": "2026-03-20", "reason": "Lin is ill"}
    assert colleague.post("/instructor/cover/", sent).status_code == 302
    told = "Covered by Qian until 21 Mar 2026, 00:00: Lin is ill"
    assert told in page(colleague)
    assert told in page(doors.cookie(lin))
    row = Instructing.objects.get(cover=True)
    colleague.post(f"/instructor/cover/{row.pk}/end/")
    assert colleague.get("/instructor/EX-patient/").status_code == 404


def test_home_leads_to_the_participants(client):
    text = page(client, "/")
    assert 'href="/instructor/"' in text
    assert "not shown here" not in text


def test_a_session_told_before_is_said_to_be_there_already(client, patient, workout):
    sent = {
        "uuid": str(UUID(int=9)), "started_at": "2026-03-17T12:30", "modality": "aerobic",
        "activity": "jogging", "duration_min": "40", "mode": "group", f"here_{patient.pk}": "on",
    }  # fmt: skip
    text = client.post("/instructor/sheet/", sent).content.decode()
    assert "37 minutes · was written down before" in text
    assert Supervision.objects.get().workout == workout


def test_the_sheets_activities_stand_under_their_kind(client, patient):
    text = page(client, "/instructor/sheet/")
    assert text.count("<optgroup") == 3
    strength = text[text.index('<optgroup label="Strength">') :].split("</optgroup>")[0]
    assert "jogging" not in strength
    assert "bodyweight" in strength.replace("_", "")
