"""How every API view says no: `{"detail", "code"}`, but for field errors (CONTRACT)."""

from __future__ import annotations

import uuid

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client, RequestFactory
from rest_framework import exceptions
from rest_framework.throttling import UserRateThrottle

from accounts.roles import Role
from core import errors
from enrollment.api import exception_handler
from tests import cast

WORKOUTS = "/api/v1/workouts/"
WALK = {
    "modality": "aerobic", "activity": "jogging",
    "started_at": "2026-03-18T10:00:00+08:00", "duration_min": 30,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def browser(db):
    client = Client()
    client.force_login(cast.participant().user)
    return client


def one():
    return f"{WORKOUTS}{uuid.uuid4()}/"


def said(answer):
    """Status and code of an error; it must have the one shape, in JSON."""
    assert answer["content-type"] == "application/json"
    body = answer.json()
    assert set(body) == {"detail", "code"}
    assert isinstance(body["detail"], str)
    assert body["detail"]
    return answer.status_code, body["code"]


def put(client, body, url=None, **options):
    return client.put(url or one(), body, **{"content_type": "application/json", **options})


def test_not_signed_in(db):
    answer = Client().get(WORKOUTS)
    assert said(answer) == (401, "not_signed_in")
    assert answer["www-authenticate"] == "X-Session-Token"


@pytest.mark.parametrize("method", ["get", "put", "post", "patch", "delete", "head", "options"])
def test_not_signed_in_comes_before_anything_about_the_address(db, method):
    assert getattr(Client(), method)(one()).status_code == 401


def test_wrong_role_is_forbidden(db, settings):
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    client = Client()
    client.force_login(cast.staff(Role.COORDINATOR))
    assert said(client.get(WORKOUTS)) == (403, "forbidden")
    assert said(put(client, WALK)) == (403, "forbidden")


def test_unknown_workout_is_not_found(browser):
    assert said(browser.get(one())) == (404, "not_found")


@pytest.mark.parametrize("path", ["nothing/", "workouts/no-uuid/", "workouts"])
def test_unknown_address_is_not_found(browser, path):
    answer = browser.get(f"/api/v1/{path}", follow=False)
    assert answer.status_code in {301, 404}
    if answer.status_code == 404:
        assert said(answer) == (404, "not_found")


def test_unknown_address_is_not_found_without_sign_in(db):
    assert said(Client().get("/api/v1/nothing/")) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "url"),
    [("post", WORKOUTS), ("put", WORKOUTS), ("delete", WORKOUTS), ("patch", "one"), ("post", "one"),
     ("put", "/api/v1/today/"), ("post", "/api/v1/today/"), ("trace", WORKOUTS)],
)  # fmt: skip
def test_wrong_method(browser, method, url):
    answer = getattr(browser, method)(one() if url == "one" else url)
    assert said(answer) == (405, "method_not_allowed")
    assert "GET" in answer["allow"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_body_of_another_kind(browser, kind):
    assert said(put(browser, "modality=aerobic", content_type=kind)) == (
        415, "unsupported_media_type",
    )  # fmt: skip


@pytest.mark.parametrize("body", ["{", "\x00", '{"a": NaN}', "[" * 20_000])
def test_body_that_is_no_json(browser, body):
    assert said(put(browser, body)) == (400, "bad_request")


def test_empty_body_names_what_is_missing(browser):
    assert set(put(browser, "").json()) == {"modality", "activity", "started_at", "duration_min"}


@pytest.mark.parametrize("body", ["[]", '"text"', "1", "null", "true"])
def test_body_that_is_no_object_is_a_400(browser, body):
    assert put(browser, body).status_code == 400


def test_body_too_large(browser):
    answer = put(browser, {**WALK, "notes": "x" * 1_100_000})
    assert said(answer) == (413, "too_large")


def test_too_many_requests(browser, monkeypatch):
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/min"})
    cache.clear()
    assert [browser.get(WORKOUTS).status_code for _ in range(2)] == [200, 200]
    answer = browser.get(WORKOUTS)
    assert said(answer) == (429, "slow_down")
    assert int(answer["retry-after"]) == 60


def test_answer_in_another_format_is_still_json(browser):
    answer = browser.get(WORKOUTS, headers={"Accept": "text/html"})
    assert answer["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("refused", "status", "code"),
    [
        (errors.NotSignedIn, 401, "not_signed_in"),
        (errors.SecondFactorMissing, 403, "second_factor_missing"),
        (errors.Forbidden, 403, "forbidden"),
        (errors.ConsentPending, 403, "consent_pending"),
        (errors.Withdrawn, 403, "withdrawn"),
        (errors.Locked, 409, "locked"),
        (errors.Voided, 409, "voided"),
        (errors.EditConflict, 409, "edit_conflict"),
        (errors.NotFound, 404, "not_found"),
    ],
)
def test_exception_handler_says_what_was_refused(refused, status, code):
    answer = exception_handler(refused(), {"request": RequestFactory().get("/")})
    assert (answer.status_code, answer.data["code"]) == (status, code)
    assert set(answer.data) == {"detail", "code"}


def test_exception_handler_keeps_field_errors_by_field():
    answer = exception_handler(exceptions.ValidationError({"notes": ["Too long."]}), {})
    assert (answer.status_code, answer.data) == (400, {"notes": ["Too long."]})


def test_exception_handler_leaves_what_it_does_not_know_to_the_log():
    assert exception_handler(RuntimeError("a bug"), {}) is None
