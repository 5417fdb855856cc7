"""The instructor's assessment, plan and proposals, by their pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.roles import Role
from enrollment.models import Deviation, Medication
from schedule.models import FitnessAssessment, Pause, Prescription
from tests import cast
from tests.schedule.test_prescribing_services import FIVE, TODAY, done, looked_after, plan

pytestmark = pytest.mark.django_db
NOW = cast.NOW


@pytest.fixture(autouse=True)
def _noon(settings):
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def instructor():
    return cast.staff(Role.INSTRUCTOR, at=cast.site())


@pytest.fixture
def client(instructor):
    found = Client()
    found.force_login(instructor)
    return found


@pytest.fixture
def patient(instructor):
    """Day 3 of week 1, nothing prescribed, rest and age known: beats can guide."""
    person = looked_after(cast.participant(week=1, prescribed=False), instructor)
    cast.fitness(person, assessed_on=TODAY)
    return person


PLAN, ASSESS, PROPOSALS = (
    "/instructor/EX-{}/plan/",
    "/instructor/EX-{}/assess/",
    "/instructor/proposals/",
)
PERSON = "/instructor/EX-patient/"


def fields(html):
    """What a browser would send of the only form that is filled in."""
    form = re.search(r'<form class="form plan[^>]*>(.*?)</form>', html, re.S).group(1)
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, kind = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "type"))
        value = re.search(r'value="([^"]*)"', tag)
        ticks = kind is not None and kind.group(1) in ("checkbox", "radio")
        if name is None or (ticks and " checked" not in tag):
            continue
        found.setdefault(name.group(1), []).append(
            value.group(1) if value else "on" if ticks else ""
        )
    for name, options in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = [chosen.group(1) if chosen else ""]
    return found


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def post(client, address, data, status=200):
    answer = client.post(address, data)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def text(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


# --- the plan


def test_the_first_plan_opens_as_the_protocol_begins_and_is_kept_in_two_steps(
    client, patient, instructor
):
    html = page(client, PLAN.format("patient"))
    data = fields(html)
    assert data["aerobic-per_week"] == ["3"]
    assert (data["aerobic-minutes_low"], data["aerobic-minutes_high"]) == (["30"], ["30"])
    assert data["starts_on"] == [TODAY.isoformat()]
    assert data["aerobic-level"] == ["1"]
    assert "40–45 %: 115–121 beats" in html
    looked = post(client, PLAN.format("patient"), {**data, "check": ""})
    shown = text(looked)
    assert "3 times a week · 30 minutes" in shown
    assert "You can talk with ease." in shown
    assert "115–121 beats a minute" in shown
    assert not Prescription.objects.exists()
    answer = client.post(PLAN.format("patient"), {**fields(looked), "save": ""})
    assert (answer.status_code, answer["location"]) == (302, PERSON)
    row = patient.prescriptions.get()
    assert (row.origin, row.reason, row.by) == ("default", "As the protocol says", instructor)
    assert row.starts_on == TODAY
    assert row.plan.heart_rate is True


def test_a_double_tap_keeps_one_version(client, patient):
    looked = post(client, PLAN.format("patient"),
                  {**fields(page(client, PLAN.format("patient"))), "check": ""})  # fmt: skip
    sent = {**fields(looked), "save": ""}
    assert client.post(PLAN.format("patient"), sent).status_code == 302
    second = client.post(PLAN.format("patient"), sent)
    assert patient.prescriptions.count() == 1, second.status_code


def test_change_something_keeps_what_was_typed(client, patient):
    data = {**fields(page(client, PLAN.format("patient"))), "aerobic-minutes_high": "40",
            "reason_text": "likes it long"}  # fmt: skip
    looked = post(client, PLAN.format("patient"), {**data, "check": ""})
    again = post(client, PLAN.format("patient"), {**fields(looked), "change": ""})
    assert fields(again)["aerobic-minutes_high"] == ["40"]
    assert fields(again)["reason_text"] == ["likes it long"]


def test_levels_and_own_numbers_and_exercises_are_what_is_kept(client, patient):
    data = fields(page(client, PLAN.format("patient")))
    data |= {"aerobic-level": "own", "aerobic-hrr_low": "42", "aerobic-hrr_high": "48",
             "aerobic-effort_low": "2", "aerobic-effort_high": "4",
             "aerobic-activities": ["swimming"], "strength-squat-on": "on",
             "strength-squat-sets": "2", "strength-squat-reps": "12",
             "strength-squat-load": "8.5"}  # fmt: skip
    del data["strength-sit_to_stand-on"]
    looked = post(client, PLAN.format("patient"), {**data, "check": ""})
    client.post(PLAN.format("patient"), {**fields(looked), "save": ""})
    kept = patient.prescriptions.get().plan
    aerobic, strength = kept.kind("aerobic"), kept.kind("strength")
    assert (aerobic.hrr_percent, aerobic.effort) == ((42, 48), (2, 4))
    assert aerobic.activities == ("swimming",)
    lines = {line.exercise: line for line in strength.exercises}
    assert "sit_to_stand" not in lines
    assert (lines["squat"].sets, lines["squat"].reps, lines["squat"].load_kg) == (2, 12, 8.5)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"aerobic-minutes_low": "40", "aerobic-minutes_high": "30"}, "smaller one"),
        ({"aerobic-minutes_low": ""}, "This field is required"),
        ({"strength-calf_raise-reps": ""}, "at least one"),
        ({"reason": "", "reason_text": ""}, "Please say why"),
        ({"aerobic-per_week": "99"}, "less than or equal to 14"),
        ({"aerobic-activities": []}, "This field is required"),
    ],
)
def test_errors_say_what_is_wrong_and_keep_what_was_typed(client, patient, change, said):
    data = {
        **fields(page(client, PLAN.format("patient"))),
        **change,
        "flexibility-minutes_high": "21",
    }
    html = post(client, PLAN.format("patient"), {**data, "check": ""}, status=400)
    assert said in html
    assert fields(html)["flexibility-minutes_high"] == ["21"]
    assert not Prescription.objects.exists()


def test_outside_the_ranges_asks_for_a_clinician(client, patient):
    clinician = cast.staff(Role.CLINICIAN, at=cast.site())
    data = {**fields(page(client, PLAN.format("patient"))), "aerobic-minutes_low": "20",
            "aerobic-minutes_high": "20"}  # fmt: skip
    looked = post(client, PLAN.format("patient"), {**data, "check": ""})
    assert "minutes 20 (protocol 30–45)" in looked
    again = post(client, PLAN.format("patient"), {**fields(looked), "save": ""}, status=400)
    assert "a clinician&#x27;s reason is needed" in again
    sent = {**fields(again), "outside_by": str(clinician.pk), "outside_reason": "knee", "save": ""}
    assert client.post(PLAN.format("patient"), sent).status_code == 302
    assert patient.prescriptions.get().outside_by == clinician
    assert "knee" in Deviation.objects.get().what


def test_a_proposal_is_what_the_form_begins_from(client, instructor):
    person = looked_after(cast.participant(prescribed=False), instructor)
    cast.prescribe(person, plan(), by=instructor)
    done(person, FIVE)
    html = page(client, PLAN.format("patient"))
    assert "A step up" in html
    assert "100 % of last week&#x27;s sessions done" in html
    data = fields(html)
    assert data["aerobic-minutes_low"] == ["35"]
    assert data["from_week"] == ["7"]
    looked = post(client, PLAN.format("patient") + "?base=proposal", {**data, "check": ""})
    assert "minutes 30 → 35" in looked
    client.post(PLAN.format("patient") + "?base=proposal", {**fields(looked), "save": ""})
    assert person.prescriptions.get(version=2).origin == "step_up"
    current = fields(page(client, PLAN.format("patient") + "?base=current"))
    assert current["aerobic-minutes_low"] == ["35"]


def test_why_nothing_is_proposed_is_said(client, instructor):
    person = looked_after(cast.participant(prescribed=False), instructor)
    cast.prescribe(person, plan(), by=instructor)
    done(person, FIVE, effort=None)
    html = page(client, PLAN.format("patient"))
    assert "no effort was told" in html
    assert fields(html)["aerobic-minutes_low"] == ["30"]


def test_a_version_written_meanwhile_is_not_overwritten(client, patient, instructor):
    looked = post(client, PLAN.format("patient"),
                  {**fields(page(client, PLAN.format("patient"))), "check": ""})  # fmt: skip
    cast.prescribe(patient, plan(minutes=(30, 40)), by=instructor)
    sent = {**fields(looked), "from_week": "1", "save": ""}
    html = post(client, PLAN.format("patient"), sent, status=409)
    assert "meanwhile" in html
    assert patient.prescriptions.count() == 1


def test_when_the_programme_is_over_no_week_is_left(client, instructor):
    looked_after(cast.participant(week=13), instructor)
    assert "No week is left" in page(client, PLAN.format("patient"))


def test_of_a_hold_only_that_it_holds(client, patient, instructor):
    Pause.objects.create(
        participant=patient, kind="hold", starts_on=TODAY, reason="thoughts of harm", by=instructor
    )
    html = page(client, PLAN.format("patient"))
    assert "Sessions are on hold" in html
    assert "thoughts of harm" not in html


@pytest.mark.parametrize("address", [PLAN, ASSESS])
def test_only_own_participants(client, address):
    cast.participant()
    for method in (client.get, client.post):
        assert method(address.format("patient")).status_code == 404
        assert method(address.format("nobody")).status_code == 404


# --- beats


@pytest.mark.parametrize("how", ["medicine", "assessment"])
def test_a_medicine_switches_beats_off_on_the_instructors_pages(client, patient, how):
    limit_heart_rate(patient, how)
    html = page(client, PLAN.format("patient"))
    assert "Beats are switched off" in html
    assert "(effort 2–3)" in html
    looked = post(client, PLAN.format("patient"), {**fields(html), "check": ""})
    for shown in (html, looked):
        assert not re.search(r"\d+–\d+ beats", text(shown))
    client.post(PLAN.format("patient"), {**fields(looked), "save": ""})
    assert patient.prescriptions.get().plan.heart_rate is False


def limit_heart_rate(person, how):
    if how == "assessment":
        cast.fitness(person, assessed_on=TODAY, rate_limiting_drug=True)
    else:
        Medication.objects.create(
            participant=person, substance="propranolol", dose="40 mg", rate_limiting=True,
            started_on=TODAY,
        )  # fmt: skip


@pytest.mark.parametrize("how", ["medicine", "assessment"])
def test_a_medicine_switches_beats_off_everywhere(client, instructor, how):
    """Today and its API, the week, the printed plan, the log and the instructor's page."""
    person = looked_after(cast.participant(), instructor)
    cast.fitness(person, assessed_on=TODAY)
    own = Client()
    own.force_login(person.user)
    pages = {
        "/today/": own, "/api/v1/today/": own, "/week/": own, "/plan/": own, "/log/": own,
        PERSON: client, PLAN.format("patient"): client, PROPOSALS: client,
    }  # fmt: skip

    def beats():
        found = {}
        for address, who in pages.items():
            answer = who.get(address, follow=True)
            assert answer.status_code == 200, address
            body = answer.content.decode()
            found[address] = bool(
                re.search(r"\d+–\d+ (beats|bpm)", text(body)) or '"hr_bpm":[' in body
            )
        return found

    before = beats()
    assert before["/today/"]
    assert before["/api/v1/today/"]
    assert before["/plan/"]
    assert before[PLAN.format("patient")]
    limit_heart_rate(person, how)
    assert not any(beats().values())


