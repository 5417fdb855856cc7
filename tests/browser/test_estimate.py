"""The estimate, from Today: by thumb, by keys, with a screen reader, and where no script runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from assessments.models import Response
from enrollment.models import Participant
from estimates import selectors
from estimates.card import read_card
from estimates.models import Estimate
from estimates.presenters import signed
from logging_app.models import Workout
from safety.models import SafetyAlert
from tests.browser import questionnaires as q
from tests.browser.access import assert_accessible
from tests.browser.keyboard import Keys
from tests.browser.steps import sign_in
from tests.browser.test_without_script import OVERFLOWING
from tests.estimates.models import FORWARD, SHIPPED, log_enough, patient

WAY = "Curious how things may have changed?"
QUIET = [2, 1, 0, 1, 1, 0, 2, 1, 1, 2, 1, 0, 1, None, 1, 0, 0]
FOLDED = ("Which days went in", "What it cannot tell", "How good it is")
REASONS = ("it takes 3 activities", "it takes 5 nights of the last 14")


@pytest.fixture
def person(transactional_db: None) -> Participant:
    """Someone in week 7 with three rises of 24 bpm, and sleep that went from 3 to 6."""
    found = patient()
    log_enough(found)
    return found


@pytest.fixture
def shipped(settings: Any) -> dict[str, str]:
    """The demo and its simulated model; gives its answer to 24 bpm and 3 points, by its card."""
    settings.EXDEP_DEMO = True
    card = read_card(SHIPPED)
    change = card.weights.answer(24.0, 3.0)
    assert change > 0.05
    return {
        "points": f"{change:.1f}", "change": signed(change),
        "low": signed(change - card.half_width), "high": signed(change + card.half_width),
        "people": str(card.participants),
    }  # fmt: skip


@pytest.fixture
def forward(monkeypatch: pytest.MonkeyPatch) -> None:
    """A study's own model in force: 24 bpm and 3 points are 2.48, give or take 1.5."""
    monkeypatch.setattr(selectors, "SHIPPED", FORWARD)


def way(page: Page) -> Locator:
    return page.get_by_role("link", name=WAY)


def ask(page: Page) -> Locator:
    return page.get_by_role("button", name="Ask for an estimate")


def sentence(page: Page) -> Locator:
    return page.get_by_role("heading", level=2, name="points higher than at the start")


# --- from sign-in to the estimate


def test_whole_thread_from_sign_in_over_the_questions_to_the_estimate(
    open_page: Any, person: Participant, shipped: dict[str, str]
) -> None:
    page: Page = open_page()
    sign_in(page, "patient@example.org")
    expect(page).to_have_url(re.compile(r"/today/$"))
    page.get_by_role("link", name=q.TITLE).tap()
    page.get_by_role("link", name="Begin").tap()
    q.answer(page, *QUIET)
    page.get_by_role("button", name="Send").tap()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    page.get_by_role("link", name="Back to today").tap()
    expect(page.get_by_role("link", name=q.TITLE)).to_have_count(0)

    way(page).tap()
    ask(page).tap()
    expect(sentence(page)).to_contain_text(f"about {shipped['points']} of 10 points")
    assert list(Response.objects.get().answers.values()) == QUIET
    assert Estimate.objects.get().status == Estimate.Status.ESTIMATED
    assert not SafetyAlert.objects.exists()


def test_estimate_with_a_thumb_is_asked_for_once(
    open_page: Any, person: Participant, shipped: dict[str, str]
) -> None:
    page: Page = open_page(sign_in=person.user)
    page.goto("/today/")
    assert_accessible(page)
    way(page).tap()
    expect(page.get_by_role("heading", level=1, name="Your estimate")).to_be_visible()
    assert_accessible(page)
    assert not Estimate.objects.exists()

    ask(page).tap()
    expect(sentence(page)).to_be_in_viewport()
    expect(page.get_by_text("Trained on simulated data")).to_be_in_viewport()
    for title in FOLDED:
        page.locator("summary", has_text=title).tap()
    expect(page.get_by_text("5 Mar, 14 Mar, 17 Mar")).to_be_visible()
    expect(page.get_by_text("It is no diagnosis")).to_be_visible()
    expect(
        page.get_by_text(f"It learned from {shipped['people']} simulated participants")
    ).to_be_visible()
    assert_accessible(page)
    assert page.evaluate(OVERFLOWING) == []

    page.reload()
    expect(sentence(page)).to_be_visible()
    page.get_by_role("link", name="Today").first.tap()
    expect(way(page)).to_be_visible()
    page.go_back()
    expect(sentence(page)).to_be_visible()
    assert Estimate.objects.count() == 1
    with page.expect_navigation():
        page.get_by_role("button", name="Ask again").tap()
    expect(sentence(page)).to_be_visible()
    assert Estimate.objects.count() == 2


