"""The OpenAPI document: complete, without a warning, and its examples are taken."""

from __future__ import annotations

import json
import re
import uuid
from io import StringIO

import jsonschema
import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from accounts.roles import Role
from exdep_site.api_schema import EXAMPLES
from tests import cast, doors

SCHEMA = "/api/schema/"
DOCS = "/api/docs/"
PLACES = {"workouts_write": f"/api/v1/workouts/{uuid.UUID(int=9)}/",
          "sleep_write": "/api/v1/sleep/2026-03-18/",
          "check_ins_write": "/api/v1/check-ins/2026-03-15/",
          "readiness_write": f"/api/v1/readiness/{uuid.UUID(int=9)}/",
          "assessments_write": "/api/v1/assessments/week-6/wellbeing/"}  # fmt: skip


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def browser(db):
    client = Client()
    client.force_login(cast.participant().user)
    return client


@pytest.fixture
def document(browser):
    return browser.get(SCHEMA).json()


def operations(document):
    return {
        operation["operationId"]: (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_document_is_valid_and_made_without_a_warning():
    out = StringIO()
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", stdout=out
    )
    assert json.loads(out.getvalue())["openapi"].startswith("3.1")


def test_document_is_served_as_openapi_3_1_json(browser):
    answer = browser.get(SCHEMA)
    assert answer["content-type"].startswith("application/vnd.oai.openapi+json")
    assert answer.json()["openapi"].startswith("3.1")
    assert "attachment" not in answer.get("content-disposition", "")


def test_document_knows_the_contracts_endpoints_and_both_ways_to_sign_in(document):
    assert set(document["paths"]) >= {
        "/api/v1/today/", "/api/v1/workouts/", "/api/v1/workouts/{uuid}/", "/api/v1/sleep/{date}/",
        "/api/v1/assessments/{visit}/{instrument}/", "/api/v1/estimates/",
    }  # fmt: skip
    schemes = document["components"]["securitySchemes"]
    assert schemes["sessionToken"]["name"] == "X-Session-Token"
    assert schemes["sessionCookie"] | {"description": ""} == {
        "type": "apiKey", "in": "cookie", "name": "sessionid", "description": "",
    }  # fmt: skip
    for _path, _method, operation in operations(document).values():
        assert operation["security"] == [{"sessionToken": []}, {"sessionCookie": []}]


def test_document_tells_every_error_of_every_operation(document):
    for name, (_path, method, operation) in operations(document).items():
        told = set(operation["responses"])
        assert told >= {"401", "403", "404", "406", "429"}, name
        if method != "get":
            assert told >= {"400", "409", "413", "415"}, name
        assert any(status.startswith("2") for status in told), name
        assert all(answer["description"] for code, answer in operation["responses"].items()
                   if code >= "400"), name  # fmt: skip


def test_document_says_that_lists_come_in_pages(document):
    for name in ("workouts_list", "sleep_list"):
        _path, _method, operation = operations(document)[name]
        page = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        properties = document["components"]["schemas"][page.split("/")[-1]]["properties"]
        assert set(properties) == {"next", "previous", "results"}
        assert [parameter["name"] for parameter in operation["parameters"]] == ["cursor"]


def test_document_says_that_unknown_fields_are_refused(document):
    bodies = {n: s for n, s in document["components"]["schemas"].items() if n.endswith("Request")}
    assert {"WorkoutRequest", "NightRequest", "AnswersRequest", "StrengthSetRequest"} <= set(bodies)
    assert {schema["additionalProperties"] for schema in bodies.values()} == {False}


def test_document_keeps_the_codes_own_notes_to_itself(document):
    assert "Refuses what it does not know" not in json.dumps(document)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_example_fits_the_document_and_is_taken(browser, document, name):
    _path, method, operation = operations(document)[name]
    media = operation["requestBody"]["content"]["application/json"]
    assert media["example"] == EXAMPLES[name]
    jsonschema.validate(media["example"], {**media["schema"], "components": document["components"]})
    answer = getattr(browser, method)(PLACES[name], EXAMPLES[name], content_type="application/json")
    assert answer.status_code in {200, 201}, answer.content


def test_every_body_that_says_something_has_an_example(document):
    writing = {n for n, (_p, method, o) in operations(document).items() if "requestBody" in o}
    assert writing - set(EXAMPLES) <= {"estimates_ask"}  # its body is empty


def test_staff_read_the_document_with_a_second_factor(db):
    person = cast.staff(Role.STATISTICIAN)
    unproved = doors.cookie(person)
    assert unproved.get(SCHEMA).status_code == 403
    assert unproved.get(DOCS)["location"] == "/account/2fa/"
    doors.second_factor(person)
    proved = doors.cookie(person)
    assert (proved.get(SCHEMA).status_code, proved.get(DOCS).status_code) == (200, 200)


def test_stranger_is_led_from_the_docs_to_the_sign_in_and_back(db):
    stranger = Client()
    assert stranger.get(SCHEMA).status_code == 401
    assert stranger.get(DOCS)["location"] == f"/account/login/?next={DOCS}"


def test_docs_page_asks_nothing_of_another_host(browser):
    page = browser.get(DOCS)
    assert page.status_code == 200
    links = re.findall(r'(?:src|href)="([^"]+)"', page.content.decode())
    assert links
    assert [link for link in links if not link.startswith("/")] == []
    script = browser.get(f"{DOCS}?script=")
    assert script["content-type"].startswith("application/javascript")
    assert re.findall(r"https?://(?!testserver)", script.content.decode()) == []


def test_docs_page_is_the_only_one_whose_policy_differs(browser):
    strict = browser.get("/today/")["content-security-policy"]
    docs = browser.get(DOCS)["content-security-policy"]
    assert "'unsafe-inline'" not in strict
    assert docs == strict.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    assert browser.get(SCHEMA)["content-security-policy"] == strict