# --- the assessment


def test_an_assessment_is_kept_as_a_new_version(client, patient, instructor):
    html = page(client, ASSESS.format("patient"))
    data = fields(html)
    assert data["resting_hr_bpm"] == ["70"]
    data |= {"resting_hr_bpm": "62", "equipment": ["mat", "dumbbells"], "activities": ["swimming"],
             "test1-exercise": "row", "test1-load_kg": "20", "test1-reps": "10",
             "sit_and_reach_cm": "-4.5", "reason": "six weeks on"}  # fmt: skip
    answer = client.post(ASSESS.format("patient"), data)
    assert (answer.status_code, answer["location"]) == (302, PLAN.format("patient"))
    row = patient.fitness_assessments.first()
    assert patient.fitness_assessments.count() == 2
    assert (row.resting_hr_bpm, row.by, row.reason) == (62, instructor, "six weeks on")
    assert row.strength_tests == [{"exercise": "row", "load_kg": 20.0, "reps": 10}]
    assert (row.sit_and_reach_cm, set(row.equipment)) == (-4.5, {"dumbbells", "mat"})
    planned = fields(page(client, PLAN.format("patient")))
    assert planned["strength-row-load"] == ["12"]
    assert planned["aerobic-activities"] == ["swimming"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"resting_hr_bpm": "10"}, "greater than or equal to 30"),
        ({"max_hr_source": "measured"}, "Write the measured maximum"),
        ({"test1-exercise": "row"}, "Choose the exercise, kilograms and repetitions"),
        ({"assessed_on": (TODAY + timedelta(days=1)).isoformat()}, "in the future"),
    ],
)
def test_an_assessment_that_makes_no_sense_keeps_what_was_typed(client, patient, change, said):
    data = {**fields(page(client, ASSESS.format("patient"))), "preferences": "mornings", **change}
    answer = client.post(ASSESS.format("patient"), data)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert "mornings" in answer.content.decode()
    assert FitnessAssessment.objects.count() == 1


