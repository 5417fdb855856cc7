"""The questionnaire on the phone: from Today to thanks, stopped, gone on with, and never lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from assessments.models import Response
from safety.models import SafetyAlert
from tests import cast
from tests.browser import questionnaires as q
from tests.browser.access import assert_accessible
from tests.browser.keyboard import Keys
from tests.browser.offline import waiting
from tests.browser.steps import choose
from tests.browser.test_without_script import OVERFLOWING

NO_NETWORK = (
    "net::ERR_INTERNET_DISCONNECTED",
    "net::ERR_FAILED",
    "error occurred when fetching the script",
)
QUIET = [2, 1, 0, 1, 1, 0, 2, 1, 1, 2, 1, 0, 1, None, 1, 0, 0]


def sign_in_here(page: Page) -> None:
    page.get_by_label("E-mail or study code").fill("patient@example.org")
    page.get_by_label("Password", exact=True).fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).tap()


# --- the thread


def test_from_today_to_thanks(open_page: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.goto("/today/")
    page.get_by_role("link", name=q.TITLE).tap()
    expect(page.get_by_role("heading", name=q.TITLE)).to_be_visible()
    page.get_by_role("link", name="Begin").tap()
    q.answer(page, *QUIET)

    expect(page.get_by_role("link", name=q.words("1", 2))).to_be_visible()
    page.get_by_role("button", name="Send").tap()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    sent = Response.objects.get()
    assert list(sent.answers.values()) == QUIET
    assert sent.submitted_at == cast.NOW
    assert not SafetyAlert.objects.exists()
    page.get_by_role("link", name="Back to today").tap()
    expect(page.get_by_role("link", name=q.TITLE)).to_have_count(0)


def test_next_is_at_the_thumb_on_every_question(open_page: Any) -> None:
    """Seen without scrolling, and with nothing over it, however long the answers are."""
    page: Page = open_page(sign_in=cast.participant().user)
    for number in range(1, 18):
        page.goto(f"{q.HERE}{number}/")
        button = page.get_by_role("button", name="Next")
        expect(button).to_be_in_viewport(ratio=1)
        button.click(trial=True)


def test_stopped_in_the_middle_and_gone_on_with(open_page: Any) -> None:
    person = cast.participant()
    page: Page = open_page(sign_in=person.user)
    page.goto(f"{q.HERE}1/")
    q.answer(page, 2, None, 0)
    page.context.close()

    page = open_page(sign_in=person.user)
    page.goto("/today/")
    expect(page.get_by_role("link", name=q.TITLE)).to_contain_text("Begun")
    page.get_by_role("link", name=q.TITLE).tap()
    page.get_by_role("link", name="Go on where you stopped").tap()
    expect(q.heading(page, 4)).to_be_visible()
    for number, value in ((3, 0), (2, None), (1, 2)):
        page.get_by_role("link", name="Back").tap()
        expect(q.heading(page, number)).to_be_visible()
        expect(q.radio(page, number, value)).to_be_checked()


def test_answer_is_kept_where_the_page_is_killed_right_after_it(open_page: Any, watch: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.goto(f"{q.HERE}1/")
    context = page.context
    watch.allow("net::ERR_ABORTED")
    q.touch(page, 1, 3)
    page.close()
    page = context.new_page()
    watch.over(page)
    for _ in q.reloads(page, f"{q.HERE}1/"):
        if q.radio(page, 1, 3).is_checked():
            break
    expect(q.radio(page, 1, 3)).to_be_checked()
    assert q.kept() == {"1": 3}


def test_two_devices_keep_the_answers_of_both(open_page: Any) -> None:
    person = cast.participant()
    phone: Page = open_page(sign_in=person.user)
    tablet: Page = open_page(sign_in=person.user, viewport={"width": 820, "height": 1180})
    for page in (phone, tablet):
        page.goto(f"{q.HERE}1/")
    q.answer(phone, 2, 1)
    tablet.goto(f"{q.HERE}4/")
    q.answer(tablet, 1, start=4)
    q.answer(phone, 0, start=3)
    assert q.kept() == {"1": 2, "2": 1, "3": 0, "4": 1}
    tablet.goto(q.HERE)
    tablet.get_by_role("link", name="Go on where you stopped").tap()
    expect(q.heading(tablet, 5)).to_be_visible()


def test_page_that_stood_open_undoes_nothing(open_page: Any) -> None:
    """Going on without choosing leaves what another device chose meanwhile."""
    person = cast.participant()
    phone: Page = open_page(sign_in=person.user)
    phone.goto(f"{q.HERE}1/")
    q.answer(phone, 2)
    phone.go_back()
    expect(q.radio(phone, 1, 2)).to_be_checked()
    tablet: Page = open_page(sign_in=person.user)
    tablet.goto(f"{q.HERE}1/")
    q.answer(tablet, 4)
    q.go_on(phone)
    expect(q.heading(phone, 2)).to_be_visible()
    assert q.kept() == {"1": 4}


def test_the_answer_that_was_chosen_last_is_the_one_that_stays(open_page: Any) -> None:
    """However slow the network: one request at a time, and going on waits for the last."""
    page: Page = open_page(sign_in=cast.participant().user)
    page.goto(f"{q.HERE}1/")
    held = q.Held(page)
    for value in (4, 3, 1):
        q.touch(page, 1, value)
    assert len(held.routes) == 1
    page.get_by_role("button", name="Next").tap()
    held.release()
    expect(q.heading(page, 2)).to_be_visible()
    assert q.kept() == {"1": 1}


@pytest.mark.parametrize(("number", "value"), [(1, 2), (3, 2)])
def test_answer_that_was_quicker_than_the_script_is_kept(
    open_page: Any, number: int, value: int
) -> None:
    """A slow network: the page is there, its script is still on the way."""
    page: Page = open_page(sign_in=cast.participant().user)
    held = q.Held(page, "**/autosave.js")
    page.goto(f"{q.HERE}{number}/", wait_until="commit")
    q.touch(page, number, value)
    held.release()
    expect(q.state(page)).to_have_text(q.KEPT)
    expect(q.panel(page)).to_have_count(1 if number == 3 else 0)
    q.go_on(page)
    expect(q.heading(page, number + 1)).to_be_visible()
    assert q.kept() == {str(number): value}


def test_nothing_chosen_asks_again(open_page: Any, watch: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.goto(f"{q.HERE}1/")
    watch.expect("status of 400")
    q.go_on(page)
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Please choose one line.")
    assert_accessible(page)


# --- keys and screen reader


def test_keyboard_alone(open_page: Any) -> None:
    cast.participant()
    page: Page = open_page()
    keys = Keys(page)
    page.goto("/")
    keys.tab_to(page.get_by_label("E-mail or study code"))
    keys.type("patient@example.org")
    keys.tab_to(page.get_by_label("Password", exact=True))
    keys.type(cast.PASSWORD)
    keys.press("Enter")
    expect(page).to_have_url(re.compile(r"/today/$"))
    keys.tab_to(page.get_by_role("link", name=q.TITLE))
    keys.press("Enter")
    expect(page.get_by_role("heading", name=q.TITLE)).to_be_visible()
    keys.tab_to(page.get_by_role("link", name="Begin"))
    keys.press("Enter")
    for number, value in enumerate(QUIET, start=1):
        expect(q.heading(page, number)).to_be_focused()
        keys.press("Tab")  # one stop from the heading to the answers
        expect(q.radio(page, number, 0)).to_be_focused()
        keys.press("Space")
        keys.press("ArrowUp" if value is None else "ArrowDown", 1 if value is None else value)
        expect(q.radio(page, number, value)).to_be_checked()
        keys.tab_to(page.get_by_role("link", name="Back"))
        keys.tab_to(page.get_by_role("button", name="Next"))
        keys.press("Enter")
    expect(page.get_by_role("heading", name="Your answers")).to_be_visible()
    keys.tab_to(page.get_by_role("button", name="Send"))
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert list(Response.objects.get().answers.values()) == QUIET


def test_passing_a_risk_answer_with_the_arrows(open_page: Any) -> None:
    """The help is read out at once and is next in the order; only where the keys rest is kept."""
    page: Page = open_page(sign_in=cast.participant().user)
    page.clock.install()
    page.goto(f"{q.HERE}3/#question")
    keys = Keys(page)
    keys.press("Tab")
    keys.press("ArrowDown", 2)
    expect(q.radio(page, 3, 2)).to_be_focused()
    expect(q.panel(page)).to_be_visible()
    keys.press("ArrowDown")
    page.clock.run_for(699)
    assert q.kept() == {}
    page.clock.run_for(1)
    expect(q.state(page)).to_have_text(q.KEPT)
    assert SafetyAlert.objects.get().tier == "immediate"
    assert q.kept() == {"3": 3}
    keys.tab_to(q.panel(page).get_by_role("link", name="120"), limit=1)


def test_leaving_the_answers_keeps_the_one_where_the_keys_stopped(open_page: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.clock.install()
    page.goto(f"{q.HERE}1/#question")
    keys = Keys(page)
    keys.press("Tab")
    keys.press("ArrowDown", 3)
    expect(q.radio(page, 1, 3)).to_be_checked()
    assert q.kept() == {}
    keys.press("Tab")
    expect(q.state(page)).to_have_text(q.KEPT)
    assert q.kept() == {"1": 3}


def test_screen_reader_hears_the_question_and_its_answers(open_page: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.goto(f"{q.HERE}4/")
    expect(page).to_have_title(re.compile("^Question 4 of 17"))
    expect(page.get_by_role("main")).to_match_aria_snapshot(
        """
        - main:
          - heading "Question 4 of 17" [level=1]
          - paragraph: Over the past week
          - group "Did you have trouble falling asleep?":
            - radio "No"
            - radio "On some nights it took more than half an hour"
            - radio "Every night"
            - radio "I’d rather not answer"
          - status
          - link "Back"
          - button "Next"
          - link "Stop for now; what you answered is kept"
        """
    )
    q.touch(page, 4, 1)
    expect(q.state(page)).to_have_text(q.KEPT)
    page.goto(f"{q.WELLBEING}1/")
    expect(page.get_by_role("group")).to_match_aria_snapshot(
        """
        - group /How has your mood been\\?/:
          - radio "0 Very low"
          - radio "1"
        """
    )
    expect(page.get_by_role("radio", name="10 Very good")).to_be_visible()


# --- the question about suicide

SHOWN_FIRST = """(() => {
  const sent = window.fetch;
  window.fetch = (...request) => {
    window.shownFirst = !document.querySelector('[data-help]').hidden;
    return sent(...request);
  };
})()"""


def test_help_is_shown_before_the_answer_is_sent(open_page: Any) -> None:
    person = cast.participant()
    page: Page = open_page(sign_in=person.user)
    page.add_init_script(SHOWN_FIRST)
    page.goto(f"{q.HERE}3/")
    expect(q.panel(page)).to_be_hidden()
    held = q.Held(page)
    q.touch(page, 3, 2)
    expect(q.panel(page)).to_be_focused()
    expect(q.panel(page)).to_be_in_viewport()
    expect(q.panel(page).get_by_role("link", name="120")).to_have_attribute("href", "tel:120")
    assert page.evaluate("window.shownFirst") is True
    assert (q.kept(), SafetyAlert.objects.count()) == ({}, 0)
    expect(q.state(page)).to_have_text("")
    expect(page.get_by_role("main")).to_match_aria_snapshot(
        """
        - alert:
          - paragraph: You do not have to go through this alone
          - paragraph: /please call now/
          - link /120/
        """
    )
    assert_accessible(page)

    held.release()
    expect(q.state(page)).to_have_text(q.KEPT)
    alert = SafetyAlert.objects.get()
    assert (alert.participant, alert.tier, alert.state) == (person, "same_day", "open")
    assert Response.objects.get().submitted_at is None

    q.touch(page, 3, 0)
    expect(q.panel(page)).to_be_visible()
    q.go_on(page)
    expect(q.heading(page, 4)).to_be_visible()
    assert q.kept() == {"3": 0}
    alert.refresh_from_db()
    assert (alert.tier, alert.state) == ("same_day", "open")


def test_no_risk_shows_no_panel(open_page: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.goto(f"{q.HERE}3/")
    for value in (0, None):
        q.touch(page, 3, value)
        expect(q.state(page)).to_have_text(q.KEPT)
        expect(q.panel(page)).to_be_hidden()


def test_risk_answer_chosen_offline_shows_help_and_alerts_once_online(
    open_page: Any, watch: Any
) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.goto(f"{q.HERE}3/")
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK)
    q.touch(page, 3, 4)
    expect(q.panel(page)).to_be_focused()
    expect(q.state(page)).to_contain_text(q.OFFLINE)
    assert not SafetyAlert.objects.exists()
    page.context.set_offline(False)
    expect(q.state(page)).to_have_text(q.KEPT)
    assert SafetyAlert.objects.get().tier == "immediate"


def test_support_comes_before_the_next_question_without_script(open_page: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user, java_script_enabled=False)
    page.goto(f"{q.HERE}1/")
    q.answer(page, 1, 1)
    q.touch(page, 3, 1)
    q.go_on(page)
    expect(page.get_by_role("heading", name="Before you go on")).to_be_visible()
    expect(q.panel(page).get_by_role("link", name="120")).to_have_attribute("href", "tel:120")
    assert SafetyAlert.objects.get().tier == "review"
    page.get_by_role("link", name="Go on with the questions").tap()
    q.answer(page, *QUIET[3:], start=4)
    page.get_by_role("button", name="Send").tap()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert list(Response.objects.get().answers.values()) == [1, 1, 1, *QUIET[3:]]


# --- the network and the sign-in


def test_answer_waits_on_the_phone_and_goes_when_the_network_returns(
    open_page: Any, watch: Any
) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.goto(f"{q.HERE}1/")
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK)
    for value in (1, 2):
        q.touch(page, 1, value)
        expect(q.state(page)).to_contain_text(q.HERE_ONLY)
    assert_accessible(page)
    (row,) = waiting(page)
    assert (row["body"]["answers"], row["title"]) == ({"1": 2}, q.TITLE)
    assert q.kept() == {}

    page.context.set_offline(False)
    expect(q.state(page)).to_have_text(q.KEPT)
    assert q.kept() == {"1": 2}
    q.go_on(page)
    expect(q.heading(page, 2)).to_be_visible()


def test_leaving_a_question_that_waits_for_the_network_asks_first(
    open_page: Any, watch: Any
) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.goto(f"{q.HERE}3/")
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK, "net::ERR_ABORTED")
    q.touch(page, 3, 0)
    expect(q.state(page)).to_contain_text(q.OFFLINE)
    q.go_on(page)
    expect(q.state(page)).to_contain_text(q.OFFLINE)
    expect(q.radio(page, 3, 0)).to_be_checked()
    expect(page.get_by_role("link", name="Go on with the others")).to_be_visible()
    assert_accessible(page)
    assert waiting(page) == []
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Stop for now").tap()
    expect(q.radio(page, 3, 0)).to_be_checked()
    assert asked == ["beforeunload"]
    page.context.set_offline(False)
    expect(q.state(page)).to_have_text(q.KEPT)
    page.get_by_role("link", name="Stop for now").tap()
    expect(page).to_have_url(re.compile(r"/today/$"))
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("script", [True, False])
def test_sign_in_that_ended_leads_back_with_the_answer(
    open_page: Any, watch: Any, script: bool
) -> None:
    page: Page = open_page(sign_in=cast.participant().user, java_script_enabled=script)
    page.goto(f"{q.HERE}1/")
    q.answer(page, 1, 1)
    page.wait_for_load_state("networkidle")  # or a late answer sets the cookie anew
    Session.objects.all().delete()
    q.touch(page, 3, 2)
    if script:
        watch.expect("status of 401")
        expect(q.panel(page)).to_be_focused()
        expect(q.state(page)).to_contain_text("Not kept yet.")
    q.go_on(page)
    expect(page.get_by_text("You had been signed out, so this is not saved yet.")).to_be_visible()
    sign_in_here(page)

    expect(q.heading(page, 3)).to_be_visible()
    expect(q.radio(page, 3, 2)).to_be_checked()
    expect(q.panel(page)).to_be_visible()
    if script:
        expect(q.state(page)).to_have_text(q.KEPT)
        q.go_on(page)
    else:
        expect(q.state(page)).to_contain_text("Here is what you chose.")
        q.go_on(page)
        page.get_by_role("link", name="Go on with the questions").tap()
    expect(q.heading(page, 4)).to_be_visible()
    assert q.kept() == {"1": 1, "2": 1, "3": 2}
    assert SafetyAlert.objects.get().tier == "same_day"


def test_question_opened_after_the_sign_in_ended_is_there_after_it(open_page: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.goto(f"{q.HERE}1/")
    page.wait_for_load_state("networkidle")  # or a late answer sets the cookie anew
    Session.objects.all().delete()
    page.goto(f"{q.HERE}5/")
    sign_in_here(page)
    expect(q.heading(page, 5)).to_be_visible()


# --- how it looks


def test_every_page_is_accessible(open_page: Any, watch: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    for address in ("/assessments/", q.HERE, f"{q.HERE}1/", f"{q.WELLBEING}1/"):
        page.goto(address)
        assert_accessible(page)
    page.goto(f"{q.HERE}1/")
    q.touch(page, 1, 1)
    expect(q.state(page)).to_have_text(q.KEPT)
    assert_accessible(page)
    for rest in ("3/support/", "3/waits/", "check/", "check/waits/"):
        address = q.HERE + rest
        page.goto(address)
        assert_accessible(page)
    page.goto(f"{q.HERE}2/")
    q.answer(page, *QUIET[1:], start=2)
    assert_accessible(page)
    page.get_by_role("button", name="Send").tap()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert_accessible(page)
    page.goto("/assessments/")
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    assert_accessible(page)
    watch.expect("status of 409")
    page.goto("/assessments/week-12/hdrs17-self/")
    expect(page.get_by_text("These questions are not open now.")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("text", [100, 200])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_cut(open_page: Any, request: Any, watch: Any, width: int, text: int) -> None:
    """WCAG 1.4.4 and 1.4.10, and the two of them together."""
    page: Page = open_page(
        browser=request.getfixturevalue("large_text" if text == 200 else "chromium"),
        sign_in=cast.participant().user, viewport={"width": width, "height": 700}, is_mobile=False,
    )  # fmt: skip
    watch.allow("favicon.svg (net::ERR_ABORTED)")
    cut: dict[str, Any] = {}
    pages = ("", "2/", "3/", "11/", "3/support/", "3/waits/", "check/", "check/waits/")
    for address in ("/assessments/", f"{q.WELLBEING}1/", *[q.HERE + rest for rest in pages]):
        page.goto(address)
        page.evaluate("document.querySelectorAll('[data-help]').forEach(e => e.hidden = false)")
        if found := page.evaluate(OVERFLOWING):
            cut[address] = found
    assert cut == {}


@pytest.mark.parametrize("height", [568, 320])
def test_answered_at_320_with_large_text(open_page: Any, large_text: Any, height: int) -> None:
    """Nothing that stays in sight covers the answers or what leads on."""
    page: Page = open_page(
        browser=large_text, sign_in=cast.participant().user,
        viewport={"width": 320, "height": height},
    )  # fmt: skip
    page.goto(f"{q.HERE}1/")
    q.answer(page, None, 4)
    page.goto(f"{q.WELLBEING}1/")
    choose(page, "How has your mood been?", "10")
    expect(q.state(page)).to_have_text(q.KEPT)
    assert q.kept() == {"1": None, "2": 4}
