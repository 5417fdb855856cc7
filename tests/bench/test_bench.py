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
from bench import wire
from bench.lines import Line, table


def line(value: float, limit: float | None) -> Line:
    return Line("Today", value, "B", value / 100, "the page", limit)


@pytest.mark.parametrize(
    ("value", "limit", "holds"), [(60, 60, True), (60.1, 60, False), (9e9, None, True)]
)
def test_limit_is_the_most_it_may_be(value: float, limit: float | None, holds: bool) -> None:
    assert line(value, limit).holds is holds


def test_table_ends_with_the_ratio() -> None:
    head, kept, broken = table([line(12_000, None), line(61_000, 60_000)]).splitlines()
    assert head.endswith("ratio")
    assert kept.endswith("120.00 of the page")
    assert broken.endswith("60,000 B  610.00 of the page  TOO MUCH")


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
