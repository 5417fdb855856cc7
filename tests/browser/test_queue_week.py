"""A week without a network, and a phone that dies in the middle of it: all there, once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from bench.browser import ARGUMENTS, CHROMIUM
from logging_app.models import SleepNight, Workout
from tests import cast
from tests.browser.conftest import PHONE, _session_cookie
from tests.browser.offline import NO_NETWORK, take_along, waiting
from tests.browser.steps import choose

MORNINGS = [cast.NOW.date() - timedelta(days=back) for back in range(7)]


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


@pytest.fixture
def telephone(
    playwright: Playwright, tmp_path: Path, live_server: Any, watch: Any
) -> Iterator[Telephone]:
    made = Telephone(playwright, tmp_path / "phone", live_server.url, cast.participant().user)
    yield made
    made.context.close()


def save(page: Page, expected: int) -> None:
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("heading", name="On this phone")).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_have_count(expected)


def workout(page: Page, number: int, expected: int) -> None:
    page.goto("/log/")
    page.get_by_label("How many minutes?").fill(str(20 + number))
    choose(page, "Mood now, after", str(number))
    save(page, expected)


def night(page: Page, number: int, expected: int) -> None:
    page.goto(f"/sleep/{MORNINGS[number]}/")
    choose(page, "How well did you sleep?", str(number))
    save(page, expected)


def test_week_offline_with_a_dying_phone_arrives_once(telephone: Telephone, watch: Any) -> None:
    # A cookie that was not on the disk yet when the phone died is asked for again.
    watch.allow(*NO_NETWORK, "status of 403")
    page = telephone.on(watch)
    take_along(page)
    page.context.set_offline(True)
    for number in range(3):
        workout(page, number, 2 * number + 1)
        night(page, number, 2 * number + 2)
    telephone.die()

    page = telephone.on(watch)
    page.context.set_offline(True)
    page.goto("/today/")
    expect(page.get_by_text("6 entries are on this phone, not yet sent.")).to_be_visible()
    for number in range(3, 5):
        workout(page, number, 2 * number + 1)
        night(page, number, 2 * number + 2)
    night(page, 5, 11)
    night(page, 6, 12)
    telephone.die()
    assert not Workout.objects.exists()

    page = telephone.on(watch)
    page.goto("/unsent/")
    expect(page.get_by_text("Nothing waits here")).to_be_visible(timeout=30_000)
    assert waiting(page) == []
    workouts = Workout.objects.order_by("duration_min")
    assert [(w.duration_min, w.mood_after, w.edit) for w in workouts] == [
        (20 + number, number, 1) for number in range(5)
    ]
    nights = SleepNight.objects.order_by("-date")
    assert [(n.date, n.quality, n.edit) for n in nights] == [
        (morning, number, 1) for number, morning in enumerate(MORNINGS)
    ]
    rows: list[Any] = [*workouts, *nights]
    for row in rows:
        assert row.device_time is not None
        assert row.received_at is not None
