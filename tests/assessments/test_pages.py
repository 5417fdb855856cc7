"""The questionnaires as pages: one question each, back without loss, help first, no score."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.test import Client

import protocol
from accounts.models import User
from assessments.models import Response
from safety.models import SafetyAlert
from tests import cast

HERE = "/assessments/week-6/hdrs17-self/"
KEYS = protocol.instrument("hdrs17-self").keys


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def client(db):
    client, person = Client(), cast.participant()
    cast.cover(person.site)
    client.force_login(person.user)
    return client


def answer(client: Client, number: int, value: object, **extra: object):
    return client.post(f"{HERE}{number}/", {"answer": value, **extra})


def test_answering_every_question_leads_to_thanks_and_no_score(client):
    for number in range(1, 18):
        page = answer(client, number, "0")
    assert page.url == f"{HERE}check/"
    page = client.post(f"{HERE}check/", follow=True)
    assert page.status_code == 200
    assert "Thank you" in page.text
    assert Response.objects.get().submitted_at == cast.NOW


def test_get_writes_nothing(client):
    for path in ("", "1/", "17/", "check/", "3/support/"):
        assert client.get(HERE + path).status_code == 200
    assert not Response.objects.exists()


def test_coming_back_goes_on_at_the_first_question_without_an_answer(client):
    answer(client, 1, "2")
    answer(client, 2, "none")
    assert f'href="{HERE}3/#question"' in client.get(HERE).text
    assert Response.objects.get().answers == {"1": 2, "2": None}


def test_going_back_shows_what_was_chosen(client):
    answer(client, 1, "2")
    page = client.get(f"{HERE}1/")
    assert page.context["form"]["answer"].value() == 2


def test_no_choice_asks_again_and_keeps_the_rest(client):
    answer(client, 1, "2")
    page = client.post(f"{HERE}2/", {})
    assert page.status_code == 400
    assert "Please choose one line." in page.text
    assert Response.objects.get().answers == {"1": 2}


@pytest.mark.parametrize("value", ["5", "-1", "x", "1.0"])
def test_forged_choice_is_refused(client, value):
    assert answer(client, 1, value).status_code == 400


def test_sending_too_early_says_what_is_left(client):
    answer(client, 1, "2")
    page = client.post(f"{HERE}check/")
    assert page.status_code == 400
    assert "Not answered yet" in page.text


@pytest.mark.parametrize("value", ["1", "2", "3", "4"])
def test_risk_answer_shows_help_before_anything_else(client, value):
    page = answer(client, 3, value)
    assert page.url == f"{HERE}3/support/"
    assert SafetyAlert.objects.count() == 1
    help_page = client.get(page.url).text
    assert "tel:120" in help_page
    assert "tel:01082951332" in help_page
    assert f'href="{HERE}4/#question"' in help_page


def test_risk_answer_whose_help_was_seen_on_the_page_goes_on(client):
    assert answer(client, 3, "2", seen_help="1").url == f"{HERE}4/#question"


def test_no_risk_goes_on(client):
    assert answer(client, 3, "0").url == f"{HERE}4/#question"
    assert not SafetyAlert.objects.exists()


def test_after_sending_the_questions_are_closed(client):
    for number in range(1, 18):
        answer(client, number, "1")
    client.post(f"{HERE}check/")
    assert client.get(f"{HERE}1/").url == HERE
    assert answer(client, 1, "4").url == HERE
    assert Response.objects.get().answers["1"] == 1


@pytest.mark.parametrize("path", ["0/", "18/", "../nothing/", "1/support/", "18/support/"])
def test_what_is_not_there_is_404(client, path):
    assert client.get(HERE + path).status_code == 404


@pytest.mark.parametrize("path", ["", "1/", "3/support/", "check/"])
def test_questionnaire_that_is_not_open_says_so_before_the_first_question(client, path):
    address = f"/assessments/week-12/wellbeing/{path}"
    pages = [client.get(address)]
    if path in {"1/", "check/"}:
        pages.append(client.post(address, {"answer": "5"}))
    for page in pages:
        assert page.status_code == 409
        assert "not open now" in page.text
    assert not Response.objects.exists()


def test_questions_left_lead_on_and_not_to_sending(client):
    answer(client, 1, "2")
    page = client.get(f"{HERE}check/").text
    assert "16 questions have no answer yet" in page
    assert f'class="btn btn--wide" href="{HERE}2/#question"' in page
    assert ">Send<" not in page


def test_answer_chosen_after_the_sign_in_ended_is_there_again_for_its_writer_only(client):
    owner = client.get(f"{HERE}3/").context["owner"]
    client.logout()
    sent = client.post(f"{HERE}3/", {"answer": "2", "owner": owner})
    assert sent.url == f"/account/login/?next={HERE}3/"
    kept = client.session["unsent"]

    other = Client()
    other.force_login(cast.participant("other").user)
    session = other.session
    session["unsent"] = kept
    session.save()
    assert other.get(f"{HERE}3/").context["form"]["answer"].value() is None

    client.force_login(User.objects.get(email="patient@example.org"))
    session = client.session
    session["unsent"] = kept
    session.save()
    page = client.get(f"{HERE}3/")
    assert page.context["form"]["answer"].value() == "2"
    assert "Here is what you chose." in page.text
    assert "data-help hidden" not in page.text
    assert not Response.objects.exists()


def test_going_back_to_a_risk_answer_shows_its_help(client):
    hidden = "data-help hidden"
    assert hidden in client.get(f"{HERE}3/").text
    answer(client, 3, "2")
    assert hidden not in client.get(f"{HERE}3/").text
    answer(client, 3, "0")
    assert hidden in client.get(f"{HERE}3/").text


def test_today_names_what_is_open_and_the_list_what_was_sent(client):
    assert HERE in client.get("/today/").text
    for number in range(1, 18):
        answer(client, number, "0")
    client.post(f"{HERE}check/")
    assert HERE not in client.get("/today/").text
    assert "Sent on 18 March" in client.get("/assessments/").text


# Seventeen answers whose total, and whose bands by every scheme, occur nowhere by chance.
PLANTED = dict(zip(KEYS, [4, 4, 4, 2, 2, 2, 4, 4, 4, 4, 3, 2, 2, 2, 3, 0, 1], strict=True))


def test_no_page_and_no_answer_of_a_scored_participant_holds_a_total(client):
    body = {"answers": PLANTED, "complete": True}
    sent = client.put(f"/api/v1{HERE}", body, content_type="application/json")
    total = sum(PLANTED.values())
    assert (sent.status_code, total) == (200, 47)
    pages = [
        "/today/", "/history/", "/me/", "/assessments/", HERE, f"/api/v1{HERE}", "/api/v1/today/",
        "/api/v1/workouts/",
    ]  # fmt: skip
    bands = {
        str(band.label).lower()
        for scheme in protocol.instrument("hdrs17").schemes
        for band in scheme.bands
    }
    for path in pages:
        # Tokens and keys are random, and may hold any number.
        text = re.sub(r'value="[^"]{20,}"|data-person="\w+"', "", client.get(path).text.lower())
        assert "47" not in text, path
        for band in bands - {"none"}:
            assert band not in text, (path, band)
