"""A full disk, a closed database, an update in the middle, an old phone: nothing lost or stuck."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from exdep_site.pages import offline
from logging_app.models import Workout
from tests import cast
from tests.browser import questionnaires as q
from tests.browser.access import assert_accessible
from tests.browser.offline import NO_NETWORK, kept, take_along, waiting
from tests.browser.steps import choose

FULL = """() => {
  IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };
}"""
CLOSED_ONCE = """() => {
  const real = IDBDatabase.prototype.transaction;
  let closed = false;
  IDBDatabase.prototype.transaction = function (...given) {
    if (closed) return real.apply(this, given);
    closed = true;
    throw new DOMException('closing', 'InvalidStateError');
  };
}"""
NO_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"
NO_CHANNEL = "delete self.BroadcastChannel"


def phone(open_page: Any) -> Page:
    page: Page = open_page(sign_in=cast.participant().user)
    page.clock.set_fixed_time(cast.NOW)
    return page


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").tap()


def test_full_phone_saves_online_as_without_script(open_page: Any) -> None:
    page = phone(open_page)
    page.goto("/log/")
    page.evaluate(FULL)
    choose(page, "Mood now, after", "5")
    save(page)
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    assert Workout.objects.get().mood_after == 5


def test_full_phone_says_so_offline_and_keeps_the_page(open_page: Any, watch: Any) -> None:
    page = phone(open_page)
    take_along(page)
    page.goto("/log/")
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK)
    page.evaluate(FULL)
    choose(page, "Mood now, after", "5")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("Write it on paper or take a picture")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("group", name="Mood now, after").get_by_label("5")).to_be_checked()
    assert_accessible(page)
    page.context.set_offline(False)
    save(page)
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    assert Workout.objects.get().mood_after == 5


def test_database_that_was_closed_is_opened_again(open_page: Any, watch: Any) -> None:
    page = phone(open_page)
    take_along(page)
    page.goto("/log/")
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK)
    page.evaluate(CLOSED_ONCE)
    save(page)
    expect(page.get_by_role("heading", name="On this phone")).to_be_visible()
    assert len(waiting(page)) == 1


def test_phone_without_locks_and_channels_sends_as_well(open_page: Any, watch: Any) -> None:
    """iOS 14.5 has neither; two tabs take turns by a lease."""
    page = phone(open_page)
    for lacking in (NO_LOCKS, NO_CHANNEL):
        page.context.add_init_script(lacking)
    page.goto("/log/")
    assert page.evaluate("[typeof navigator.locks, 'BroadcastChannel' in self]") == [
        "undefined",
        False,
    ]
    second = page.context.new_page()
    watch.over(second)
    second.goto("/unsent/")
    save(page)
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    assert Workout.objects.count() == 1
    expect(second.get_by_text("Nothing waits here")).to_be_visible()


def test_server_that_never_answers_holds_nothing_up(open_page: Any) -> None:
    """The person goes on after seconds, the phone gives up after a while and tries again."""
    page: Page = open_page(sign_in=cast.participant().user)
    page.clock.install(time=cast.NOW)
    page.goto("/log/")
    held = q.Held(page, "**/api/v1/workouts/**")
    save(page)
    page.clock.run_for(2_500)
    expect(page.get_by_role("heading", name="On this phone")).to_be_visible()
    expect(page.get_by_text("Not yet sent.", exact=True)).to_be_visible()
    for _ in range(100):
        if len(held.routes) > 1:
            break
        page.wait_for_timeout(50)
    assert waiting(page)[0]["attempts"] == 0
    held.free = True
    page.clock.run_for(20_000)
    until_attempted(page)
    assert not Workout.objects.exists()
    page.clock.run_for(2_500)
    expect(page.get_by_text("Nothing waits here")).to_be_visible()
    assert Workout.objects.count() == 1
    for route in held.routes:
        route.abort()


def until_attempted(page: Page) -> None:
    """Wait until the phone has given up on what it sent."""
    for _ in range(100):
        if waiting(page)[0]["attempts"]:
            return
        page.wait_for_timeout(50)
    raise AssertionError("still waiting for an answer")


def test_what_is_refused_stays_and_can_be_taken_to_the_team(
    open_page: Any, watch: Any, tmp_path: Path
) -> None:
    page = phone(open_page)
    take_along(page)
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK)
    page.goto("/log/")
    page.get_by_label("Anything you would like to add").fill("with the dog")
    page.locator("summary", has_text="Time and heart rate").tap()
    page.get_by_label("When did you start?").fill("2026-03-19T20:00")  # tomorrow
    save(page)
    expect(page.get_by_role("heading", name="On this phone")).to_be_visible()
    watch.expect("status of 400")
    with page.expect_navigation():
        page.context.set_offline(False)
    expect(page.get_by_text("This start lies ahead of us.")).to_be_visible()
    assert_accessible(page)

    with page.expect_download() as taken:
        page.get_by_role("button", name="As a file for the study team").tap()
    taken.value.save_as(tmp_path / "entry.json")
    told = json.loads((tmp_path / "entry.json").read_text())
    assert told["body"]["notes"] == "with the dog"
    assert "ahead of us" in str(told["words"])
    assert told["study_id"]

    page.get_by_role("link", name="Look or change").tap()
    expect(page.get_by_role("alert")).to_contain_text("This start lies ahead of us.")
    expect(page.get_by_label("Anything you would like to add")).to_have_value("with the dog")
    assert_accessible(page)
    page.get_by_label("When did you start?").fill("2026-03-18T10:00")
    save(page)
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    assert Workout.objects.get().notes == "with the dog"
    assert waiting(page) == []


def test_an_entry_is_deleted_only_after_a_warning(open_page: Any, watch: Any) -> None:
    page = phone(open_page)
    take_along(page)
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK)
    page.goto("/log/")
    save(page)
    expect(page.get_by_role("button", name="Delete it for good")).to_be_hidden()
    page.get_by_text("Delete it", exact=True).tap()
    expect(page.get_by_text("this phone will not have it any more")).to_be_visible()
    page.get_by_role("button", name="Delete it for good").tap()
    expect(page.get_by_text("Nothing waits here")).to_be_visible()
    assert waiting(page) == []


def test_update_waits_while_somebody_writes(
    open_page: Any, watch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = phone(open_page)
    take_along(page)
    page.goto("/log/")
    page.get_by_label("Anything you would like to add").fill("half a sentence")
    monkeypatch.setattr(offline, "version", lambda: "newer")
    waits = "navigator.serviceWorker.ready.then(async r => { await r.update(); return true; })"
    assert page.evaluate(waits)
    second = page.context.new_page()
    watch.over(second)
    second.goto("/history/")
    second.wait_for_function(
        "navigator.serviceWorker.getRegistration().then(r => !!r.waiting)", timeout=10_000
    )
    second.goto("/today/")
    second.wait_for_timeout(1500)
    assert "week-unhashed" in kept(second)
    expect(page.get_by_label("Anything you would like to add")).to_have_value("half a sentence")

    save(page)
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    second.goto("/history/")
    second.wait_for_function(
        "caches.keys().then(names => !names.includes('week-unhashed'))", timeout=10_000
    )
    assert "week-newer" in kept(second)
