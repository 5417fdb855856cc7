"""Logs: one JSON object a line, with the request's id and without personal data."""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.core.exceptions import ValidationError
from django.db import Error as DatabaseError

from core import context

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
NEVER = frozenset({"request", "server_time"})
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class JsonFormatter(logging.Formatter):
    """time (UTC), level, logger, message, request_id, what `extra` gave, and the exception."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if request_id := context.request_id.get():
            line["request_id"] = request_id
        line |= {k: v for k, v in vars(record).items() if k not in STANDARD | NEVER}
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = exception_text(record.exc_info)
        text = json.dumps(line, ensure_ascii=False, default=str)
        return ADDRESS.sub("<address>", text)


def _message(record: logging.LogRecord) -> str:
    """The message with the address of the request replaced by its route: it may hold a code."""
    text = record.getMessage()
    request = getattr(record, "request", None)
    path = getattr(request, "path", "")
    if len(path) > 1:
        match = getattr(request, "resolver_match", None)
        text = text.replace(path, match.view_name or match.route if match else "unmatched")
    return text


def exception_text(info: ExcInfo) -> str:
    """Type, text and frames in one line. Texts that quote what a person typed are left out."""
    kind, error, trace = info
    quoting = isinstance(error, (DatabaseError, ValidationError, UnicodeError))
    text = _constraint(error) if quoting else " ".join(str(error).split())
    frames = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]
    return f"{kind.__module__}.{kind.__qualname__}: {text} | {' < '.join(reversed(frames))}"


def _constraint(error: BaseException) -> str:
    """What the engine says without the values: its state code and the constraint's name."""
    diagnosis = getattr(error.__cause__, "diag", None)
    state = getattr(diagnosis, "sqlstate", None) or getattr(error.__cause__, "sqlite_errorname", "")
    return " ".join(filter(None, [state, getattr(diagnosis, "constraint_name", None)]))
