"""The benchmarks' own arithmetic: limits, the table, the count of bytes, the exit status."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench import __main__ as program
from bench import databases, phones, wire
from bench.cases import reads, script_size
from bench.lines import Line, Skipped, table
from bench.phones import Phone
from bench.site import Site


def line(value: float, limit: float | None) -> Line:
    return Line("Today", value, "B", value / 100, "the page", limit=limit)


@pytest.mark.parametrize(
    ("value", "limit", "holds"), [(60, 60, True), (60.1, 60, False), (9e9, None, True)]
)
def test_limit_is_the_most_it_may_be(value: float, limit: float | None, holds: bool) -> None:
    assert line(value, limit).holds is holds


@pytest.mark.parametrize(
    ("limits", "holds"),
    [
        ({"least": 50}, True), ({"least": 51}, False),
        ({"ratio_least": 0.5}, True), ({"ratio_least": 0.51}, False),
        ({"ratio_limit": 0.5}, True), ({"ratio_limit": 0.49}, False),
    ],
)  # fmt: skip
def test_every_kind_of_limit_is_kept_at_its_border(limits: dict[str, float], holds: bool) -> None:
    assert Line("", 50, "/s", 0.5, "bare", **limits).holds is holds


def test_what_is_skipped_says_what_it_needs_and_breaks_nothing() -> None:
    skipped = Skipped("reads", "a PostgreSQL server")
    assert skipped.holds
    assert table([skipped]).splitlines()[-1].split() == [
        "reads", "SKIPPED", "needs", "a", "PostgreSQL", "server",
    ]  # fmt: skip


def test_cases_are_found_by_their_files() -> None:
    assert set(program._cases()) == {
        "lighthouse", "page_weight", "reads", "script_size", "writes",
    }  # fmt: skip


def test_scripts_keep_to_their_limit() -> None:
    (measured,) = script_size.run(Site(0))
    assert measured.holds, measured
    assert {"sw.js"} <= {path.name for path in script_size.scripts()}


def test_without_postgres_the_reads_are_skipped_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "SERVER", "postgres://127.0.0.1:1/postgres")
    (skipped,) = reads.run(Site(0))
    assert skipped == Skipped("Today and history, 20,000 participants", databases.NEEDS)


def test_phones_tell_how_long_they_waited() -> None:
    asked: list[int] = []

    class Still(Phone):
        def put(self, path: str, body: dict[str, object], *, counted: bool = False) -> int:
            asked.append(json.loads(json.dumps(body))["duration_min"])
            self.took.append(0.01 * len(asked))
            return 0

    crowd = [Still(1, "a"), Still(1, "b")]
    phones.times(crowd, phones.log, 3)
    assert [len(phone.took) for phone in crowd] == [3, 3]
    assert asked == [35] * 6
    assert phones.quantile([0.5, 0.1, 0.9], 0.99) == 0.9
    assert phones.quantile([0.5, 0.1, 0.9], 0.5) == 0.5


def test_table_ends_with_the_ratio() -> None:
    head, kept, broken = table([line(12_000, None), line(61_000, 60_000)]).splitlines()
    assert head.endswith("ratio")
    assert kept.endswith("120.00 of the page")
    assert broken.endswith("≤ 60,000 B  610.00 of the page  NOT KEPT")


@pytest.mark.parametrize(("limit", "status"), [(100, 0), (50, 1)])
def test_status_is_1_where_a_limit_is_broken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any, limit: float, status: int
) -> None:
    @contextmanager
    def nothing() -> Any:
        yield None

    monkeypatch.setattr(program, "served", nothing)
    monkeypatch.setattr(program, "OUT", tmp_path)
    monkeypatch.setattr(program, "_cases", lambda: {"weight": lambda site: [line(80, limit)]})
    assert program.main(["weight"]) == status
    assert "80 B" in capsys.readouterr().out
    kept = json.loads((tmp_path / "weight.json").read_text("utf-8"))
    assert [entry["holds"] for entry in kept["lines"]] == [status == 0]


def test_unknown_name_is_refused_with_those_there_are(capsys: Any) -> None:
    with pytest.raises(SystemExit) as stopped:
        program.main(["nonsense"])
    assert stopped.value.code == 2
    assert "page_weight" in capsys.readouterr().err


def test_wire_counts_what_comes_back_and_not_what_is_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            near, _address = server.accept()
            with near:
                near.recv(1000)
                near.sendall(b"x" * 150_000)

        threading.Thread(target=answer, daemon=True).start()
        with wire.counted(server.getsockname()[1]) as counted:
            with socket.create_connection(("127.0.0.1", counted.port)) as browser:
                browser.sendall(b"GET / HTTP/1.1\r\n\r\n")
                received = 0
                while data := browser.recv(65_536):
                    received += len(data)
            assert received == 150_000
            assert counted.received == 150_000
