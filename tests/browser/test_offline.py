"""Without a network: help opens, an honest page for the rest, and nothing personal is kept."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests import cast
from tests.browser.access import assert_accessible

READY = """async () => {
  await navigator.serviceWorker.ready;
  return !!navigator.serviceWorker.controller
    || new Promise(done => navigator.serviceWorker.addEventListener(
      'controllerchange', () => done(true)));
}"""
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys())
      found.push(new URL(request.url).pathname);
  return found;
}"""


def test_help_opens_offline_and_nothing_personal_is_kept(open_page: Any, watch: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.goto("/today/")
    assert page.evaluate(READY)
    for address in ("/today/", "/log/", "/history/", "/me/", "/help-now/", "/offline/"):
        page.goto(address)
    kept = set(page.evaluate(KEPT))
    assert {"/help-now/", "/offline/"} <= kept
    assert {path for path in kept if not path.startswith("/static/")} == {"/help-now/", "/offline/"}

    page.context.set_offline(True)
    watch.allow("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED")
    page.goto("/help-now/")
    expect(page.get_by_role("heading", name="Help now")).to_be_visible()
    expect(page.get_by_role("link", name="120")).to_have_attribute("href", "tel:120")
    assert_accessible(page)
    page.goto("/today/")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Help now works without a connection").tap()
    expect(page.get_by_role("heading", name="Help now")).to_be_visible()
    page.goto("/offline/")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    page.context.set_offline(False)
    page.goto("/today/")
    expect(page.get_by_text("Week 7 of 12")).to_be_visible()