def test_estimate_by_keys_alone(open_page: Any, person: Participant, forward: None) -> None:
    page: Page = open_page(sign_in=person.user, has_touch=False)
    keys = Keys(page)
    page.goto("/today/")
    keys.follow(way(page))
    keys.follow(ask(page))
    expect(sentence(page)).to_contain_text("about 2.5 of 10 points higher than at the start.")
    for title, inside in zip(
        FOLDED,
        ("24.0 beats a minute", "It is no diagnosis", "no better than a straight line"),
        strict=True,
    ):
        expect(page.get_by_text(inside)).to_be_hidden()
        keys.tab_to(page.locator("summary", has_text=title))
        keys.press("Enter")
        expect(page.get_by_text(inside)).to_be_visible()
    keys.tab_to(page.get_by_role("button", name="Ask again"))
    assert Estimate.objects.count() == 1


# --- what a screen reader is given


def test_screen_reader_hears_the_sentence_and_its_range_in_words(
    open_page: Any, person: Participant, shipped: dict[str, str]
) -> None:
    page: Page = open_page(sign_in=person.user)
    page.goto("/estimate/")
    ask(page).tap()
    expect(page).to_have_title(re.compile("^Your estimate"))
    spoken = {name: value.replace("+", r"\+") for name, value in shipped.items()}
    expect(page.get_by_role("main")).to_match_aria_snapshot(
        f"""
        - main:
          - heading "Your estimate" [level=1]
          - paragraph: For you to look at, if you like. Nobody decides anything by it.
          - region /In simulated data/:
            - paragraph: Asked on 18 March
            - heading /about {spoken["points"]} of 10 points higher than at the start/ [level=2]
            - img /Estimate {spoken["change"]}, range {spoken["low"]} to {spoken["high"]}/
            - paragraph: /The range is wide.* from {spoken["low"]} to {spoken["high"]}\\./
            - paragraph: /Trained on simulated data/
            - paragraph: /It cannot tell whether exercise caused anything/
          - group: Which days went in
          - group: What it cannot tell
          - group: How good it is
          - button "Ask again"
        """
    )


def test_drawing_of_the_range_says_nothing_that_the_words_do_not(
    open_page: Any, person: Participant, forward: None
) -> None:
    """2.48 ± 1.5: who cannot see the bar, or has no SVG, reads the same numbers."""
    page: Page = open_page(sign_in=person.user)
    page.goto("/estimate/")
    ask(page).tap()
    bar = page.get_by_role("img", name="Estimate +2.5, range +1.0 to +4.0")
    expect(bar).to_be_visible()
    bar.evaluate("drawing => drawing.remove()")
    expect(page.get_by_role("main")).to_contain_text("about 2.5 of 10 points higher")
    expect(page.get_by_role("main")).to_contain_text("it goes from +1.0 to +4.0.")


def test_screen_reader_hears_every_reason_of_an_abstention(
    open_page: Any, person: Participant, forward: None
) -> None:
    Workout.objects.all().delete()
    person.nights.filter(date__gte=person.day_one).delete()
    page: Page = open_page(sign_in=person.user)
    page.goto("/estimate/")
    ask(page).tap()
    expect(page.get_by_role("main")).to_match_aria_snapshot(
        f"""
        - main:
          - heading "Your estimate" [level=1]
          - region "No estimate this time":
            - heading "No estimate this time" [level=2]
            - paragraph: It stays silent rather than guess. That says nothing about you.
            - list:
              - listitem: /{REASONS[0]}/
              - listitem: /{REASONS[1]}/
          - button "Ask again"
        """
    )
    assert_accessible(page)
    assert page.evaluate(OVERFLOWING) == []
    assert Estimate.objects.get().status == Estimate.Status.ABSTAINED


def test_model_that_cannot_be_used_is_said_and_the_rest_goes_on(
    open_page: Any, person: Participant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(selectors, "SHIPPED", tmp_path / "nowhere")
    page: Page = open_page(sign_in=person.user)
    page.goto("/today/")
    way(page).tap()
    expect(page.get_by_role("main")).to_contain_text("No estimates at the moment")
    expect(page.get_by_role("main")).to_contain_text("Everything else is, and nothing you entered")
    expect(page.get_by_role("button", name="Ask")).to_have_count(0)
    assert_accessible(page)
    page.get_by_role("link", name="Today").first.tap()
    expect(page.get_by_text("Week 7 of 12")).to_be_visible()


# --- without script, and in the other arm


def test_estimate_without_script(open_page: Any, person: Participant, forward: None) -> None:
    page: Page = open_page(sign_in=person.user, java_script_enabled=False)
    page.goto("/today/")
    way(page).tap()
    ask(page).tap()
    expect(sentence(page)).to_contain_text("about 2.5 of 10 points higher")
    page.locator("summary", has_text=FOLDED[1]).tap()
    expect(page.get_by_text("It is no diagnosis")).to_be_visible()
    page.reload()
    expect(sentence(page)).to_be_visible()
    assert Estimate.objects.count() == 1


def test_control_arm_has_the_same_way_and_is_not_asked_to_move(
    open_page: Any, forward: None
) -> None:
    page: Page = open_page(sign_in=patient("control", arm="control").user)
    page.goto("/today/")
    expect(page.locator("main")).not_to_contain_text(re.compile("exercise|control|mood", re.I))
    way(page).tap()
    ask(page).tap()
    expect(page.get_by_role("main")).to_contain_text("Please change nothing for it")
    assert_accessible(page)
