"""`POST /api/v1/estimates/` as the contract has it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from accounts.roles import Role
from estimates.models import Estimate
from logging_app.models import Workout
from tests import cast
from tests.estimates.models import patient

pytestmark = pytest.mark.django_db
URL = "/api/v1/estimates/"


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ask(person, body=None):
    return client_of(person.user).post(URL, body or {}, content_type="application/json")


def test_post_estimated_is_201_with_every_field_of_the_contract(person, model):
    answer = ask(person)
    kept = Estimate.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": str(kept.pk),
        "status": "estimated",
        "change": pytest.approx(2.48, abs=1e-5),
        "low": pytest.approx(0.98, abs=1e-5),
        "high": pytest.approx(3.98, abs=1e-5),
        "coverage": 0.9,
        "inputs": {"hr_change_bpm": 24, "sleep_quality_change": 3},
        "model": {"version": "forward", "sha256": kept.model_sha256, "data_origin": "study"},
        "text": (
            "Among people in the study before you, changes like yours were associated with a "
            "self-rated mood about 2.5 of 10 points higher than at the start."
        ),
    }
    assert uuid.UUID(answer.json()["id"])


def test_post_abstained_is_201_with_every_reason(person, model):
    Workout.objects.all().delete()
    person.nights.filter(date__gte=person.day_one).delete()
    answer = ask(person)
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"id", "status", "reasons"}
    assert body["status"] == "abstained"
    assert [reason["code"] for reason in body["reasons"]] == ["no_workouts", "few_nights"]
    assert all(set(reason) == {"code", "text"} and reason["text"] for reason in body["reasons"])


def test_post_without_a_body_is_the_same_question(person, model):
    answer = client_of(person.user).generic("POST", URL)
    assert answer.status_code == 201


def test_post_unknown_field_is_refused_by_name(person, model):
    answer = ask(person, {"hr_change_bpm": 12})
    assert answer.status_code == 400
    assert list(answer.json()) == ["hr_change_bpm"]
    assert not Estimate.objects.exists()


def test_post_signed_out_is_401(db):
    answer = Client().post(URL, {}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize("role", [Role.RATER, Role.INSTRUCTOR, Role.CLINICIAN, Role.COORDINATOR])
def test_post_by_staff_is_403_and_raters_see_nothing(person, model, role, settings):
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    ask(person)
    client = client_of(cast.staff(role, at=person.site))
    answer = client.post(URL, {}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert client.get("/estimate/").status_code == 403


def test_get_is_405(person, model):
    assert client_of(person.user).get(URL).status_code == 405


@pytest.mark.parametrize(
    ("prepare", "status", "code"),
    [
        (lambda person: cast.withdraw(person), 403, "withdrawn"),
        (
            lambda person: cast.consent_document("2", approved_at=cast.NOW - timedelta(days=1)),
            403,
            "consent_pending",
        ),
    ],
)
def test_post_refusals_have_their_codes(model, prepare, status, code):
    person = patient()
    prepare(person)
    answer = ask(person)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_schema_knows_both_answers(client):
    client.force_login(patient().user)
    schema = client.get("/api/schema/").json()
    shown = schema["paths"][URL]["post"]["responses"]["201"]["content"]["application/json"]
    assert shown["schema"] == {"$ref": "#/components/schemas/Estimate"}
    parts = schema["components"]["schemas"]["Estimate"]
    assert [part["$ref"].rpartition("/")[2] for part in parts["oneOf"]] == [
        "Estimated",
        "Abstained",
    ]
    assert parts["discriminator"]["propertyName"] == "status"
