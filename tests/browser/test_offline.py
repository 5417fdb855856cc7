"""Without a network: the day's pages open within a second, and nobody sees another's."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from exdep_site.pages import offline
from logging_app.models import SleepNight, Workout
from logging_app.services import record_workout
from tests import cast
from tests.browser.access import assert_accessible
from tests.browser.offline import NO_NETWORK, kept, personal, take_along, until_sent, waiting
from tests.browser.steps import choose, sign_in

PAGES = ("/today/", "/log/", "/sleep/", "/sleep/2026-03-18/", "/sleep/2026-03-11/", "/history/",
         "/assessments/", "/unsent/")  # fmt: skip


def phone(open_page: Any, **options: Any) -> Page:
    """A phone whose clock shows what the server's does."""
    page: Page = open_page(**options)
    page.clock.set_fixed_time(cast.NOW)
    return page


def sign_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.get_by_role("button", name="Sign out").tap()
    expect(page.get_by_label("E-mail or study code")).to_be_visible()


@pytest.mark.usefixtures("questionnaires_kept")
def test_pages_of_the_day_open_offline(open_page: Any, watch: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    take_along(page)
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK)
    for address in PAGES:
        page.goto(address, wait_until="domcontentloaded")
        expect(page.get_by_role("heading", level=1)).not_to_have_text("No connection")
    page.goto("/today/")
    expect(page.get_by_text("Week 7 of 12")).to_be_visible()
    expect(
        page.get_by_text(re.compile(r"As of \d\d:\d\d\. There is no connection"))
    ).to_be_visible()
    assert_accessible(page)
    page.evaluate("window.read = true")
    with page.expect_event("requestfailed"):
        page.evaluate("dispatchEvent(new Event('online'))")
    assert page.evaluate("window.read"), "nothing came through, so the page is left as it is"

    page.goto("/me/")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Help now works without a connection").tap()
    expect(page.get_by_role("heading", name="Help now")).to_be_visible()
    expect(page.get_by_role("link", name="120")).to_have_attribute("href", "tel:120")
    assert_accessible(page)
    page.context.set_offline(False)
    page.goto("/today/")
    expect(page.get_by_text("Week 7 of 12")).to_be_visible()
    expect(page.get_by_text("There is no connection")).to_be_hidden()


@pytest.mark.usefixtures("questionnaires_kept")
def test_questions_about_harm_are_not_kept(open_page: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    take_along(page)
    for rest in ("2/", "3/", "check/"):
        page.goto(f"/assessments/week-6/hdrs17-self/{rest}")
    page.goto("/today/")
    everything = {path for paths in kept(page).values() for path in paths}
    assert "/assessments/week-6/hdrs17-self/2/" in everything
    assert "/assessments/week-6/hdrs17-self/3/waits/" in everything
    alerting = {f"/assessments/week-6/{at}/" for at in ("hdrs17-self/3", "phq9/9")}
    assert not everything & {*alerting, "/assessments/week-6/hdrs17-self/check/"}


def test_nothing_personal_is_kept_after_signing_out(open_page: Any, watch: Any) -> None:
    cast.participant()
    page: Page = open_page()
    sign_in(page, "patient@example.org")
    expect(page).to_have_url(re.compile("/today/$"))
    take_along(page)
    assert len(personal(page)) == 1
    sign_out(page)
    assert personal(page) == {}
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK)
    page.goto("/today/")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()


def test_signing_out_without_a_network_takes_the_pages_away(open_page: Any, watch: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    take_along(page)
    page.goto("/account/logout/")
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK)
    page.get_by_role("button", name="Sign out").tap()
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    assert personal(page) == {}


