"""What must never be missed: what to do stands before anything else, and somebody is told."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from logging_app.models import Workout
from safety.models import SafetyAlert
from tests import cast
from tests.browser.access import assert_accessible

DO = "Stop now and sit down. Call the emergency number, and do not stay alone."


def test_red_flag_shows_what_to_do_before_saved(open_page: Any) -> None:
    person = cast.participant()
    page: Page = open_page(sign_in=person.user)
    page.goto("/log/")
    expect(page.get_by_role("group", name="What was it?")).to_be_hidden()
    page.locator("#id_anything_wrong_group").get_by_text("Yes", exact=True).tap()
    expect(page.get_by_text(DO)).to_be_hidden()
    page.get_by_label("Pain or pressure in the chest, neck, jaw or arm").check()
    expect(page.get_by_text(DO)).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Save").tap()

    advice = page.get_by_text(DO)
    saved = page.get_by_text("Saved. Thank you.")
    expect(advice).to_be_visible()
    expect(page.locator("main").get_by_role("link", name="120")).to_have_attribute(
        "href", "tel:120"
    )
    expect(page.locator("main").get_by_role("link", name="Help now")).to_be_visible()
    assert advice.bounding_box()["y"] < saved.bounding_box()["y"] < 844  # type: ignore[index]
    assert_accessible(page)
    alert = SafetyAlert.objects.get()
    assert (alert.participant, alert.kind) == (person, SafetyAlert.Kind.RED_FLAG_SYMPTOM)
    assert alert.source_id == str(Workout.objects.get().pk)


def test_wrong_without_a_word_is_asked_for(open_page: Any, watch: Any) -> None:
    """Someone says that something was wrong: the list opens, and nothing else is lost."""
    person = cast.participant()
    page: Page = open_page(sign_in=person.user)
    page.goto("/log/")
    page.get_by_label("How many minutes?").fill("25")
    page.locator("#id_anything_wrong_group").get_by_text("Yes", exact=True).tap()
    watch.expect("status of 400")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("group", name="What was it?")).to_be_visible()
    page.get_by_role("group", name="What was it?").get_by_label("Dizziness").check()
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    workout = Workout.objects.get()
    assert (workout.symptoms, workout.duration_min) == (["dizziness"], 25)
    assert not SafetyAlert.objects.exists()
