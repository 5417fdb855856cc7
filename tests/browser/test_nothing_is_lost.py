"""Mistakes, impatience, the back button, a sign-in that ended: what was typed stays."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from core import clock
from logging_app.models import Workout
from tests import cast
from tests.browser.access import assert_accessible
from tests.browser.steps import choose

ENTRY = re.compile(r"/log/[0-9a-f-]{36}/$")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").tap()


def test_errors_lead_to_their_fields_and_keep_the_rest(open_page: Any, watch: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.goto("/log/")
    choose(page, "Mood before", "3")
    page.get_by_label("How many minutes?").fill("999")
    page.locator("summary", has_text="Time and heart rate").tap()
    page.get_by_label("Mean heart rate").fill("150")
    page.get_by_label("Highest heart rate").fill("120")
    page.get_by_label("Anything you would like to add").fill("windy by the river")
    watch.expect("status of 400")
    save(page)

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Something needs another look")
    assert_accessible(page)
    summary.get_by_role("link", name="How many minutes?").tap()
    expect(page.get_by_label("How many minutes?")).to_be_focused()
    expect(page.get_by_label("How many minutes?")).to_have_value("999")
    expect(page.get_by_label("Anything you would like to add")).to_have_value("windy by the river")
    expect(page.get_by_role("group", name="Mood before").get_by_label("3")).to_be_checked()

    page.get_by_label("How many minutes?").fill("45")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("mean heart rate cannot be above")
    expect(page.get_by_label("Mean heart rate")).to_be_visible()
    page.get_by_label("Highest heart rate").fill("160")
    save(page)
    expect(page).to_have_url(ENTRY)
    workout = Workout.objects.get()
    assert (workout.duration_min, workout.hr_mean_bpm, workout.mood_before) == (45, 150, 3)


def test_double_tap_saves_one_row(open_page: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.goto("/log/")
    page.get_by_role("button", name="Save").dblclick()
    expect(page).to_have_url(ENTRY)
    page.goto("/history/")
    assert Workout.objects.count() == 1


def test_back_after_saving_corrects_the_same_entry(open_page: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.goto("/log/")
    choose(page, "Mood now, after", "6")
    save(page)
    expect(page).to_have_url(ENTRY)
    page.go_back()
    expect(page.get_by_role("heading", name="Change an entry")).to_be_visible()
    expect(page.get_by_role("group", name="Mood now, after").get_by_label("6")).to_be_checked()
    page.get_by_label("How many minutes?").fill("55")
    save(page)
    expect(page).to_have_url(ENTRY)
    workout = Workout.objects.get()
    assert (workout.duration_min, workout.mood_after, workout.edit) == (55, 6, 2)


def test_other_words_for_a_saved_entry_are_asked_about(open_page: Any, watch: Any) -> None:
    """The same entry stands open twice, as in a page the browser kept: nothing is overwritten."""
    first: Page = open_page(sign_in=cast.participant().user)
    first.goto("/log/")
    second = first.context.new_page()
    watch.over(second)
    second.goto(first.url)
    choose(first, "Mood now, after", "6")
    save(first)
    expect(first).to_have_url(ENTRY)
    choose(second, "Mood now, after", "2")
    second.get_by_label("Anything you would like to add").fill("it hit me later")
    watch.expect("status of 409")
    save(second)
    expect(second.get_by_role("alert")).to_contain_text("This was saved already")
    expect(second.get_by_label("Anything you would like to add")).to_have_value("it hit me later")
    assert Workout.objects.get().mood_after == 6
    assert_accessible(second)
    save(second)
    expect(second).to_have_url(ENTRY)
    workout = Workout.objects.get()
    assert (workout.mood_after, workout.notes, workout.edit) == (2, "it hit me later", 2)


def test_sign_in_that_ended_keeps_what_was_typed(open_page: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user, java_script_enabled=False)
    page.goto("/log/")
    choose(page, "Mood now, after", "7")
    page.get_by_label("Anything you would like to add").fill("first time outside")
    page.wait_for_load_state("networkidle")  # or a late answer sets the cookie anew
    Session.objects.all().delete()
    save(page)
    expect(page.get_by_text("You had been signed out, so this is not saved yet.")).to_be_visible()
    assert not Workout.objects.exists()

    page.get_by_label("E-mail or study code").fill("patient@example.org")
    page.get_by_label("Password", exact=True).fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).tap()
    expect(page.get_by_text("Here is what you wrote.")).to_be_visible()
    expect(page.get_by_role("group", name="Mood now, after").get_by_label("7")).to_be_checked()
    save(page)
    expect(page).to_have_url(ENTRY)
    workout = Workout.objects.get()
    assert (workout.mood_after, workout.notes) == (7, "first time outside")


def test_sign_in_that_ended_is_asked_for_and_then_the_entry_is_sent(
    open_page: Any, watch: Any
) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.goto("/log/")
    choose(page, "Mood now, after", "7")
    page.get_by_label("Anything you would like to add").fill("first time outside")
    page.wait_for_load_state("networkidle")  # or a late answer sets the cookie anew
    Session.objects.all().delete()
    watch.expect("status of 401")
    save(page)
    expect(page.get_by_text("What you wrote is on this phone. Sign in")).to_be_visible()
    assert_accessible(page)
    assert not Workout.objects.exists()

    page.get_by_label("E-mail or study code").fill("patient@example.org")
    page.get_by_label("Password", exact=True).fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).tap()
    expect(page.get_by_text("Nothing waits here")).to_be_visible()
    workout = Workout.objects.get()
    assert (workout.mood_after, workout.notes) == (7, "first time outside")


def test_somebody_elses_unsaved_words_are_not_shown(open_page: Any) -> None:
    """A shared phone: another person signs in, and what the first one wrote is gone."""
    cast.participant("other")
    page: Page = open_page(sign_in=cast.participant().user, java_script_enabled=False)
    page.goto("/log/")
    page.get_by_label("Anything you would like to add").fill("for-no-one-else")
    page.wait_for_load_state("networkidle")  # or a late answer sets the cookie anew
    Session.objects.all().delete()
    save(page)
    page.get_by_label("E-mail or study code").fill("other@example.org")
    page.get_by_label("Password", exact=True).fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).tap()
    expect(page.get_by_role("heading", name="How was it?")).to_be_visible()
    expect(page.get_by_label("Anything you would like to add")).to_have_value("")
    kept = [session.get_decoded() for session in Session.objects.all()]
    assert "for-no-one-else" not in str(kept)


def test_unsaved_words_are_gone_after_an_hour(
    open_page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page: Page = open_page(sign_in=cast.participant().user, java_script_enabled=False)
    page.goto("/log/")
    page.get_by_label("Anything you would like to add").fill("an hour ago")
    page.wait_for_load_state("networkidle")  # or a late answer sets the cookie anew
    Session.objects.all().delete()
    save(page)
    expect(page.get_by_text("You had been signed out")).to_be_visible()
    monkeypatch.setattr(clock, "now", lambda: cast.NOW + timedelta(minutes=61))
    page.get_by_label("E-mail or study code").fill("patient@example.org")
    page.get_by_label("Password", exact=True).fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).tap()
    expect(page.get_by_label("Anything you would like to add")).to_have_value("")
