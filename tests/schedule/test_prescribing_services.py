"""Assessing and prescribing: every write, who may, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

import protocol
from accounts.models import AuditEvent
from accounts.roles import Role
from core.errors import Forbidden, IllegalStep, Withdrawn
from enrollment.models import Deviation, Medication
from logging_app.models import SessionMatch
from logging_app.progress import outlook, outlooks
from logging_app.selectors.adherence import adherence
from schedule import selectors
from schedule.models import FitnessAssessment, Instructing, Pause, Prescription
from schedule.rules import HeartRates
from schedule.rules.prescribing import Body, default_plan
from schedule.rules.progression import Kind, Reason
from schedule.services.assessing import assess
from schedule.services.prescribing import accept_proposals, prescribe
from tests import cast
from tests.schedule.test_prescribing import with_kind

pytestmark = pytest.mark.django_db
NOW = cast.NOW
TODAY = date(2026, 3, 18)  # a Wednesday


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def instructor():
    return cast.staff(Role.INSTRUCTOR, at=cast.site())


@pytest.fixture
def clinician():
    return cast.staff(Role.CLINICIAN, at=cast.site())


@pytest.fixture
def patient(instructor):
    """Day 3 of week 1, nothing prescribed yet."""
    return looked_after(cast.participant(week=1, prescribed=False), instructor)


def looked_after(person, by, **fields):
    Instructing.objects.create(
        participant=person, instructor=by, since=NOW - timedelta(days=60), by=by, **fields
    )
    return person


def plan(week=1, **changes):
    made = default_plan(protocol.load("exdep12"), week, Body(heart_rate=True))
    return with_kind(made, "aerobic", **changes) if changes else made


def write(person, by, content=None, **fields):
    defaults = {"from_week": 1, "reason": "as the protocol begins", "now": NOW}
    if not person.prescriptions.exists():
        defaults["starts_on"] = TODAY
    return prescribe(participant=person, plan=content or plan(), by=by, **{**defaults, **fields})


# --- prescribing


def test_the_first_version_starts_the_programme(patient, instructor):
    row = write(patient, instructor, origin="default", over=0)
    assert (row.version, row.from_week, row.starts_on) == (1, 1, TODAY)
    assert (row.by, row.reason, row.origin) == (instructor, "as the protocol begins", "default")
    assert (row.plan, row.outside, row.outside_by) == (plan(), [], None)
    assert row.history.get().history_user == instructor
    event = AuditEvent.objects.get(action="schedule.prescribed")
    assert event.actor_id == instructor.pk
    assert json.loads(event.changes)["version"] == 1
    assert selectors.sessions_of_week(patient, 1)[0].key == "w01-aerobic-1"
    assert not Deviation.objects.exists()


@pytest.mark.parametrize(
    ("starts_on", "said"),
    [
        (None, "Choose the day"),
        (TODAY - timedelta(days=1), "This day is over"),
        (TODAY + timedelta(days=29), "four weeks"),
    ],
)
def test_the_start_is_today_or_soon(patient, instructor, starts_on, said):
    with pytest.raises(ValidationError, match=said):
        write(patient, instructor, starts_on=starts_on)


@pytest.mark.parametrize(("days", "late"), [(7, False), (8, True)])
def test_a_start_later_than_the_protocol_has_is_a_deviation(patient, instructor, days, late):
    write(patient, instructor, starts_on=patient.day_one + timedelta(days=days))
    found = list(Deviation.objects.filter(participant=patient))
    assert bool(found) is late
    if late:
        assert found[0].what == (
            "The program starts 8 days after allocation; the protocol has 7."
        )  # fmt: skip
        assert (found[0].category, found[0].noted_by) == ("other", instructor)


def test_later_versions_never_rewrite_what_was_asked(patient, instructor):
    write(patient, instructor)
    row = write(patient, instructor, plan(3), from_week=2, reason="goes well")
    assert (row.version, row.starts_on) == (2, None)
    programme = selectors.programme(patient)
    assert programme.plan(1) == plan()
    assert programme.plan(2) == plan(3)


def answer(person, key):
    from logging_app.services import record_workout

    record_workout(
        participant=person, uuid="7d444840-9dc0-11d1-b245-5ffdce74fad2", by=person.user, now=NOW,
        entry={"modality": key.split("-")[1], "activity": "cycling", "started_at": NOW,
               "duration_min": 30},
    )  # fmt: skip
    assert SessionMatch.objects.get(participant=person).session_key == key


def test_the_running_week_is_open_to_change_until_something_of_it_is_done(patient, instructor):
    write(patient, instructor)
    write(patient, instructor, plan(minutes=(30, 35)), from_week=1, reason="more time")
    answer(patient, "w01-aerobic-1")
    with pytest.raises(ValidationError, match="The earliest is week 2"):
        write(patient, instructor, plan(3), from_week=1)
    assert write(patient, instructor, plan(3), from_week=2).version == 3


@pytest.mark.parametrize("week", [6, 13])
def test_a_week_that_is_over_or_beyond_the_programme_is_refused(instructor, week):
    person = looked_after(cast.participant(), instructor)
    with pytest.raises(ValidationError) as refused:
        write(person, instructor, from_week=week)
    assert set(refused.value.message_dict) == {"from_week"}


def test_who_does_not_look_after_somebody_prescribes_nothing(patient, clinician):
    stranger = cast.staff(Role.INSTRUCTOR, at=cast.site(), name="stranger")
    elsewhere = cast.staff(Role.INSTRUCTOR, at=cast.site("sh"))
    looked_after(patient, elsewhere, cover=True, until=NOW + timedelta(days=1), reason="ill")
    for by in (stranger, elsewhere, clinician, patient.user):
        with pytest.raises(Forbidden):
            write(patient, by)
    assert not Prescription.objects.exists()


def test_who_covers_may_prescribe_while_the_cover_lasts(patient):
    colleague = cast.staff(Role.INSTRUCTOR, at=cast.site(), name="colleague")
    cover = Instructing.objects.create(
        participant=patient, instructor=colleague, since=NOW - timedelta(days=2), by=colleague,
        until=NOW + timedelta(minutes=1), cover=True, reason="on leave",
    )  # fmt: skip
    assert write(patient, colleague).by == colleague
    Instructing.objects.filter(pk=cover.pk).update(until=NOW - timedelta(minutes=1))
    with pytest.raises(Forbidden):
        write(patient, colleague, plan(3), from_week=2)


def test_after_a_withdrawal_nothing_is_prescribed(patient, instructor):
    cast.withdraw(patient)
    with pytest.raises(Withdrawn):
        write(patient, instructor)


def test_the_control_arm_is_prescribed_nothing(instructor):
    person = looked_after(cast.participant("other", arm="control"), instructor)
    with pytest.raises(ValidationError, match="Nobody asks"):
        write(person, instructor, starts_on=TODAY)


@pytest.mark.parametrize("reason", ["", "  ", "\0"])
def test_a_version_says_why(patient, instructor, reason):
    with pytest.raises(ValidationError) as refused:
        write(patient, instructor, reason=reason)
    assert set(refused.value.message_dict) == {"reason"}


def test_impossible_numbers_are_refused_by_field(patient, instructor, clinician):
    with pytest.raises(ValidationError) as refused:
        write(patient, instructor, plan(minutes=(40, 30)), outside_by=clinician,
              outside_reason="by telephone")  # fmt: skip
    assert refused.value.message_dict == {
        "aerobic.minutes": ["The first number is the smaller one."]
    }


# --- outside the protocol


def test_outside_the_ranges_needs_a_clinicians_reason_and_is_a_deviation(
    patient, instructor, clinician
):
    short = plan(minutes=(20, 20))
    with pytest.raises(ValidationError) as refused:
        write(patient, instructor, short)
    assert refused.value.message_dict["outside_reason"] == [
        "Outside the protocol's ranges: a clinician's reason is needed.",
        "Aerobic session: minutes 20 (protocol 30–45)",
    ]
    row = write(patient, instructor, short, outside_by=clinician, outside_reason="knee, for now")
    assert (row.outside_by, row.outside_reason) == (clinician, "knee, for now")
    assert [one["what"] for one in row.outside] == ["minutes"]
    deviation = Deviation.objects.get(participant=patient)
    assert "minutes 20 (protocol 30–45)" in deviation.what
    assert "knee, for now" in deviation.what
    assert clinician.name not in deviation.what


def test_only_a_clinician_of_the_site_answers_for_it(patient, instructor):
    elsewhere = cast.staff(Role.CLINICIAN, at=cast.site("sh"))
    for other in (instructor, elsewhere):
        with pytest.raises(ValidationError) as refused:
            write(patient, instructor, plan(minutes=(20, 20)), outside_by=other,
                  outside_reason="knee")  # fmt: skip
        assert set(refused.value.message_dict) == {"outside_by"}
    assert not Deviation.objects.exists()


def test_what_a_clinician_answered_for_stands_until_more_is_asked(patient, instructor, clinician):
    short = plan(minutes=(20, 20))
    write(patient, instructor, short, outside_by=clinician, outside_reason="knee")
    kept = write(patient, instructor, replace(short, heart_rate=False), from_week=2)
    assert (kept.outside_by, kept.outside_reason) == (clinician, "knee")
    assert Deviation.objects.count() == 1
    with pytest.raises(ValidationError, match="clinician"):
        write(patient, instructor, plan(minutes=(15, 20)), from_week=3)


def test_a_clinicians_limits_answer_for_themselves(patient, instructor, clinician):
    fitness(patient, clinician, limit_minutes=20)
    body = selectors.programme(patient).body(TODAY)
    row = write(patient, instructor, default_plan(protocol.load("exdep12"), 1, body))
    assert row.outside_by == clinician
    assert row.outside_reason == "The limits in the fitness assessment."
    assert Deviation.objects.count() == 1
    with pytest.raises(ValidationError, match="clinician's limit is 20"):
        write(patient, instructor, plan(), from_week=2)


# --- twice, and at the same time


def test_the_same_again_is_the_one_that_is_there(patient, instructor):
    first = write(patient, instructor, over=0)
    assert write(patient, instructor, over=0) == first
    assert Prescription.objects.count() == 1


def test_what_was_made_from_an_older_version_is_refused(patient, instructor):
    write(patient, instructor)
    write(patient, instructor, plan(3), from_week=2)
    with pytest.raises(IllegalStep, match="meanwhile"):
        write(patient, instructor, plan(minutes=(30, 40)), from_week=2, over=1)


# --- assessing


def fitness(person, by, **fields):
    given = {"assessed_on": TODAY, "resting_hr_bpm": 70, "max_hr_source": "tanaka"}
    return assess(participant=person, fields={**given, **fields}, by=by, now=NOW)


def test_each_assessment_is_a_version(patient, instructor):
    fitness(patient, instructor)
    row = fitness(
        patient, instructor, resting_hr_bpm=64, reason="four weeks on", sit_and_reach_cm=-3.5,
        equipment=["mat"], activities=["swimming"],
        strength_tests=[{"exercise": "row", "load_kg": 20, "reps": 10}],
    )  # fmt: skip
    assert patient.fitness_assessments.count() == 2
    assert selectors.newest_assessment(patient) == row
    assert row.by == instructor
    body = selectors.programme(patient).body(TODAY)
    assert body.one_rm_kg["row"] == pytest.approx(26.667, abs=0.001)
    assert (body.heart_rate, body.equipment) == (True, frozenset({"mat"}))
    assert AuditEvent.objects.filter(action="schedule.assessed").count() == 2


def test_limits_are_a_clinicians_and_go_along(patient, instructor, clinician):
    limits = {"limit_hr_bpm": 120, "limit_effort": 3, "limit_minutes": 30,
              "restrictions": "no running"}  # fmt: skip
    fitness(patient, clinician, **limits)
    row = fitness(patient, instructor, limit_hr_bpm=170, limit_effort=None, restrictions="")
    assert {name: getattr(row, name) for name in limits} == limits
    assert row.limits_by == clinician
    other = cast.staff(Role.CLINICIAN, at=cast.site(), name="other-clinician")
    row = fitness(patient, other, **{**limits, "limit_hr_bpm": None})
    assert (row.limit_hr_bpm, row.limit_effort, row.limits_by) == (None, 3, other)


def test_an_instructor_alone_sets_no_limits(patient, instructor):
    row = fitness(patient, instructor, limit_hr_bpm=100)
    assert (row.limit_hr_bpm, row.limits_by) == (None, None)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"assessed_on": TODAY + timedelta(days=1)}, "assessed_on"),
        ({"resting_hr_bpm": 20}, "resting_hr_bpm"),
        ({"max_hr_source": "measured"}, "__all__"),
        ({"sit_and_reach_cm": 90.0}, "sit_and_reach_cm"),
        ({"equipment": ["horse"]}, "equipment"),
        ({"activities": ["flying"]}, "activities"),
        ({"strength_tests": [{"exercise": "row", "load_kg": -1, "reps": 5}]}, "strength_tests"),
        ({"strength_tests": [{"exercise": "row", "load_kg": 20, "reps": 0}]}, "strength_tests"),
        ({"strength_tests": [{"exercise": "flying", "load_kg": 2, "reps": 5}]}, "strength_tests"),
        ({"strength_tests": ["row"]}, "strength_tests"),
    ],
)
def test_an_assessment_that_makes_no_sense_is_refused(patient, instructor, fields, named):
    with pytest.raises(ValidationError) as refused:
        fitness(patient, instructor, **fields)
    assert set(refused.value.message_dict) == {named}
    assert not FitnessAssessment.objects.exists()


def test_who_may_assess(patient, clinician):
    stranger = cast.staff(Role.INSTRUCTOR, at=cast.site(), name="stranger")
    for by in (stranger, cast.staff(Role.COORDINATOR, at=cast.site()), patient.user):
        with pytest.raises(Forbidden):
            fitness(patient, by)
    assert fitness(patient, clinician).by == clinician


# --- a medicine that limits the heart rate


@pytest.mark.parametrize("how", ["assessment", "medicine"])
def test_a_medicine_switches_beats_off_at_once(patient, instructor, how):
    fitness(patient, instructor)
    write(patient, instructor)
    session = selectors.sessions_of_week(patient, 1)[0]
    assert selectors.programme(patient).hr_bpm(session, TODAY) == (115, 121)
    if how == "assessment":
        fitness(patient, instructor, rate_limiting_drug=True)
    else:
        Medication.objects.create(
            participant=patient, substance="propranolol", dose="40 mg", rate_limiting=True,
            started_on=TODAY,
        )  # fmt: skip
    programme = selectors.programme(patient)
    assert programme.hr_bpm(session, TODAY) is None
    assert programme.rates(TODAY) == HeartRates(70, 182.8, guides=False)
    assert programme.body(TODAY).heart_rate is False


# --- proposals


def done(person, keys, *, effort=3, week=6, **fields):
    """Sessions of a week answered on its days."""
    from logging_app.services import record_workout

    begun = person.day_one + timedelta(days=7 * (week - 1))
    for number, modality in enumerate(keys):
        moment = NOW.replace(year=begun.year, month=begun.month, day=begun.day)
        record_workout(
            participant=person, by=person.user, now=NOW,
            uuid=f"7d444840-9dc0-11d1-b245-{person.pk:04d}{week:02d}{number:06d}",
            entry={"modality": modality, "activity": "cycling", "duration_min": 40,
                   "started_at": moment + timedelta(days=number), "effort": effort, **fields},
        )  # fmt: skip


FIVE = ["aerobic"] * 3 + ["strength", "flexibility"]


@pytest.fixture
def behind(instructor):
    """Week 7 on the first step still, with all of week 6 done."""
    person = looked_after(cast.participant(prescribed=False), instructor)
    cast.prescribe(person, plan(), by=instructor)
    done(person, FIVE)
    return person


def read(person):
    return outlook(adherence([person], NOW)[person.pk])


def test_a_good_week_is_proposed_as_a_step_up(behind):
    found = read(behind)
    assert (found.version, found.coming, found.proposal.kind) == (1, 7, Kind.UP)
    assert {kind.modality: kind.step for kind in found.proposal.plan.kinds} == {
        "aerobic": 2, "strength": 2, "flexibility": 2,
    }  # fmt: skip
    assert found.proposal.reasons[:2] == (Reason("attendance", 1.0), Reason("effort", 3.0))


def test_four_of_five_are_enough_and_three_are_not(instructor):
    for number, codes in ((4, []), (3, ["attendance_low"])):
        person = looked_after(cast.participant(f"p{number}", prescribed=False), instructor)
        cast.prescribe(person, plan(), by=instructor)
        done(person, FIVE[:number])
        found = read(person)
        assert (found.proposal is None) is bool(codes)
        assert [one.code for one in found.against] == codes


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"effort": 6}, "effort_high"),
        ({"effort": None}, "effort_unknown"),
    ],
)
def test_what_was_told_stands_against_a_step_up(instructor, fields, code):
    person = looked_after(cast.participant(prescribed=False), instructor)
    cast.prescribe(person, plan(), by=instructor)
    done(person, FIVE, **fields)
    found = read(person)
    assert found.proposal is None
    assert code in [one.code for one in found.against]


def test_a_red_flag_stands_against_a_step_up_even_once_a_hold_is_cleared(instructor):
    person = looked_after(cast.participant(prescribed=False), instructor)
    cast.prescribe(person, plan(), by=instructor)
    done(person, FIVE, symptoms=["chest_pain"])
    Pause.objects.update(ends_on=TODAY - timedelta(days=1), ended_by=instructor)
    found = read(person)
    assert found.proposal is None
    assert [one.code for one in found.against] == ["red_flag"]


def test_under_a_hold_nothing_is_proposed(instructor, behind):
    Pause.objects.create(
        participant=behind, kind="hold", starts_on=TODAY, reason="seen", by=instructor
    )
    assert (read(behind).proposal, read(behind).against) == (None, ())


def test_a_week_of_rest_is_proposed_as_a_step_back(instructor):
    person = looked_after(cast.participant(), instructor)
    done(person, FIVE, week=5)  # the last one on day 5 of week 5, twelve days before today
    found = read(person)
    assert (found.proposal.kind, found.proposal.recheck) == (Kind.BACK, False)
    assert found.proposal.reasons == (Reason("days_off", 11),)
    assert found.proposal.plan.kind("aerobic").step == 2


def test_two_sessions_above_the_target_raise_the_load(instructor):
    from logging_app.models import StrengthSet, Workout

    person = looked_after(cast.participant(week=2, prescribed=False), instructor)
    body = Body(equipment=frozenset({"dumbbells"}), one_rm_kg={"row": 44.0})
    content = default_plan(protocol.load("exdep12"), 1, body)
    cast.prescribe(person, content, by=instructor)
    done(person, FIVE, week=1)
    for days, name in ((6, "row"), (3, "Row")):
        workout = Workout.objects.create(
            participant=person, modality="strength", activity="dumbbells", zone=person.zone,
            started_at=NOW - timedelta(days=days), duration_min=30, effort=3,
        )  # fmt: skip
        StrengthSet.objects.create(
            workout=workout, participant=person, position=1, exercise=name, equipment="dumbbells",
            sets=1, reps=12, load_kg=20,
        )  # fmt: skip
    found = outlooks(adherence([person], NOW))[person.pk]
    assert found.proposal.kind is Kind.LOAD
    rows = {line.exercise: line for line in found.proposal.plan.kind("strength").exercises}
    assert rows["row"].load_kg == 21.0


def accept(people, by):
    found = outlooks(adherence(people, NOW))
    return accept_proposals(
        proposals={
            one: (found[one.pk].proposal, found[one.pk].version)
            for one in people if found[one.pk].proposal
        },
        by=by, now=NOW,
    )  # fmt: skip


def test_all_of_a_roster_in_one_action_and_one_that_fails_loses_no_other(instructor, behind):
    gone = looked_after(cast.participant("gone", prescribed=False), instructor)
    third = looked_after(cast.participant("third", prescribed=False), instructor)
    for person in (gone, third):
        cast.prescribe(person, plan(), by=instructor)
        done(person, FIVE)
    people = [behind, gone, third]
    found = outlooks(adherence(people, NOW))
    cast.withdraw(gone)
    results = accept_proposals(
        proposals={one: (found[one.pk].proposal, found[one.pk].version) for one in people},
        by=instructor, now=NOW,
    )  # fmt: skip
    assert [bool(one.prescription) for one in results] == [True, False, True]
    assert "left the study" in results[1].refused
    assert gone.prescriptions.count() == 1
    row = third.prescriptions.get(version=2)
    assert (row.origin, row.from_week, row.by) == ("step_up", 7, instructor)
    assert row.reason == "100 % of last week's sessions done · mean effort 3.0 · no red flag"
    assert read(third).proposal is None
    # The same again, as by a second tap: each is there already.
    again = accept_proposals(
        proposals={third: (found[third.pk].proposal, 1)}, by=instructor, now=NOW
    )
    assert again[0].prescription == row


def test_proposals_of_many_take_as_many_queries_as_of_few(
    instructor, behind, django_assert_num_queries
):
    people = [behind]
    for number in range(5):
        person = looked_after(cast.participant(f"m{number}", prescribed=False), instructor)
        cast.prescribe(person, plan(), by=instructor)
        people.append(person)
    with django_assert_num_queries(9):
        outlooks(adherence(people[:1], NOW))
    with django_assert_num_queries(9):
        outlooks(adherence(people, NOW))


def test_nothing_is_applied_by_itself(behind):
    read(behind)
    assert behind.prescriptions.count() == 1
