"""The roster: who stands first and why, in a number of queries that does not grow."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

import protocol
from accounts.models import User
from accounts.roles import Role
from enrollment.models import Participant
from logging_app.models import ReadinessCheck, SessionMatch, Workout
from schedule.models import FitnessAssessment, Instructing, Pause, Prescription
from schedule.rules.plan import as_data, protocol_plan
from tests import cast, doors

pytestmark = pytest.mark.django_db
NOW = cast.NOW
TODAY = NOW.date()
DAY = timedelta(days=1)
MOST_QUERIES = 13


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def lin():
    user = cast.staff(Role.INSTRUCTOR, at=cast.site(), name="lin")
    doors.second_factor(user)
    return user


def looked_after(name, by, **fields):
    person = cast.participant(name, **fields)
    Instructing.objects.create(participant=person, instructor=by, since=NOW - DAY, by=by)
    return person


def worked_out(person, days_ago, *, key=None, **fields):
    row = Workout.objects.create(
        participant=person, zone=person.zone, started_at=NOW - days_ago * DAY,
        **{"modality": "aerobic", "activity": "jogging", "duration_min": 40, **fields},
    )  # fmt: skip
    if key:
        SessionMatch.objects.create(workout=row, participant=person, session_key=key)
    return row


def crowd(lin: User, many: int) -> None:
    """People in week 13 of twelve weeks with two sessions done of each, in bulk."""
    study, first = protocol.current(), TODAY - timedelta(days=7 * 11 + 2)
    people = Participant.objects.bulk_create(
        Participant(
            user=User.objects.create(email=f"crowd-{n}@example.org", name=f"Person {n}"),
            study_id=f"EX-{n:03d}", site=cast.site(), zone="Asia/Shanghai", sex="female",
            state="allocated", birth_year=1990, arm="exercise", day_one=first,
        )
        for n in range(many)
    )  # fmt: skip
    workouts = [
        Workout(
            id=uuid4(), participant=person, zone="Asia/Shanghai", modality="aerobic",
            activity="jogging", duration_min=40, effort=3, hr_mean_bpm=120, symptoms=[],
            started_at=datetime.combine(first + timedelta(days=7 * week + day), time(4), UTC),
        )
        for person in people for week in range(12) for day in (0, 1)
    ]  # fmt: skip
    Workout.objects.bulk_create(workouts)
    SessionMatch.objects.bulk_create(
        SessionMatch(
            workout=row, participant=row.participant,
            session_key=f"w{(row.started_at.date() - first).days // 7 + 1:02d}-aerobic-"
            f"{(row.started_at.date() - first).days % 7 + 1}",
        )
        for row in workouts
    )  # fmt: skip
    Prescription.objects.bulk_create(
        Prescription(
            participant=person, version=week, from_week=week, origin="default", reason="why",
            starts_on=first if week == 1 else None, by=lin,
            content=as_data(protocol_plan(study, week)),
        )
        for person in people for week in range(1, 13)
    )  # fmt: skip
    FitnessAssessment.objects.bulk_create(
        FitnessAssessment(participant=p, assessed_on=first, resting_hr_bpm=70) for p in people
    )
    Instructing.objects.bulk_create(
        Instructing(participant=p, instructor=lin, since=NOW - DAY, by=lin) for p in people
    )


def asked(client, address="/instructor/"):
    client.get(address)  # the first request keeps that the session is alive
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    return answer, len(queries)


@pytest.mark.parametrize("many", [10, 40])
def test_the_roster_takes_as_many_queries_for_ten_as_for_forty(lin, many):
    crowd(lin, many)
    answer, queries = asked(doors.cookie(lin))
    assert answer.content.count(b'class="standing"') == many
    assert queries <= MOST_QUERIES


def test_two_hundred_with_twelve_weeks_each(lin):
    crowd(lin, 200)
    answer, queries = asked(doors.cookie(lin))
    assert answer.content.count(b'class="standing"') == 200
    assert "w12" not in answer.content.decode()
    assert queries <= MOST_QUERIES


def test_who_needs_the_instructor_most_stands_first_with_the_reason_in_words(lin):
    well = looked_after("a-well", lin)
    worked_out(well, 1, key="w07-aerobic-1", effort=4)
    quiet = looked_after("b-quiet", lin)
    worked_out(quiet, 9)
    hard = looked_after("c-hard", lin)
    worked_out(hard, 1, key="w07-aerobic-1", effort=9)
    hurts = looked_after("d-hurts", lin)
    worked_out(hurts, 2, symptoms=["joint_pain"])
    red = looked_after("e-red", lin)
    worked_out(red, 3, symptoms=["chest_pain"])
    looked_after("f-new", lin, week=1, prescribed=False)
    page = doors.cookie(lin).get("/instructor/").content.decode()
    places = [page.index(f">EX-{name}<") for name in
              ("e-red", "d-hurts", "c-hard", "f-new", "b-quiet", "a-well")]  # fmt: skip
    assert places == sorted(places)
    low, high = protocol.current().step("aerobic", 7).effort
    for words in ("Red flag: ", f"Effort 9, asked for {low}–{high} (17 Mar)", "Nothing for 9 days",
                  "Needs a plan: the program starts within 5 days"):  # fmt: skip
        assert words in page, words


def test_what_was_said_before_a_session_is_told_for_two_weeks(lin):
    tired, earlier, fine = (looked_after(name, lin) for name in ("tired", "earlier", "fine"))
    for person, days_ago, answers in (
        (tired, 1, ["dizzy", "very_tired"]), (earlier, 15, ["dizzy"]), (fine, 1, []),
    ):  # fmt: skip
        ReadinessCheck.objects.create(
            participant=person, zone=person.zone, at=NOW - days_ago * DAY, answers=answers
        )
    page = doors.cookie(lin).get("/instructor/").content.decode()
    assert "Said before a session: Dizzy since the last time; Very tired (17 Mar)" in page
    assert page.count("Said before a session") == 1


def test_of_a_hold_the_roster_and_the_page_say_only_that_it_holds(lin):
    person = looked_after("held", lin)
    Pause.objects.create(
        participant=person, kind="hold", starts_on=TODAY, reason="suicidal thoughts", by=lin
    )
    client = doors.cookie(lin)
    for address in ("/instructor/", "/instructor/EX-held/"):
        page = client.get(address).content.decode()
        assert "on hold" in page.lower()
        assert "suicidal" not in page


def test_the_chart_says_in_words_what_it_draws(lin):
    person = looked_after("patient", lin)
    worked_out(person, 1, key="w07-aerobic-1", effort=4)
    page = doors.cookie(lin).get("/instructor/").content.decode()
    assert "Week 6: 0 of 5 done, effort not known. Week 7: 1 of 5 done, effort 4.0." in page
    assert page.count('class="weeks__due"') == 6
    assert page.count('class="weeks__done"') == 1
    assert page.count('class="weeks__effort"') == 1
    assert "style=" not in page


def test_missing_data_are_said_as_missing(lin):
    looked_after("done", lin)
    looked_after("new", lin, week=1, prescribed=False)
    page = doors.cookie(lin).get("/instructor/").content.decode()
    assert "median; middle half 0 % to 0 %; 1 of 2 known; 0 % of them did 80 % or more" in page
    assert "0 of 2 known" in page


def test_finding_a_participant_by_id_or_name(lin):
    looked_after("one", lin)
    looked_after("two", lin)
    client = doors.cookie(lin)
    found = client.get("/instructor/?q=EX-TW").content.decode()
    assert "EX-two" in found
    assert "EX-one" not in found
    assert "EX-one" in client.get("/instructor/?q=one").content.decode()
    assert "Nobody found" in client.get("/instructor/?q=three").content.decode()


def test_who_has_no_instructor_is_named_by_study_id_alone_and_can_be_taken_on(lin):
    cast.participant("free")
    cast.participant("control", arm="control")
    cast.participant("away", at=cast.site("sh"))
    client = doors.cookie(lin)
    page = client.get("/instructor/").content.decode()
    assert "EX-free" in page
    assert ">Free" not in page
    assert "EX-control" not in page
    assert "EX-away" not in page
    assert client.get("/instructor/EX-free/").status_code == 404
    answer = client.post("/instructor/take-on/", {"study_id": "EX-free"})
    assert answer["location"] == "/instructor/EX-free/"
    assert client.get("/instructor/EX-free/").status_code == 200
    assert Instructing.objects.get().instructor == lin


def test_a_colleague_was_faster(lin):
    other = cast.staff(Role.INSTRUCTOR, at=cast.site(), name="other")
    looked_after("taken", other)
    answer = doors.cookie(lin).post("/instructor/take-on/", {"study_id": "EX-taken"}, follow=True)
    assert "A colleague looks after this person by now." in answer.content.decode()


def test_whose_program_is_over_is_folded_away(lin):
    looked_after("over", lin, week=20)
    page = doors.cookie(lin).get("/instructor/").content.decode()
    assert page.index("Program over") < page.index(">EX-over<")
