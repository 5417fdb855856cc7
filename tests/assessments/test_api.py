"""`GET|PUT /api/v1/assessments/<visit>/<instrument>/` as the contract has it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

import protocol
from accounts.models import AuditEvent
from assessments.models import Response
from safety.models import SafetyAlert
from tests import cast

KEYS = protocol.instrument("hdrs17-self").keys
ALL_ZERO = dict.fromkeys(KEYS, 0)
SELF = "week-6/hdrs17-self"
WELL = dict.fromkeys(protocol.instrument("wellbeing").keys, 5)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def patient(db):
    person = cast.participant()
    cast.cover(person.site)
    return person


@pytest.fixture
def client(patient):
    client = Client()
    client.force_login(patient.user)
    return client


def put(client, path, answers, *, complete=False):
    return client.put(
        f"/api/v1/assessments/{path}/",
        {"answers": answers, "complete": complete},
        content_type="application/json",
    )


def test_get_before_the_first_answer_is_empty_and_writes_nothing(client):
    answer = client.get(f"/api/v1/assessments/{SELF}/").json()
    assert (answer["answers"], answer["complete"]) == ({}, False)
    assert not Response.objects.exists()


def test_draft_is_laid_over_what_was_answered_before(client):
    put(client, SELF, {"1": 2, "2": 1})
    assert put(client, SELF, {"2": None}).status_code == 200
    assert client.get(f"/api/v1/assessments/{SELF}/").json()["answers"] == {"1": 2, "2": None}


def test_submitting_needs_every_key_and_null_is_an_answer(client):
    answer = put(client, SELF, {"1": 2}, complete=True)
    assert (answer.status_code, list(answer.json())) == (400, ["answers"])
    assert put(client, SELF, {**ALL_ZERO, "5": None}, complete=True).status_code == 200
    assert Response.objects.get().submitted_at == cast.NOW


def test_after_submission_it_is_locked(client):
    put(client, SELF, ALL_ZERO, complete=True)
    for complete in (False, True):
        answer = put(client, SELF, {"1": 1}, complete=complete)
        assert (answer.status_code, answer.json()["code"]) == (409, "locked")
    assert Response.objects.get().answers == ALL_ZERO


@pytest.mark.parametrize(
    ("key", "value"),
    [("1", 5), ("1", -1), ("4", 3), ("17", 3), ("1", 1.5), ("1", "2"), ("1", True), ("18", 0)],
)
def test_illegal_score_is_named_and_nothing_is_kept(client, key, value):
    answer = put(client, SELF, {key: value})
    assert (answer.status_code, list(answer.json())) == (400, [f"answers.{key}"])
    assert not Response.objects.exists()


@pytest.mark.parametrize("body", [{}, {"answers": []}, {"answers": {}, "total": 3}])
def test_malformed_body_is_refused_by_name(client, body):
    answer = client.put(f"/api/v1/assessments/{SELF}/", body, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path",
    ["week-6/hdrs17", "week-6/nothing", "week-99/hdrs17-self", "week-24/hdrs17-self"],
)
def test_what_a_participant_does_not_answer_is_404(client, path):
    assert put(client, path, {}).status_code == 404
    assert client.get(f"/api/v1/assessments/{path}/").status_code == 404


@pytest.mark.parametrize(
    ("path", "again"), [("week-12/wellbeing", "600"), ("week-0/wellbeing", None)]
)
def test_outside_its_time_a_questionnaire_is_not_open(client, path, again):
    """A phone tries again only what time alone can open: never the baseline once it is over."""
    answer = put(client, path, {"mood": 5})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_open")
    assert answer.get("Retry-After") == again
    assert ("closed now" in answer.json()["detail"]) is (again is None)


def test_baseline_is_open_before_allocation(db):
    person = cast.participant("early", week=None)
    client = Client()
    client.force_login(person.user)
    assert put(client, "week-0/wellbeing", {"mood": 5}).status_code == 200


@pytest.fixture
def early(db):
    """Somebody not allocated yet, at the questions of the baseline."""
    person = cast.participant("early", week=None)
    client = Client()
    client.force_login(person.user)
    return person, client


def allocated(person):
    person.day_one, person.state = cast.NOW.date(), person.State.ALLOCATED
    person.arm = "exercise"
    person.save()


@pytest.mark.parametrize("complete", [False, True])
def test_what_was_kept_before_the_start_is_found_again_after_it(early, complete):
    """The answer to the first was lost on the way, and the phone sends it again."""
    person, client = early
    assert put(client, "week-0/wellbeing", WELL, complete=complete).status_code == 200
    allocated(person)
    trail = AuditEvent.objects.count()
    with time_machine.travel(cast.NOW + timedelta(hours=1), tick=False):
        for again in {False, complete}:
            answer = put(client, "week-0/wellbeing", WELL, complete=again)
            assert (answer.status_code, answer.json()["complete"]) == (200, complete)
            assert answer.json()["answers"] == WELL
    row = Response.objects.get()
    assert (row.updated_at, row.history.count()) == (cast.NOW, 1)
    assert AuditEvent.objects.count() == trail


@pytest.mark.parametrize(
    ("answers", "complete"), [({"mood": 6}, False), ({**WELL, "mood": 6}, True), (WELL, True)]
)
def test_after_the_start_nothing_new_is_taken_of_the_time_before(early, answers, complete):
    person, client = early
    put(client, "week-0/wellbeing", WELL)
    allocated(person)
    answer = put(client, "week-0/wellbeing", answers, complete=complete)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_open")
    assert Response.objects.get().submitted_at is None


def test_what_only_python_takes_for_the_same_is_no_resend(early):
    person, client = early
    put(client, "week-0/wellbeing", {"mood": 1})
    assert list(put(client, "week-0/wellbeing", {"mood": True}).json()) == ["answers.mood"]
    allocated(person)
    assert put(client, "week-0/wellbeing", {"mood": True}).json()["code"] == "not_open"


def test_who_has_left_sends_nothing_again(early):
    person, client = early
    put(client, "week-0/wellbeing", WELL)
    allocated(person)
    cast.withdraw(person)
    assert put(client, "week-0/wellbeing", WELL).status_code == 403


def test_without_consent_nothing_is_kept(db):
    person = cast.participant("newcomer", consented=False)
    client = Client()
    client.force_login(person.user)
    assert put(client, SELF, {"1": 0}).json()["code"] == "consent_pending"
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("value", "tier"), [(1, "review"), (2, "same_day"), (3, "immediate"), (4, "immediate")]
)
def test_risk_answer_raises_its_alert_while_still_a_draft(client, value, tier):
    put(client, SELF, {"3": value})
    alert = SafetyAlert.objects.get()
    assert (alert.kind, alert.tier, alert.state) == ("risk_answer", tier, "open")


def test_changing_a_risk_answer_back_closes_nothing_and_a_resend_adds_nothing(client):
    put(client, SELF, {"3": 2})
    put(client, SELF, {"3": 2})
    put(client, SELF, {"3": 0})
    put(client, SELF, {"3": 2})
    assert SafetyAlert.objects.count() == 1
    put(client, SELF, {"3": 3})
    assert list(SafetyAlert.objects.order_by("pk").values_list("tier", flat=True)) == [
        "same_day",
        "immediate",
    ]


def test_no_risk_answer_raises_nothing(client):
    put(client, SELF, {**ALL_ZERO, "1": 4}, complete=True)
    assert not SafetyAlert.objects.exists()


def test_another_participants_answers_are_not_mine(client):
    put(client, SELF, {"1": 4})
    other = Client()
    other.force_login(cast.participant("other").user)
    assert other.get(f"/api/v1/assessments/{SELF}/").json()["answers"] == {}