def test_another_persons_pages_are_never_shown(
    open_page: Any, watch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one before left without signing out, and the network is as slow as can be."""
    monkeypatch.setattr(offline, "PATIENCE_MS", 1)
    first, second = cast.participant(), cast.participant("other")
    page: Page = open_page(sign_in=first.user)
    take_along(page)
    mine = set(personal(page))
    Session.objects.all().delete()
    page.goto("/account/login/")
    page.get_by_label("E-mail or study code").fill("other@example.org")
    page.get_by_label("Password", exact=True).fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).tap()
    expect(page).to_have_url(re.compile("/today/$"))
    page.goto("/me/")
    expect(page.get_by_text(second.study_id)).to_be_visible()
    page.goto("/today/")
    theirs = set(personal(page))
    assert len(theirs) == 1
    assert theirs.isdisjoint(mine)


def test_a_slow_page_is_shown_as_it_was_and_then_as_it_is(
    open_page: Any, watch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offline, "PATIENCE_MS", 1)
    person: Any = cast.participant()
    page: Page = open_page(sign_in=person.user)
    take_along(page)
    record_workout(
        participant=person, uuid=uuid4(), by=person.user, now=cast.NOW,
        entry={"modality": "aerobic", "activity": "jogging", "started_at": cast.NOW,
               "duration_min": 25},
    )  # fmt: skip
    page.goto("/history/")
    expect(page.get_by_role("heading", name="Nothing here yet")).to_have_count(0)
    expect(page.get_by_role("link", name="25 minutes")).to_be_visible()


def test_saved_is_not_said_again(open_page: Any, watch: Any) -> None:
    """A page that says "Saved" is kept without it."""
    page: Page = open_page(sign_in=cast.participant().user)
    take_along(page)
    page.goto("/sleep/2026-03-18/")
    choose(page, "How well did you sleep?", "6")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    page.goto("/history/")
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK)
    page.goto("/today/")
    expect(page.get_by_text("There is no connection")).to_be_visible()
    expect(page.get_by_text("Saved. Thank you.")).to_have_count(0)


def test_entries_wait_and_go_when_the_network_returns(open_page: Any, watch: Any) -> None:
    page = phone(open_page, sign_in=cast.participant().user)
    take_along(page)
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK)
    page.goto("/log/")
    choose(page, "Mood now, after", "6")
    page.get_by_label("Anything you would like to add").fill("no signal on the hill")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("heading", name="On this phone")).to_be_visible()
    expect(page.get_by_text("Not yet sent.", exact=True)).to_be_visible()
    assert_accessible(page)

    page.get_by_role("link", name="Look or change").tap()
    expect(page.get_by_text("This is on this phone and not yet sent.")).to_be_visible()
    expect(page.get_by_label("Anything you would like to add")).to_have_value(
        "no signal on the hill"
    )
    expect(page.get_by_role("group", name="Mood now, after").get_by_label("6")).to_be_checked()
    page.get_by_label("How many minutes?").fill("55")
    page.clock.set_fixed_time(cast.NOW + timedelta(minutes=5))
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("heading", name="On this phone")).to_be_visible()
    (row,) = waiting(page)
    assert (row["edit"], row["body"]["duration_min"]) == (2, 55)
    assert row["body"]["device_time"] == "2026-03-18T12:00:00+08:00"  # when it was first written

    page.goto("/sleep/2026-03-18/")
    choose(page, "How well did you sleep?", "3")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("heading", name="On this phone")).to_be_visible()
    page.goto("/today/")
    expect(page.get_by_text("2 entries are on this phone, not yet sent.")).to_be_visible()
    assert_accessible(page)
    assert not Workout.objects.exists()

    page.context.set_offline(False)
    until_sent(page)
    expect(page.get_by_text("not yet sent")).to_be_hidden()
    workout, night = Workout.objects.get(), SleepNight.objects.get()
    assert (workout.duration_min, workout.mood_after, workout.edit) == (55, 6, 2)
    assert night.quality == 3
    assert None not in (workout.device_time, night.device_time)
    assert waiting(page) == []


def test_new_entry_on_a_kept_page_has_a_number_and_a_time_of_its_own(
    open_page: Any, watch: Any
) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.clock.install(time=cast.NOW)
    take_along(page)
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK)
    for minutes in ("20", "30"):
        page.clock.fast_forward("01:00:00")
        page.goto("/log/")
        page.get_by_label("How many minutes?").fill(minutes)
        page.get_by_role("button", name="Save").tap()
        expect(page.get_by_role("heading", name="On this phone")).to_be_visible()
    first, second = sorted(waiting(page), key=lambda row: row["seq"])
    assert first["url"] != second["url"]
    assert [first["body"]["duration_min"], second["body"]["duration_min"]] == [20, 30]
    assert first["body"]["started_at"] < second["body"]["started_at"]


def test_signing_out_with_unsent_entries_warns_and_keeps_them(open_page: Any, watch: Any) -> None:
    cast.participant("other")
    cast.participant()
    page = phone(open_page)
    sign_in(page, "patient@example.org")
    take_along(page)
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK)
    page.goto("/log/")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("heading", name="On this phone")).to_be_visible()
    page.route("**/api/v1/**", lambda route: route.abort())
    with page.expect_navigation():
        page.context.set_offline(False)
    page.goto("/account/logout/")
    expect(page.get_by_text("Something you saved is still only on this phone.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Sign out").tap()
    expect(page.get_by_label("E-mail or study code")).to_be_visible()

    page.unroute("**/api/v1/**")
    sign_in(page, "other@example.org")
    expect(page).to_have_url(re.compile("/today/$"))
    expect(page.get_by_text("not yet sent")).to_be_hidden()
    page.goto("/unsent/")
    expect(page.get_by_text("Nothing waits here")).to_be_visible()
    assert not Workout.objects.exists()
    sign_out(page)

    sign_in(page, "patient@example.org")
    expect(page).to_have_url(re.compile("/today/$"))
    page.goto("/unsent/")
    expect(page.get_by_text("Nothing waits here")).to_be_visible()
    workout: Any = Workout.objects.get()
    assert workout.participant.user.email == "patient@example.org"
