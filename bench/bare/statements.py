"""How many statements a request sends to the database, for whoever asks for it by a header."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponseBase

ASK, TOLD = "X-Count-Statements", "X-Statements"


class CountMiddleware:
    """Puts the number into the answer. Savepoints count; BEGIN and COMMIT do not: what opens and
    ends a transaction asks and writes nothing, and PostgreSQL sends no BEGIN of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if ASK not in request.headers:
            return self.get_response(request)
        sent = 0

        def count(execute: Any, sql: str, *rest: Any) -> Any:
            nonlocal sent
            sent += not sql.startswith(("BEGIN", "COMMIT"))
            return execute(sql, *rest)

        with connection.execute_wrapper(count):
            response = self.get_response(request)
        response[TOLD] = str(sent)
        return response