def test_limits_are_read_and_not_written_by_an_instructor(client, patient):
    clinician = cast.staff(Role.CLINICIAN, at=cast.site())
    cast.fitness(patient, assessed_on=TODAY, limit_hr_bpm=120, restrictions="no running",
                 limits_by=clinician)  # fmt: skip
    html = page(client, ASSESS.format("patient"))
    assert "heart rate at most 120" in html
    assert "no running" in html
    client.post(ASSESS.format("patient"), {**fields(html), "limit_hr_bpm": "180",
                                           "restrictions": ""})  # fmt: skip
    row = patient.fitness_assessments.first()
    assert (row.limit_hr_bpm, row.restrictions, row.limits_by) == (120, "no running", clinician)
    assert "115–120 beats" in page(client, PLAN.format("patient"))


# --- proposals


def test_all_proposals_of_a_roster_in_one_action(client, instructor):
    people = [looked_after(cast.participant(name, prescribed=False), instructor)
              for name in ("one", "two", "three")]  # fmt: skip
    for person in people:
        cast.prescribe(person, plan(), by=instructor)
        done(person, FIVE)
    stranger = cast.participant("stranger", prescribed=False)
    cast.prescribe(stranger, plan(), by=instructor)
    done(stranger, FIVE)
    html = page(client, PROPOSALS)
    ticked = fields(html)["accept"]
    assert [value.split(":")[0] for value in ticked] == ["EX-one", "EX-three", "EX-two"]
    assert "EX-stranger" not in html
    answer = client.post(PROPOSALS, {"accept": [*ticked[:2], "EX-stranger:1:7:up"]}, follow=True)
    shown = text(answer.content.decode())
    assert "2 new versions are kept." in shown
    assert "EX-stranger: this proposal stands no more" in shown
    assert [one.prescriptions.count() for one in (*people, stranger)] == [2, 1, 2, 1]
    assert "EX-two" in shown


def test_a_proposal_that_was_seen_before_another_version_is_not_taken(client, instructor):
    person = looked_after(cast.participant(prescribed=False), instructor)
    cast.prescribe(person, plan(), by=instructor)
    done(person, FIVE)
    ticked = fields(page(client, PROPOSALS))["accept"]
    cast.prescribe(person, plan(minutes=(30, 40)), by=instructor, from_week=7)
    answer = client.post(PROPOSALS, {"accept": ticked}, follow=True)
    assert "stands no more" in answer.content.decode()
    assert person.prescriptions.count() == 2


def test_nothing_to_decide_says_so(client, patient):
    assert "Nothing to decide" in page(client, PROPOSALS)
    answer = client.post(PROPOSALS, {}, follow=True)
    assert "Nothing was ticked" in answer.content.decode()
