"""A real browser against the live server: the system's Chromium, a phone's viewport, and a watch.

The watch fails a test for anything the browser complains of: a console error, a broken policy, a
failed request, a request to another host. A test that means one to happen says so beforehand.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from bench.browser import ARGUMENTS, CHROMIUM
from bench.browser import PHONE as SCREEN
from core import clock
from exdep_site.pages import offline
from tests import cast

pytest.register_assert_rewrite("tests.browser.watch", "tests.browser.access")
from tests.browser.watch import Watch  # noqa: E402

PHONE: dict[str, Any] = {
    **SCREEN,
    "device_scale_factor": 1,
    "locale": "en-GB",
    "timezone_id": "Asia/Shanghai",
    "reduced_motion": "reduce",
}

Open = Callable[..., Page]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs the browser. Without one, a single skipped test says so for all of them."""
    here = Path(__file__).parent
    browser = [item for item in items if here in item.path.parents]
    for item in browser:
        item.add_marker(pytest.mark.browser)
    if CHROMIUM.exists() or os.environ.get("EXDEP_REQUIRE_BROWSER") == "1" or not browser:
        return
    reason = (
        f"NO BROWSER, SO {len(browser)} BROWSER TESTS DID NOT RUN: {CHROMIUM} is missing "
        "(EXDEP_REQUIRE_BROWSER=1 makes this a failure)"
    )
    browser[0].add_marker(pytest.mark.skip(reason=reason))
    config.hook.pytest_deselected(items=browser[1:])
    items[:] = [item for item in items if item not in browser[1:]]


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright's loop runs in this thread, which Django would take for asynchronous code; the
    permission goes when Playwright does."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing; these tests need Chromium")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as started:
        yield started
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One browser for all tests of this package; each test opens contexts of its own."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS])
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def large_text(playwright: Playwright) -> Iterator[Browser]:
    """A browser whose owner set text to 200 %: 32 px where others have 16."""
    size = "--blink-settings=defaultFontSize=32"
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, size])
    yield browser
    browser.close()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Data files speak English here, whatever the page before this test spoke."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noon in Shanghai on the cast's day, so that no test meets a midnight."""
    monkeypatch.setattr(clock, "now", lambda: cast.NOW)


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service worker waits for the server, however busy the machine: tests mean fresh pages."""
    monkeypatch.setattr(offline, "PATIENCE_MS", 20_000)


@pytest.fixture(autouse=True)
def _light_phone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Questionnaires are most of what a phone takes along; only who answers them waits for them."""
    if "questionnaires_kept" not in request.fixturenames:
        monkeypatch.setattr(offline.phone, "pages", lambda due, *rest: [])


@pytest.fixture
def questionnaires_kept() -> None:
    """Asked for by tests in which the phone takes the questionnaires along too."""


@pytest.fixture(autouse=True)
def _covered(request: pytest.FixtureRequest) -> None:
    """The cast's hospital has two clinicians on duty, so that every question may be asked."""
    if "live_server" in request.fixturenames:
        request.getfixturevalue("live_server")
        cast.cover(cast.site())


@pytest.fixture
def watch(live_server: Any) -> Iterator[Watch]:
    found = Watch(origin=live_server.url)
    yield found
    found.settle()


@pytest.fixture
def open_page(chromium: Browser, live_server: Any, watch: Watch) -> Iterator[Open]:
    """Open a page with nothing in its memory: `open_page(sign_in=user, **context options)`."""
    contexts: list[BrowserContext] = []

    def opened(sign_in: Any = None, browser: Browser = chromium, **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **{**PHONE, **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        if sign_in is not None:
            context.add_cookies([_session_cookie(sign_in, live_server.url)])
        page = context.new_page()
        watch.over(page)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def battery_phone(playwright: Playwright, tmp_path: Path, live_server: Any) -> Iterator[Any]:
    """A phone that can die: `battery_phone(user)`."""
    from tests.browser.telephone import Telephone

    made: list[Telephone] = []

    def of(person: Any) -> Telephone:
        made.append(Telephone(playwright, tmp_path / "phone", live_server.url, person))
        return made[-1]

    yield of
    for telephone in made:
        telephone.context.close()


def _session_cookie(person: Any, url: str) -> Any:
    from django.test import Client

    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}
