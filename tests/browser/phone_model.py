"""A server that answers as ours does, and a person who means something, for the queue's model."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Route

from logging_app.rules import Step, edit_step

FAULTS = ("lost answer", "cut off", "error", "busy", "consent", "not open", "closed", "hotel",
          "silent hotel")  # fmt: skip

NOT_OPEN = {"code": "not_open", "detail": "Not now."}


class Server:
    """What stands at each address, and what goes wrong next. Same answers as `edit_step` gives."""

    def __init__(self, person: str) -> None:
        self.owner = person
        self.reset()

    def reset(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.signed_in: str | None = self.owner
        self.faults: list[str] = []
        self.accepted: list[tuple[str, int]] = []
        self.asked: list[str] = []  # the address of each write that came, in order
        self.told: set[tuple[str, int, int]] = set()  # what the phone has read to be kept
        self.again: list[tuple[str, int, int]] = []  # what of it came once more

    def answer(self, route: Route) -> None:
        writes = route.request.method != "GET"
        if writes:
            self.asked.append(urlsplit(route.request.url).path)
        fault = self.faults.pop(0) if self.faults else ""
        early = {
            "cut off": lambda: route.abort(),
            "error": lambda: _say(route, 502, {}),
            "busy": lambda: _say(route, 429, {"code": "slow_down"}),
            "consent": lambda: _say(route, 403, {"code": "consent_pending", "detail": "Not yet."}),
            # It opens by itself later, and never.
            "not open": lambda: _say(route, 409, NOT_OPEN, {"Retry-After": "600"}),
            "closed": lambda: _say(route, 409, NOT_OPEN),
            # What stands between a guest and the network answers everything with 200.
            "hotel": lambda: route.fulfill(status=200, body="<html>Welcome to our hotel</html>"),
            "silent hotel": lambda: route.fulfill(status=200, body=""),
        }
        if fault in early:
            early[fault]()
            return
        status, body = self._judge(route)
        if fault == "lost answer":
            route.abort()
            return
        if writes and route.request.method == "PUT":
            self._note(route, status)
        _say(route, status, body)

    def _note(self, route: Route, status: int) -> None:
        """Nobody sends again what they were told is kept: not from another tab either."""
        body = json.loads(route.request.post_data or "")
        sent = (urlsplit(route.request.url).path, body["edit"], body["save"])
        if sent in self.told:
            self.again.append(sent)
        if status < 300:
            self.told.add(sent)

    def _judge(self, route: Route) -> tuple[int, dict[str, Any]]:
        request = route.request
        path = urlsplit(request.url).path
        if self.signed_in is None:
            return 401, {"code": "not_signed_in", "detail": "Please sign in."}
        if path == "/api/v1/session/":
            return 200, {"person": self.signed_in, "csrf": "x"}
        if request.headers.get("x-person") != self.signed_in:
            return 401, {"code": "not_signed_in", "detail": "Please sign in."}
        if request.method == "GET":
            row = self.rows.get(path)
            return (200, {"version": row["edit"]}) if row else (404, {"code": "not_found"})
        if request.method == "DELETE":
            return self._void(path)
        return self._put(path, json.loads(request.post_data or "{}"))

    def _void(self, path: str) -> tuple[int, dict[str, Any]]:
        row = self.rows.get(path)
        if row is None:
            return 404, {"code": "not_found"}
        row["voided"] = True
        return 204, {}

    def _put(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        edit, value = body["edit"], body["value"]
        row = self.rows.get(path)
        if row and row["voided"]:
            return 409, {"code": "voided", "detail": "Taken back."}
        if row:
            step = edit_step(stored_edit=row["edit"], edit=edit, same_body=row["value"] == value)
            if step is Step.CONFLICT:
                return 409, {"code": "edit_conflict", "detail": "Changed elsewhere."}
            if step is Step.KEEP:
                return 200, {"version": row["edit"]}
        if value < 0:
            return 400, {"value": ["Not below zero."]}
        self.rows[path] = {"edit": edit, "value": value, "voided": False}
        self.accepted.append((path, edit))
        return (200 if row else 201), {"version": edit}

    def elsewhere(self, path: str, value: int) -> None:
        """The same person corrects the entry on another device."""
        row = self.rows[path]
        row |= {"edit": row["edit"] + 1, "value": value}
        self.accepted.append((path, row["edit"]))


def _say(
    route: Route, status: int, body: dict[str, Any], more: dict[str, str] | None = None
) -> None:
    headers = {"X-Request-Id": "model", **(more or {})}
    if status == 204:
        route.fulfill(status=204, headers=headers)
    else:
        route.fulfill(status=status, headers=headers, json=body)
