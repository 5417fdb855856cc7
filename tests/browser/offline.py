"""A phone that loses its network, its battery and its patience."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Error, Page

READY = """async () => {
  await navigator.serviceWorker.ready;
  return !!navigator.serviceWorker.controller
    || new Promise(done => navigator.serviceWorker.addEventListener(
      'controllerchange', () => done(true)));
}"""
KEPT = """async () => {
  const found = {};
  for (const name of await caches.keys())
    found[name] = (await (await caches.open(name)).keys()).map(r => new URL(r.url).pathname);
  return found;
}"""
FETCHED = """async () => {
  for (;;) {
    const note = await (await caches.open('notes')).match('/note/fetched');
    if (note && await note.text()) return true;
    await new Promise(done => setTimeout(done, 50));
  }
}"""
ROWS = """() => new Promise((done, fail) => {
  const open = indexedDB.open('week');
  open.onerror = () => fail(open.error);
  open.onsuccess = () => {
    const all = open.result.transaction('rows').objectStore('rows').getAll();
    all.onsuccess = () => { open.result.close(); done(all.result); };
  };
})"""
NO_NETWORK = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED", "navigation preload",
              "net::ERR_CONNECTION_REFUSED", "net::ERR_NETWORK_CHANGED")  # fmt: skip


def take_along(page: Page, address: str = "/today/") -> None:
    """Open a page, and wait until everything that should open without a network is there."""
    page.goto(address)
    assert ask(page, READY)
    page.goto(address)
    assert ask(page, FETCHED)


def ask(page: Page, script: str) -> Any:
    """What the page answers; asked again where it is being drawn anew (a kept page does that)."""
    for _ in range(5):
        try:
            return page.evaluate(script)
        except Error as error:
            if "context was destroyed" not in str(error):
                raise
            page.wait_for_load_state()
    return page.evaluate(script)


def kept(page: Page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = ask(page, KEPT)
    return found


def personal(page: Page) -> dict[str, list[str]]:
    """The caches that hold a person's pages."""
    return {name: pages for name, pages in kept(page).items() if name.startswith("person-")}


def waiting(page: Page) -> list[dict[str, Any]]:
    """The entries on this phone, as its database has them."""
    found: list[dict[str, Any]] = ask(page, ROWS)
    return found


def until_sent(page: Page) -> None:
    """Wait until nothing waits on this phone any more."""
    for _ in range(200):
        if not waiting(page):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"still on the phone: {waiting(page)}")
