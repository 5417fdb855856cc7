"""A workout in under a minute, with one thumb: counted, on a small screen, in large text, without
script, and begun and ended here."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from logging_app.models import ReadinessCheck, Workout
from logging_app.selectors import set_lines
from logging_app.services import record_workout
from safety.models import SafetyAlert
from schedule.rules import ExercisePlan
from schedule.rules.plan import KindPlan, Plan
from tests import cast
from tests.browser.access import assert_accessible
from tests.browser.conftest import Open
from tests.browser.offline import NO_NETWORK, take_along, waiting
from tests.browser.steps import card, choose

TAPS_AT_MOST = 6
ENTRY = re.compile(r"/log/[0-9a-f-]{36}/$")


class Thumb:
    """Counts every tap."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, what: Any) -> None:
        self.taps += 1
        what.tap()

    def point(self, page: Page, question: str, answer: str) -> None:
        self.taps += 1
        choose(page, question, answer)


@pytest.fixture
def person(transactional_db: Any) -> Any:
    return cast.participant()


def test_a_preset_walk_takes_at_most_six_taps_from_today_to_saved(
    open_page: Open, person: Any
) -> None:
    page = open_page(sign_in=person.user)
    thumb = Thumb()
    page.goto("/today/")
    thumb.tap(card(page, "Aerobic session").get_by_role("link", name="Log it"))
    expect(page.get_by_label("What did you do?")).to_have_value("fast_walking")
    thumb.point(page, "Mood before", "4")
    thumb.point(page, "Mood now, after", "6")
    thumb.point(page, "How did it feel", "2")
    thumb.point(page, "How hard", "4")
    thumb.tap(page.get_by_role("button", name="Save", exact=True))
    expect(page).to_have_url(ENTRY)
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    assert thumb.taps <= TAPS_AT_MOST
    workout = Workout.objects.get()
    said = (workout.mood_before, workout.mood_after, workout.feeling, workout.effort)
    assert (workout.activity, workout.duration_min, *said) == ("fast_walking", 40, 4, 6, 2, 4)
    assert workout.match.session_key == "w07-aerobic-1"


def test_start_timer_and_after_keep_what_was_said_before(open_page: Open, person: Any) -> None:
    page = open_page(sign_in=person.user)
    page.goto("/today/")
    card(page, "Aerobic session").get_by_role("link", name="Start").tap()
    choose(page, "Mood now", "3")
    page.get_by_role("button", name="None of these: start").tap()
    expect(page).to_have_url(re.compile("/log/running/$"))
    expect(page.get_by_text(re.compile(r"^\d+ minutes?$"))).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="I'm done")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="I'm done").tap()
    assert page.locator("[name=mood_before]:checked").get_attribute("value") == "3"
    choose(page, "Mood now, after", "5")
    page.get_by_role("button", name="Save", exact=True).tap()
    expect(page).to_have_url(ENTRY)
    workout = Workout.objects.get()
    assert (workout.mood_before, workout.mood_before_recalled) == (3, False)
    assert ReadinessCheck.objects.get().answers == []
    page.goto("/log/running/")
    expect(page.get_by_role("heading", name="Nothing is running")).to_be_visible()


def test_a_red_answer_shows_what_to_do_before_anything_is_sent(
    open_page: Open, person: Any
) -> None:
    page = open_page(sign_in=person.user)
    page.goto("/log/start/")
    page.get_by_text("Pain or pressure in the chest", exact=True).tap()
    expect(page.get_by_text("Please do not exercise now. Call the emergency")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Tell, and go on").tap()
    expect(page.get_by_role("heading", name="Please do not exercise now")).to_be_visible()
    expect(page.get_by_role("link", name="120")).to_be_visible()
    expect(page.get_by_role("button", name="Start gently")).to_have_count(0)
    assert_accessible(page)
    page.goto("/log/start/")
    expect(page.get_by_role("heading", name="Your sessions are on hold")).to_be_visible()


@pytest.mark.parametrize("address", ["/log/", "/log/start/"])
def test_a_small_screen_shows_all_of_it_without_scrolling_sideways(
    open_page: Open, person: Any, address: str
) -> None:
    page = open_page(sign_in=person.user, viewport={"width": 320, "height": 568})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert_accessible(page)


@pytest.mark.parametrize("address", ["/log/?session=w07-strength-1", "/log/start/", "/log/"])
def test_text_of_twice_the_size_stays_readable(
    open_page: Open, large_text: Any, person: Any, address: str
) -> None:
    page = open_page(sign_in=person.user, browser=large_text)
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name=re.compile("Save|start")).scroll_into_view_if_needed()
    expect(page.get_by_role("button", name=re.compile("Save|start"))).to_be_in_viewport()


