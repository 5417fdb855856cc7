"""`/estimate/`: a GET reads, a POST asks; every state says what it is."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import translation

import protocol
from accounts.models import AuditEvent
from estimates.models import Estimate, EstimatorVersion
from logging_app.models import Workout
from tests import cast
from tests.estimates.models import SHIPPED, directory, log_enough, patient, shipped_card

pytestmark = pytest.mark.django_db
URL = "/estimate/"


def client_of(person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def read(person) -> str:
    answer = client_of(person).get(URL)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def ask_and_read(person) -> str:
    client = client_of(person)
    answer = client.post(URL)
    assert (answer.status_code, answer.url) == (302, URL)
    return read(person)


@pytest.mark.parametrize(
    ("arm", "end_of_week"),
    [("exercise", "Moving, in plain words"), ("control", "Please go on as usual.")],
)
def test_today_leads_there_in_both_arms_below_the_week(model, arm, end_of_week):
    html = client_of(patient(arm=arm)).get("/today/").content.decode()
    way = f'href="{URL}"'
    assert html.index(end_of_week) < html.index(way) < html.index("Someone to talk to")
    assert html.count(way) == 1


def test_today_offers_it_only_to_who_agreed_and_may_be_asked(model, monkeypatch):
    newcomer = patient("newcomer", week=None, consented=False)
    refused = patient("refused", estimates=False)
    gone = patient("gone")
    cast.withdraw(gone)
    for person in (newcomer, refused, gone):
        page = client_of(person).get("/today/")
        assert page.status_code == 200
        assert URL not in page.content.decode(), person
    study = replace(protocol.current(), estimates=None)
    monkeypatch.setattr(protocol, "current", lambda: study)
    assert URL not in client_of(patient()).get("/today/").content.decode()


def test_today_asks_nothing_and_needs_no_model(person, model, tmp_path):
    model(tmp_path / "nowhere")
    assert URL in client_of(person).get("/today/").content.decode()
    assert not Estimate.objects.exists()


def test_get_writes_nothing(person, model):
    html = read(person)
    assert "Ask for an estimate" in html
    assert not Estimate.objects.exists()
    assert not EstimatorVersion.objects.exists()
    assert not AuditEvent.objects.filter(action__startswith="estimat").exists()


def test_post_leads_back_to_the_newest_estimate(person, model):
    html = ask_and_read(person)
    assert "about 2.5 of 10 points higher than at the start." in html
    assert "from +1.0 to +4.0" in html
    assert "Ask again" in html
    assert "simulated" not in html


def test_estimate_says_what_went_in_and_what_it_cannot_tell(person, model):
    html = ask_and_read(person)
    assert "+24.0 beats a minute after an activity" in html
    assert "5 Mar, 14 Mar, 17 Mar" in html
    assert "14 Mar–18 Mar" in html
    assert "It cannot tell whether exercise caused anything" in html
    assert "It is no diagnosis" in html
    assert "better than the average, and no better than a straight line" in html


def test_estimate_of_a_simulated_model_says_so_in_every_part(settings):
    settings.EXDEP_DEMO = True
    person = patient()
    log_enough(person, quality=6)
    html = ask_and_read(person)
    assert "In simulated data, changes like yours were associated" in html
    assert "Trained on simulated data" in html
    assert "made-up participants" in html
    people = shipped_card()["training"]["participants"]
    assert f"It learned from {people} simulated participants" in html
    assert "people in the study before you" not in html


def test_abstention_shows_each_reason_and_blames_nobody(person, model):
    Workout.objects.all().delete()
    person.nights.filter(date__gte=person.day_one).delete()
    html = ask_and_read(person)
    assert "No estimate this time" in html
    assert "That says nothing about you." in html
    assert "Heart rate: it takes 3 activities" in html
    assert "Sleep: it takes 5 nights of the last 14 with a quality; so far: 0." in html
    assert "Ask again" in html


def test_control_arm_is_never_asked_to_move(model):
    person = patient(arm="control")
    html = ask_and_read(person)
    assert "Please change nothing for it" in html
    assert "add both when you log" not in html


def test_without_a_model_the_page_says_so_and_the_site_lives(person, model, tmp_path):
    model(tmp_path / "nowhere")
    html = read(person)
    assert "No estimates at the moment" in html
    assert "is not working at the moment. Everything else is" in html
    assert "Ask for an estimate" not in html
    assert client_of(person).get("/today/").status_code == 200
    assert ask_and_read(person).count("is not working at the moment") == 1


def test_an_earlier_estimate_stays_readable_without_a_model(person, model, tmp_path):
    ask_and_read(person)
    model(tmp_path / "nowhere")
    html = read(person)
    assert "No estimates at the moment" in html
    assert "about 2.5 of 10 points higher" in html
    assert "Ask again" not in html


def test_a_real_study_with_the_shipped_model_says_kindly_that_it_waits(person, settings):
    settings.EXDEP_DEMO = False
    html = read(person)
    assert "This study has no estimate of its own yet." in html
    assert "never used for real people" in html
    assert "Ask for an estimate" not in html


def test_altered_file_stops_estimates_and_not_the_page(person, model, tmp_path):
    there = model(directory(tmp_path / "model", SHIPPED))
    (there / "model.tflite").write_bytes(b"something else")
    assert "No estimates at the moment" in read(person)


def test_withdrawn_participant_gets_the_refusal_and_nothing_is_kept(person, model):
    cast.withdraw(person)
    assert client_of(person).post(URL).status_code == 403
    assert not Estimate.objects.exists()


def test_another_persons_estimate_is_never_shown(person, model):
    ask_and_read(person)
    assert "points higher" not in read(patient("other"))


def test_page_has_no_inline_style_script_or_handler(person, model):
    html = ask_and_read(person)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", html)


def test_bar_is_whole_numbers_in_any_language(person, model):
    ask_and_read(person)
    client = client_of(person)
    client.cookies["django_language"] = "zh-hans"
    html = client.get(URL).content.decode()
    found = re.findall(r'\b(?:cx|x|width)="([^"]+)"', html[html.index("range-bar") :])
    assert found
    assert all(value.isdigit() for value in found if value != "device-width")
    translation.activate("en")


def test_page_names_neither_the_illness_nor_the_trial(person, model):
    html = ask_and_read(person).lower()
    assert not re.search(r"depress|trial|hdrs|\barm\b", html)


def test_who_has_signed_nothing_is_not_told_what_their_consent_says(db, model):
    html = read(cast.participant("invited", week=None, consented=False))
    assert "Estimates begin once your part in the study has begun." in html
    assert "In your consent" not in html
    assert "Ask for an estimate" not in html
