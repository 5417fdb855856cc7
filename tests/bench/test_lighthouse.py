"""What is made of Lighthouse's reports, without Lighthouse."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from bench.cases import lighthouse
from bench.lines import Line, Skipped
from bench.site import ROOT, Site

ADDRESS = "http://localhost:8000/today/"


def report(performance: float | None, *, accessibility: float = 1, **more: Any) -> dict[str, Any]:
    scores = {"performance": performance, "accessibility": accessibility, "best-practices": 1}
    return {
        "finalDisplayedUrl": ADDRESS,
        "categories": {name: {"score": score} for name, score in scores.items()},
        **more,
    }


def test_each_category_is_the_median_of_its_runs() -> None:
    runs = [report(0.7), report(0.96), report(0.95), report(1), report(0.94)]
    found = {line.what: line for line in lighthouse.measured("Today", runs, ADDRESS)}
    performance = found["Lighthouse, Today: performance"]
    assert isinstance(performance, Line)
    assert performance.value == 95
    assert all(line.holds for line in found.values())
    assert len(found) == 3


@pytest.mark.parametrize(
    ("made", "broken"),
    [
        (report(0.94), "performance"),
        (report(1, accessibility=0.99), "accessibility"),
        (report(None), "performance"),
    ],
)
def test_one_point_less_breaks_the_limit(made: dict[str, Any], broken: str) -> None:
    lines = lighthouse.measured("Today", [made] * 5, ADDRESS)
    assert [line.what for line in lines if not line.holds] == [f"Lighthouse, Today: {broken}"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"finalDisplayedUrl": "http://localhost:8000/account/login/"}, "led Lighthouse to"),
        ({"runtimeError": {"code": "NO_FCP", "message": "nothing was painted"}}, "painted"),
    ],
)
def test_another_page_or_none_is_no_figure(more: dict[str, Any], said: str) -> None:
    with pytest.raises(SystemExit, match=said):
        lighthouse.measured("Today", [report(1, **more)], ADDRESS)


def test_without_node_each_page_is_skipped_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    lines = lighthouse.run(Site(0))
    assert lines == [
        Skipped(f"Lighthouse, {page}", "node 20 and npm")
        for page in ("Sign-in", "Today", "Log", "Sleep")
    ]


def test_its_version_is_pinned_with_hashes() -> None:
    asked = json.loads((ROOT / "bench" / "package.json").read_text("utf-8"))
    locked = json.loads((ROOT / "bench" / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in locked["packages"].items() if name}
    version = asked["dependencies"]["lighthouse"]
    assert version.startswith("12.")
    assert packages["node_modules/lighthouse"]["version"] == version
    assert [name for name, entry in packages.items() if not entry.get("integrity")] == []


@pytest.mark.parametrize(
    ("answers", "given"),
    [
        (["no trace. Please run Lighthouse again.", ""], True),
        (["no trace. Please run Lighthouse again."] * 2, False),
        (["the page did not load"], False),
    ],
)
def test_lighthouse_is_run_again_once_where_it_asks_for_it(
    monkeypatch: pytest.MonkeyPatch, answers: list[str], given: bool
) -> None:
    left = list(answers)

    def do(words: list[str]) -> subprocess.CompletedProcess[str]:
        said = left.pop(0)
        return subprocess.CompletedProcess(words, int(bool(said)), json.dumps(report(1)), said)

    monkeypatch.setattr(lighthouse, "_do", do)
    if given:
        assert lighthouse._report(ADDRESS, {}) == report(1)
    else:
        with pytest.raises(SystemExit, match="Lighthouse failed on"):
            lighthouse._report(ADDRESS, {})
    assert left == []
