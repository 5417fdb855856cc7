"""Bytes over the wire: Today's first and repeat visit, the worker's precache, the day's pages."""

from __future__ import annotations

import gzip
from http.client import HTTPConnection
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from bench.browser import PHONE, chromium, sign_in
from bench.lines import Line
from bench.site import ROOT, Site
from bench.wire import Wire, counted

FIRST_LIMIT, REPEAT_LIMIT, PRECACHE_LIMIT, SCRIPTS_LIMIT = 60_000, 12_000, 150_000, 30_000
# A browser with a window also fetches these two; a headless one does not by itself.
WINDOW_DRESSING = """() => Promise.all(
  [...document.querySelectorAll('link[rel=icon], link[rel=manifest]')]
    .map(link => fetch(link.href).then(answer => answer.text())))"""
UNPACKED = """async () => {
  const page = (await (await fetch(location.href)).blob()).size;
  return page + performance.getEntriesByType('resource')
    .reduce((sum, entry) => sum + entry.decodedBodySize, 0);
}"""
KEPT = """async () => {
  await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 400; tries += 1) {
    const note = await (await caches.open('notes')).match('/note/fetched');
    if (note && await note.text()) break;
    await new Promise(done => setTimeout(done, 50));
  }
  let sizes = 0;
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const answer of await cache.matchAll()) sizes += (await answer.blob()).size;
  }
  return sizes;
}"""


def run(site: Site) -> list[Line]:
    """Limits: first visit 60 KB, repeat visit 12 KB, the service worker's precache 150 KB, all
    scripts together 30 KB. What a signed-in phone fetches for the day, twice a day at most, is
    shown beside them."""
    with counted(site.port) as wire, chromium() as browser:
        cookies = _signed_in(browser, wire)
        first, unpacked = _visit_without_worker(browser, wire, cookies)
        both, repeat, stored = _visits_with_worker(browser, wire, cookies)
        precache = _nobodys(browser, wire, "allow") - _nobodys(browser, wire, "block")
    kept = both - first
    return [
        Line("Today, first visit", first, "B", first / unpacked, "unpacked", FIRST_LIMIT),
        Line("Today, repeat visit", repeat, "B", repeat / first, "the first visit", REPEAT_LIMIT),
        Line("precache, once a version", precache, "B", precache / kept, "all that is kept",
             PRECACHE_LIMIT),
        Line("the day's pages", kept - precache, "B", kept / stored, "unpacked, precache and all"),
        _scripts(site),
    ]  # fmt: skip


def _scripts(site: Site) -> Line:
    """Every script of the site, packed one by one as it is sent; the service worker as well."""
    texts = [path.read_bytes() for path in sorted((ROOT / "static").rglob("*.js"))]
    connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
    connection.request("GET", "/sw.js")
    texts.append(connection.getresponse().read())
    connection.close()
    packed = sum(len(gzip.compress(text, 9)) for text in texts)
    unpacked = sum(len(text) for text in texts)
    return Line("all scripts, packed", packed, "B", packed / unpacked, "unpacked", SCRIPTS_LIMIT)


def _signed_in(browser: Browser, wire: Wire) -> Any:
    """The cookies of a signed-in participant; what was fetched meanwhile is forgotten."""
    context = browser.new_context(service_workers="block", **PHONE)
    sign_in(context.new_page(), wire.url)
    cookies = context.cookies()
    context.close()
    return cookies


def _new_context(browser: Browser, cookies: Any, workers: Any) -> BrowserContext:
    context = browser.new_context(service_workers=workers, **PHONE)
    context.add_cookies(cookies)
    return context


def _visit_without_worker(browser: Browser, wire: Wire, cookies: Any) -> tuple[int, int]:
    context = _new_context(browser, cookies, "block")
    page = context.new_page()
    before = wire.received
    page.goto(f"{wire.url}/today/", wait_until="networkidle")
    page.evaluate(WINDOW_DRESSING)
    taken = wire.since(before)
    unpacked = int(page.evaluate(UNPACKED))
    context.close()
    return taken, unpacked


def _nobodys(browser: Browser, wire: Wire, workers: Any) -> int:
    """A visit by nobody, for whom no page is kept."""
    context = _new_context(browser, [], workers)
    page = context.new_page()
    before = wire.received
    page.goto(f"{wire.url}/account/login/", wait_until="networkidle")
    if workers == "allow":
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_timeout(500)
    taken = wire.since(before)
    context.close()
    return taken


def _visits_with_worker(browser: Browser, wire: Wire, cookies: Any) -> tuple[int, int, int]:
    context = _new_context(browser, cookies, "allow")
    page = context.new_page()
    before = wire.received
    page.goto(f"{wire.url}/today/", wait_until="networkidle")
    page.evaluate(WINDOW_DRESSING)
    stored = int(page.evaluate(KEPT))
    page.wait_for_timeout(500)
    both = wire.since(before)
    before = wire.received
    page.goto(f"{wire.url}/today/", wait_until="networkidle")
    page.evaluate(WINDOW_DRESSING)
    page.wait_for_timeout(500)
    repeat = wire.since(before)
    context.close()
    return both, repeat, stored
