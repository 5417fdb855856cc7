"""One JSON object a line, and nothing about people in it."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test import RequestFactory
from django.urls import resolve

from accounts.models import Site
from core import context
from core.logs import JsonFormatter


def line(message: str, *args: object, exc_info: Any = None, **extra: object) -> dict[str, Any]:
    record = logging.LogRecord("exdep", logging.INFO, __file__, 1, message, args, exc_info)
    vars(record).update(extra)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    return json.loads(text)


def failing(error: Exception) -> Any:
    try:
        raise error
    except type(error):
        return sys.exc_info()


def test_line_has_time_level_logger_message_and_extras() -> None:
    found = line("went %s", "well", ms=3, at=datetime(2026, 3, 1, tzinfo=UTC))
    assert datetime.fromisoformat(found.pop("time")).tzinfo == UTC
    assert found == {"level": "INFO", "logger": "exdep", "message": "went well", "ms": 3,
                     "at": "2026-03-01 00:00:00+00:00"}  # fmt: skip


def test_line_has_the_request_id() -> None:
    token = context.request_id.set("abc12345")
    try:
        assert line("x")["request_id"] == "abc12345"
    finally:
        context.request_id.reset(token)


def test_line_exception_is_one_line_with_its_frames() -> None:
    found = line("x", exc_info=failing(KeyError("a\nb")))
    assert found["exception"].startswith("builtins.KeyError: ")
    assert "test_logs.py" in found["exception"]


@pytest.mark.parametrize("error", [ValidationError("Mei Lin is taken"), UnicodeError("Mei Lin")])
def test_line_exception_that_quotes_a_person_loses_its_text(error: Exception) -> None:
    assert "Mei" not in json.dumps(line("x", exc_info=failing(error)))


@pytest.mark.django_db
def test_line_database_error_names_the_rule_and_not_the_value() -> None:
    Site.objects.create(code="mei-lin", name="A", region="CN")
    try:
        Site.objects.create(code="mei-lin", name="B", region="CN")
    except IntegrityError:
        text = line("x", exc_info=sys.exc_info())["exception"]
    assert "mei-lin" not in text
    state = {"sqlite": "SQLITE_CONSTRAINT_UNIQUE", "postgresql": "23505"}[connection.vendor]
    assert text.startswith(f"django.db.utils.IntegrityError: {state}")


def test_line_never_holds_an_e_mail_address() -> None:
    found = line("mail to %s", "mei.lin+x@post.example.org", reply="ann@example.org")
    assert found["message"] == "mail to <address>"
    assert found["reply"] == "<address>"


@pytest.mark.parametrize(
    ("path", "shown"),
    [("/help-now/", "Not Found: help_now"), ("/join/abc/", "Not Found: unmatched")],
)
def test_line_of_djangos_own_shows_the_route_and_not_the_path(path: str, shown: str) -> None:
    request = RequestFactory().get(path)
    if path == "/help-now/":
        request.resolver_match = resolve(path)
    found = line("Not Found: %s", path, request=request, status_code=404)
    assert found["message"] == shown
    assert "request" not in found