def test_without_script_a_session_is_started_ended_and_saved(open_page: Open, person: Any) -> None:
    page = open_page(sign_in=person.user, java_script_enabled=False)
    page.goto("/today/")
    card(page, "Aerobic session").get_by_role("link", name="Start").tap()
    choose(page, "Mood now", "3")
    page.get_by_role("button", name="None of these: start").tap()
    page.get_by_role("link", name="I'm done").tap()
    choose(page, "Mood now, after", "7")
    page.get_by_role("button", name="Save", exact=True).tap()
    expect(page).to_have_url(ENTRY)
    workout = Workout.objects.get()
    assert (workout.mood_before, workout.mood_after) == (3, 7)
    assert workout.mood_before_recalled is False


@pytest.mark.parametrize("script", [True, False])
def test_same_as_last_time_is_one_tap(open_page: Open, transactional_db: Any, script: bool) -> None:
    person = cast.participant(prescribed=False)
    row = ExercisePlan("row", sets=2, reps=12, load_kg=7.5)
    kind = KindPlan("strength", 1, 1, (30, 40), ("dumbbells",), (2, 4), exercises=(row,))
    cast.prescribe(person, Plan((kind,)))
    line = {
        "exercise": "row", "equipment": "dumbbells", "sets": 3, "reps": 10, "load_kg": 8.0,
        "band_level": None, "hold_s": None,
    }  # fmt: skip
    record_workout(
        participant=person, uuid=uuid.uuid4(), by=person.user, now=cast.NOW, sets=[line],
        entry={
            "modality": "strength", "activity": "dumbbells", "duration_min": 30,
            "started_at": cast.NOW - timedelta(days=8),
        },
    )  # fmt: skip
    page = open_page(sign_in=person.user, java_script_enabled=script)
    page.goto("/log/?session=w07-strength-1")
    if script:
        assert_accessible(page)
    page.get_by_role("link", name="Same as last time").tap()
    expect(page.locator("[name='sets[0].exercise']")).to_be_checked()
    page.get_by_role("button", name="Save", exact=True).tap()
    expect(page).to_have_url(ENTRY)
    expect(page.get_by_text("Row 3 × 10 8 kg")).to_be_visible()
    newest = Workout.objects.order_by("-started_at").first()
    assert set_lines(newest) == [line]


def test_only_what_fits_the_kind_is_shown(open_page: Open, person: Any) -> None:
    page = open_page(sign_in=person.user)
    page.goto("/log/")
    expect(page.get_by_text("Steps and distance")).to_be_visible()
    page.get_by_text("Flexibility", exact=True).tap()
    expect(page.get_by_text("Your stretches")).to_be_visible()
    expect(page.get_by_text("Steps and distance")).to_be_hidden()
    expect(page.get_by_text("Your exercises")).to_be_hidden()


def test_a_session_is_started_ended_and_saved_without_a_network(
    open_page: Open, watch: Any, person: Any
) -> None:
    page = open_page(sign_in=person.user)
    page.clock.set_fixed_time(cast.NOW)
    take_along(page)
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK)
    page.goto("/today/")
    card(page, "Aerobic session").get_by_role("link", name="Start").tap()
    choose(page, "Mood now", "3")
    page.get_by_role("button", name="None of these: start").tap()
    expect(page).to_have_url(re.compile("/log/running/"))
    page.clock.set_fixed_time(cast.NOW + timedelta(minutes=31))
    page.goto("/log/running/")
    expect(page.get_by_text("31 minutes", exact=True)).to_be_visible()
    page.get_by_role("link", name="I'm done").tap()
    expect(page.get_by_label("How many minutes?")).to_have_value("31")
    choose(page, "Mood now, after", "5")
    page.get_by_role("button", name="Save", exact=True).tap()
    expect(page).to_have_url(re.compile("/unsent/$"))
    assert len(waiting(page)) == 2
    page.context.set_offline(False)
    page.goto("/today/")
    expect(page.get_by_text("not yet sent")).to_be_hidden()
    page.wait_for_function("() => !localStorage.getItem('begun')")
    workout = Workout.objects.get()
    assert (workout.started_at, workout.duration_min) == (cast.NOW, 31)
    assert (workout.mood_before, workout.mood_before_recalled) == (3, False)
    assert ReadinessCheck.objects.get().at == cast.NOW


def test_a_red_answer_without_a_network_leads_to_help(
    open_page: Open, watch: Any, person: Any
) -> None:
    page = open_page(sign_in=person.user)
    take_along(page)
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK)
    page.goto("/log/start/")
    page.get_by_text("Pain or pressure in the chest", exact=True).tap()
    page.get_by_role("button", name="Tell, and go on").tap()
    expect(page.get_by_role("heading", name="Help now")).to_be_visible()
    page.context.set_offline(False)
    page.goto("/today/")
    expect(page.get_by_text("not yet sent")).to_be_hidden()
    page.wait_for_timeout(500)
    assert ReadinessCheck.objects.get().answers == ["chest_pain"]
    assert SafetyAlert.objects.get().kind == "red_flag_symptom"
