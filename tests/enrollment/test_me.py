"""Me: my own copy, leaving in one step, and asking to be forgotten."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

import protocol
from accounts.roles import Role
from assessments.models import Response, Visit
from enrollment.models import Erasure, Participant, Screening, Withdrawal
from estimates.models import Estimate
from logging_app.models import SleepNight, StrengthSet, Workout
from tests import cast

NOW = cast.NOW
S = Participant.State


@pytest.fixture(autouse=True)
def at_noon(db):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def patient():
    return cast.participant(at=cast.site(contact_name="Li", contact_phone="010 1234"))


@pytest.fixture
def browser(patient):
    client = Client()
    client.force_login(patient.user)
    return client


def walk(person, **fields):
    return Workout.objects.create(
        participant=person, modality="aerobic", activity="jogging", duration_min=30, zone="UTC",
        started_at=NOW - timedelta(days=1), **fields,
    )  # fmt: skip


def rated(person, instrument, answers, by, code="week-6"):
    visit, _new = Visit.objects.get_or_create(participant=person, code=code)
    return Response.objects.create(
        participant=person, visit=visit, instrument=instrument,
        instrument_version=protocol.instrument(instrument).version,
        answers=answers, answered_by=by, submitted_at=NOW,
    )  # fmt: skip


def copy_of(browser):
    answer = browser.get("/me/download/")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return zipfile.ZipFile(io.BytesIO(answer.content))


def table(archive, name):
    text = archive.read(f"{name}.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# --- my own copy


def test_copy_holds_what_was_logged_in_both_forms(browser, patient):
    workout = walk(patient, notes="by the river", hr_mean_bpm=121)
    StrengthSet.objects.create(
        participant=patient, workout=workout, position=1, exercise="squat", equipment="bodyweight",
        sets=3, reps=10,
    )  # fmt: skip
    SleepNight.objects.create(participant=patient, date=NOW.date(), zone="UTC", quality=6)
    rated(patient, "wellbeing", {"mood": 5, "cognition": None}, patient.user)
    archive = copy_of(browser)
    (row,) = table(archive, "workouts")
    assert (row["notes"], row["mean heart rate (bpm)"], row["mood before"]) == (
        "by the river", "121", "",
    )  # fmt: skip
    assert table(archive, "strength-sets")[0]["exercise"] == "squat"
    assert table(archive, "nights")[0]["sleep quality"] == "6"
    answers = table(archive, "answers")
    assert [(a["answer"], a["in words"]) for a in answers] == [
        ("5", ""), ("", "I'd rather not answer"),
    ]  # fmt: skip
    everything = json.loads(archive.read("everything.json"))
    assert everything["study_id"] == patient.study_id
    assert everything["workouts"][0]["notes"] == "by the river"
    assert len(table(archive, "consents")) == 1


def test_copy_holds_no_raters_scores_totals_or_bands(browser, patient):
    rater = cast.staff(Role.RATER)
    rated(patient, "hdrs17", {"1": 4, "3": 4}, rater)
    rated(patient, "hdrs17-self", {"1": 2}, patient.user)
    archive = copy_of(browser)
    assert [row["answer"] for row in table(archive, "answers")] == ["2"]
    text = "".join(archive.read(name).decode() for name in archive.namelist()).lower()
    for word in ("severe", "total", "severity", "score of", 'hdrs17"', "rater-"):
        assert word not in text.replace("rater's scores", "")


def test_copy_holds_nobody_elses_rows_nor_who_works_here(browser, patient):
    other = cast.participant("other")
    walk(other, notes="not yours")
    walk(patient, notes="mine")
    archive = copy_of(browser)
    everything = archive.read("everything.json").decode()
    assert "mine" in everything
    for word in ("not yours", other.study_id, "example.org", "Patient", "arm"):
        assert word not in everything


def test_copy_tells_estimates_as_they_were_shown(browser, patient):
    Estimate.objects.create(
        participant=patient, made_at=NOW, status="abstained",
        reasons=[{"code": "switched_off"}],
    )  # fmt: skip
    (row,) = table(copy_of(browser), "estimates")
    assert row["what was shown"]


def test_copy_holds_the_own_half_of_screening_only(browser, patient):
    Screening.objects.create(
        participant=patient, occupation="teacher", own_exclusions={"heart_disease": False},
        clinical_exclusions={"bipolar": True}, diagnosed_by="Dr Wu", hdrs_total=21,
    )  # fmt: skip
    archive = copy_of(browser)
    answers = {row["what"]: row["answer"] for row in table(archive, "about-me")}
    assert answers["occupation"] == "teacher"
    assert "no" in answers.values()
    everything = archive.read("everything.json").decode()
    for word in ("Dr Wu", "bipolar", "21"):
        assert word not in everything.split('"about-me"')[1].split('"workouts"')[0]


def test_copy_writes_formulas_as_words(browser, patient):
    walk(patient, notes="=HYPERLINK(1)")
    (row,) = table(copy_of(browser), "workouts")
    assert row["notes"] == "'=HYPERLINK(1)"


def test_copy_of_somebody_who_has_nothing_opens(browser):
    archive = copy_of(browser)
    assert archive.testzip() is None
    assert table(archive, "workouts") == []
    assert "My Week" in archive.read("read-me-first.txt").decode()


# --- leaving


def test_me_leads_to_everything_of_mine(browser, patient):
    page = browser.get("/me/").content.decode()
    for address in ("/me/download/", "/me/leave/", "/account/sessions/", "/language/"):
        assert address in page


def test_leave_shows_the_choices_once_more_before_anything_happens(browser, patient):
    assert browser.get("/me/leave/").status_code == 200
    page = browser.post("/me/leave/", {"stop_contact": "on"})
    assert "Yes, I leave" in page.content.decode()
    assert 'name="stop_contact"' in page.content.decode()
    assert 'name="stop_exercise"' not in page.content.decode()
    assert not Withdrawal.objects.exists()
    answer = browser.post("/me/leave/", {"stop_contact": "on", "sure": "1"})
    assert answer["location"] == "/me/"
    row = Withdrawal.objects.get()
    assert (row.stop_exercise, row.stop_contact, row.stop_data_use) == (False, True, False)
    assert row.reason == ""
    assert Participant.objects.get().state == S.WITHDRAWN


def test_leave_with_nothing_to_stop_says_so(browser):
    answer = browser.post("/me/leave/", {"sure": "1"})
    assert "choose what is to stop" in answer.content.decode()
    assert not Withdrawal.objects.exists()


def test_leave_before_signing_is_a_no(db):
    person = cast.participant("newcomer", week=None, consented=False)
    client = Client()
    client.force_login(person.user)
    assert "I say no" in client.post("/me/leave/", {}).content.decode()
    assert client.post("/me/leave/", {"sure": "1"})["location"] == "/me/"
    assert Participant.objects.get().state == S.DECLINED


def test_leave_is_over_once_it_is_done(browser, patient):
    browser.post("/me/leave/", {"stop_exercise": "on", "sure": "1"})
    assert browser.get("/me/leave/")["location"] == "/me/"
    again = browser.post("/me/leave/", {"stop_data_use": "on", "sure": "1"})
    assert again["location"] == "/me/"
    assert not Withdrawal.objects.get().stop_data_use


def test_after_leaving_nothing_is_stored_but_the_copy_and_help_stay(browser, patient):
    walk(patient, notes="kept")
    browser.post("/me/leave/", {"stop_exercise": "on", "sure": "1"})
    sent = browser.put("/api/v1/sleep/2026-03-18/", {"quality": 5}, content_type="application/json")
    assert (sent.status_code, sent.json()["code"]) == (403, "withdrawn")
    assert "kept" in copy_of(browser).read("everything.json").decode()
    assert browser.get("/help-now/").status_code == 200


# --- being forgotten


def test_forget_is_asked_for_after_leaving_only(browser, patient):
    assert browser.post("/me/forget/")["location"] == "/me/"
    assert not Erasure.objects.exists()
    assert "/me/forget/" not in browser.get("/me/").content.decode()
    browser.post("/me/leave/", {"stop_exercise": "on", "sure": "1"})
    assert "/me/forget/" in browser.get("/me/").content.decode()
    browser.post("/me/forget/")
    row = Erasure.objects.get()
    assert (row.asked_at, row.done_at) == (NOW, None)
    page = browser.get("/me/").content.decode()
    assert "You asked on" in page
    assert "/me/forget/" not in page
