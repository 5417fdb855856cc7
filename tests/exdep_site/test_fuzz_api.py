"""The API against its own OpenAPI document: whatever is sent, the answer is one it announces."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
import time_machine
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from exdep_site.wsgi import application
from tests import cast, doors
from tests.exdep_site.walk_objects import WALK, WORKOUT

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip
OPERATIONS = [
    "workouts_list", "workouts_read", "workouts_write", "workouts_void",
    "sleep_list", "sleep_read", "sleep_write", "assessments_read", "assessments_write",
    "estimates_ask", "today_read", "session_read", "readiness_read", "readiness_write",
    "check_ins_list", "check_ins_read", "check_ins_write",
]  # fmt: skip
# Their addresses hold words or nothing at all, so there is no wrong way to ask.
TAKES_ANYTHING = {"today_read", "session_read", "assessments_read", "estimates_ask"}
SHORT = settings(
    max_examples=15, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture
def token(db):
    with time_machine.travel(cast.NOW, tick=False):
        person = cast.participant()
        cast.fitness(person)
        phone = doors.by_token(person.user)
        phone.put(f"/api/v1/workouts/{WORKOUT}/", WALK, content_type="application/json")
        yield doors_key(phone)


@pytest.fixture
def one_connection(token):
    """A server lets go of connections around each request; here they belong to the test. After
    `token`, because Django's test client connects these signals again."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def doors_key(phone: Any) -> str:
    return phone.defaults["HTTP_X_SESSION_TOKEN"]


@pytest.fixture
def schema(token, one_connection):
    return schemathesis.openapi.from_wsgi(
        "/api/schema/", application, headers={"X-Session-Token": token}
    )


def operations(schema: Any) -> dict[str, Any]:
    found = [result.ok() for result in schema.get_all_operations()]
    return {operation.definition.raw["operationId"]: operation for operation in found}


def test_every_operation_is_on_the_list(schema):
    assert sorted(operations(schema)) == sorted(OPERATIONS)


@pytest.mark.parametrize(
    ("name", "mode"),
    [(name, mode) for name in OPERATIONS for mode in GenerationMode
     if mode is GenerationMode.POSITIVE or name not in TAKES_ANYTHING],
)  # fmt: skip
def test_answers_are_those_the_document_announces(schema, token, name, mode):
    operation = operations(schema)[name]

    @SHORT
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        answer = case.call(headers={"X-Session-Token": token, "Accept-Encoding": "identity"})
        case.validate_response(answer, checks=CHECKS)

    run()
