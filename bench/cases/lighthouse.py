"""Lighthouse on a phone, median of five: sign-in, Today, Log and Sleep."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.browser import ARGUMENTS, CHROMIUM, PHONE, chromium, sign_in
from bench.lines import Line, Row, Skipped
from bench.site import ROOT, Site

HOME = ROOT / "bench"
RUNS = 5
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100}
PAGES = {"Sign-in": "/account/login/", "Today": "/today/", "Log": "/log/?entry={entry}",
         "Sleep": "/sleep/"}  # fmt: skip
WAIT_S = 300
AGAIN = "Please run Lighthouse again"


def run(site: Site) -> list[Row]:
    """Performance at least 95, accessibility and best practices 100."""
    if missing := _missing():
        return [Skipped(f"Lighthouse, {page}", missing) for page in PAGES]
    cookie = _cookie(site)
    lines: list[Row] = []
    for name, path in PAGES.items():
        address = site.url + path.format(entry=uuid.uuid4())
        headers = {} if name == "Sign-in" else {"Cookie": cookie}
        lines += measured(name, [_report(address, headers) for _ in range(RUNS)], address)
    return lines


def measured(name: str, reports: Sequence[Mapping[str, Any]], address: str) -> list[Row]:
    """A line for each category. SystemExit where Lighthouse saw another page, or none."""
    for report in reports:
        if error := report.get("runtimeError"):
            raise SystemExit(f"bench: Lighthouse, {name}: {error['message']}")
        if report["finalDisplayedUrl"] != address:
            raise SystemExit(f"bench: {address} led Lighthouse to {report['finalDisplayedUrl']}")
    return [
        Line(
            f"Lighthouse, {name}: {category}",
            median(round(100 * (report["categories"][category]["score"] or 0))
                   for report in reports),
            "", least=least,
        )
        for category, least in LEAST.items()
    ]  # fmt: skip


def _missing() -> str:
    """What is needed and not there, installing Lighthouse itself on first use."""
    if not (shutil.which("node") and shutil.which("npm")):
        return "node 20 and npm"
    if not CHROMIUM.exists():
        return f"Chromium ({CHROMIUM}; EXDEP_CHROMIUM)"
    if not _program().exists():
        done = _do(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        if done.returncode or not _program().exists():
            return "Lighthouse, which `npm ci` in bench/ could not install"
    return ""


def _program() -> Path:
    return HOME / "node_modules" / ".bin" / "lighthouse"


def _cookie(site: Site) -> str:
    with chromium() as browser:
        page = browser.new_context(**PHONE).new_page()
        sign_in(page, site.url)
        cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    return f"sessionid={cookies['sessionid']}"


def _report(address: str, headers: Mapping[str, str]) -> Any:
    """One report. A browser that has just started may give no trace; Lighthouse then says to run it
    again, and is run again once."""
    words = [
        str(_program()), address, "--quiet", "--output=json", "--no-enable-error-reporting",
        f"--only-categories={','.join(LEAST)}", f"--extra-headers={json.dumps(headers)}",
        f"--chrome-flags=--headless=new {' '.join(ARGUMENTS)}",
    ]  # fmt: skip
    done = _do(words)
    if done.returncode and AGAIN in done.stderr:
        done = _do(words)
    if done.returncode:
        raise SystemExit(f"bench: Lighthouse failed on {address}:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def _do(words: list[str]) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "CHROME_PATH": str(CHROMIUM), "NO_UPDATE_NOTIFIER": "1"}
    return subprocess.run(  # noqa: S603 (our own words)
        words, cwd=HOME, env=env, capture_output=True, text=True, check=False, timeout=WAIT_S
    )
