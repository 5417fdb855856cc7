"""A browser whose memory outlives it, and that can die at once, as a battery does."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright

from bench.browser import ARGUMENTS, CHROMIUM
from tests import cast
from tests.browser.conftest import PHONE, _session_cookie


class Telephone:
    """A browser whose memory outlives it."""

    def __init__(self, playwright: Playwright, home: Path, url: str, person: Any) -> None:
        self.playwright, self.home, self.url, self.person = playwright, home, url, person

    def on(self, watch: Any) -> Page:
        self.context: BrowserContext = self.playwright.chromium.launch_persistent_context(
            self.home, executable_path=CHROMIUM, args=[*ARGUMENTS], base_url=self.url, **PHONE
        )
        self.context.set_default_timeout(20_000)
        self.context.add_cookies([_session_cookie(self.person, self.url)])
        page = self.context.new_page()
        watch.over(page)
        page.clock.set_fixed_time(cast.NOW)
        return page

    def die(self) -> None:
        """SIGKILL to every process of this browser."""
        mine = [int(entry.name) for entry in Path("/proc").iterdir() if self._is_mine(entry)]
        assert mine
        for number in mine:
            os.kill(number, signal.SIGKILL)
        while any(self._is_mine(Path("/proc") / str(number)) for number in mine):
            time.sleep(0.05)
        for lock in self.home.glob("Singleton*"):
            lock.unlink()

    def _is_mine(self, entry: Path) -> bool:
        try:
            return (
                entry.name.isdigit() and str(self.home).encode() in (entry / "cmdline").read_bytes()
            )
        except OSError:
            return False
