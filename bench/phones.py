"""Phones: each a thread with a connection of its own that sends as fast as it is answered."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

Send = Callable[["Phone"], None]


@dataclass
class Phone:
    """One person's phone; `took` are its requests in seconds."""

    port: int
    token: str
    took: list[float] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def put(self, path: str, body: dict[str, object], *, counted: bool = False) -> int:
        """How many statements the server sent, where asked for. SystemExit unless 200 or 201."""
        headers = {"Content-Type": "application/json", "X-Session-Token": self.token}
        if counted:
            headers["X-Count-Statements"] = "1"
        return self._ask("PUT", path, json.dumps(body), headers)

    def get(self, path: str) -> None:
        self._ask("GET", path, None, {"Cookie": f"sessionid={self.token}"})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> int:
        began = time.perf_counter()
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        said = answer.read()
        self.took.append(time.perf_counter() - began)
        if answer.status not in (200, 201):
            raise SystemExit(f"bench: {method} {path} was answered {answer.status}: {said[:300]!r}")
        return int(answer.headers.get("X-Statements", 0))


def entry(number: int) -> dict[str, object]:
    """A walk as a phone sends it, an hour earlier with each `number`."""
    began = datetime.now(UTC) - timedelta(hours=2 + number)
    return {
        "modality": "aerobic", "activity": "fast_walking", "started_at": began.isoformat(),
        "duration_min": 35, "mood_before": 4, "mood_after": 6, "feeling": 2, "effort": 4,
        "hr_before_bpm": 72, "hr_after_bpm": 98, "hr_mean_bpm": 112, "hr_max_bpm": 131,
        "steps": 4100, "distance_m": 3050.5, "symptoms": [], "notes": "Along the river.",
        "device_time": (began + timedelta(minutes=36)).isoformat(),
    }  # fmt: skip


def log(phone: Phone) -> None:
    phone.put(f"/api/v1/workouts/{uuid.uuid4()}/", {"edit": 1, **entry(next(phone.numbers))})


def insert(phone: Phone) -> None:
    phone.put(f"/bare/{uuid.uuid4()}/", {"edit": 1, **entry(next(phone.numbers))})


def for_seconds(phones: Sequence[Phone], send: Send, seconds: float) -> float:
    """All phones send for a while; requests answered a second."""
    before = sum(len(phone.took) for phone in phones)
    until = time.perf_counter() + seconds

    def work(phone: Phone) -> None:
        while time.perf_counter() < until:
            send(phone)

    spent = _together(phones, work)
    return (sum(len(phone.took) for phone in phones) - before) / spent


def times(phones: Sequence[Phone], send: Send, number: int) -> float:
    """Each phone sends `number` times; seconds until the last was answered."""

    def work(phone: Phone) -> None:
        for _ in range(number):
            send(phone)

    return _together(phones, work)


def _together(phones: Sequence[Phone], work: Send) -> float:
    failed: list[BaseException] = []

    def guarded(phone: Phone) -> None:
        try:
            work(phone)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(phone,)) for phone in phones]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return time.perf_counter() - began


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
