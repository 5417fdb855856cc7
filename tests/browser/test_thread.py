"""The first thread, with a thumb: sign in, see the week, log, look, correct, take back."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from logging_app.models import SessionMatch, Workout
from tests import cast
from tests.browser.access import assert_accessible
from tests.browser.steps import card, choose, sign_in


def test_thread_with_a_thumb(open_page: Any) -> None:
    person = cast.participant()
    cast.fitness(person)
    page: Page = open_page()

    sign_in(page, "patient@example.org")
    expect(page).to_have_url(re.compile(r"/today/$"))
    expect(page.get_by_text("Week 7 of 12")).to_be_visible()
    assert_accessible(page)

    expect(card(page, "Aerobic")).to_contain_text("0 of 3")
    card(page, "Aerobic").get_by_role("link", name="Log it").tap()
    expect(page.get_by_role("radio", name="aerobic", exact=False)).to_be_checked()
    expect(page.get_by_label("What did you do?")).to_have_value("fast_walking")
    expect(page.get_by_label("How many minutes?")).to_have_value("40")
    assert_accessible(page)
    choose(page, "Mood before", "4")
    choose(page, "Mood now, after", "7")
    choose(page, "How did it feel while you moved?", "2")
    choose(page, "How hard was the whole session?", "3")
    page.get_by_role("group", name="Was anything wrong?").get_by_text("No").tap()
    page.get_by_role("button", name="Save").tap()

    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    assert_accessible(page)
    workout = Workout.objects.get()
    assert (workout.mood_before, workout.mood_after, workout.feeling, workout.effort) == (
        4,
        7,
        2,
        3,
    )
    assert (workout.duration_min, workout.symptoms, workout.stopped_early) == (40, [], None)
    assert SessionMatch.objects.get().session_key == "w07-aerobic-1"

    page.get_by_role("link", name="Back to today").tap()
    expect(card(page, "Aerobic")).to_contain_text("1 of 3")

    page.get_by_role("link", name="History").tap()
    expect(page.get_by_role("heading", name="What you did")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Mood 4 → 7").tap()
    page.get_by_role("link", name="Change this entry").tap()
    expect(page.get_by_role("group", name="Mood before").get_by_label("4")).to_be_checked()
    page.get_by_label("How many minutes?").fill("50")
    assert_accessible(page)
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    workout.refresh_from_db()
    assert (workout.duration_min, workout.edit, workout.mood_before) == (50, 2, 4)
    assert [row.duration_min for row in workout.history.order_by("history_date")] == [40, 50]

    page.get_by_role("link", name="Change this entry").tap()
    page.get_by_text("This entry was a mistake").tap()
    page.get_by_role("button", name="Take it back").tap()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    assert_accessible(page)
    workout.refresh_from_db()
    assert workout.voided_at is not None

    page.get_by_role("link", name="Today").tap()
    expect(card(page, "Aerobic")).to_contain_text("0 of 3")
    page.get_by_role("link", name="Me", exact=True).tap()
    expect(page.get_by_role("heading", name="Me", exact=True)).to_be_visible()
    assert_accessible(page)
