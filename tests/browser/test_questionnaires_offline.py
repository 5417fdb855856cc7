"""Questionnaires on a phone that loses its network and dies twice, ended on another device."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import protocol
from assessments.models import Response
from safety.models import SafetyAlert
from tests import cast
from tests.browser import questionnaires as q
from tests.browser.access import assert_accessible
from tests.browser.offline import NO_NETWORK, personal, take_along, until_sent, waiting
from tests.browser.telephone import Telephone

pytestmark = pytest.mark.usefixtures("questionnaires_kept")

PHQ9 = "/assessments/week-6/phq9/"
WAITS = "This question waits for the network"
HDRS = {"1": 2, "2": 1, "4": 1, "5": None, "6": 0}
NAMES = {q.HERE: "hdrs17-self", PHQ9: "phq9"}


def heading(page: Page, at: str, number: int) -> Any:
    of = len(protocol.instrument(NAMES[at]).keys)
    return page.get_by_role("heading", name=f"Question {number} of {of}", exact=True)


def touch(page: Page, at: str, number: int, value: int | None) -> None:
    expect(heading(page, at, number)).to_be_visible()
    chosen = "none" if value is None else value
    page.locator("label.choice").filter(has=page.locator(f"[value='{chosen}']")).tap()


def answer_offline(page: Page, at: str, number: int, value: int | None) -> None:
    touch(page, at, number, value)
    expect(q.state(page)).to_contain_text(q.HERE_ONLY)
    q.go_on(page)


def sent(instrument: str) -> dict[str, int | None]:
    found = Response.objects.filter(instrument=instrument).first()
    return found.answers if found else {}


def test_killed_twice_offline_in_between_and_ended_on_another_device(
    battery_phone: Callable[..., Telephone], open_page: Any, watch: Any
) -> None:
    person = cast.participant()
    # A cookie that was not on the disk yet when the phone died is asked for again.
    watch.allow(*NO_NETWORK, "status of 403")
    telephone = battery_phone(person.user)
    page = telephone.on(watch)
    take_along(page)
    kept = [path for paths in personal(page).values() for path in paths]
    assert f"{q.HERE}2/" in kept
    assert not {f"{q.HERE}3/", f"{PHQ9}9/", f"{q.HERE}check/"} & set(kept)
    page.goto(f"{q.HERE}1/")
    q.touch(page, 1, 2)
    expect(q.state(page)).to_have_text(q.KEPT)

    page.context.set_offline(True)
    q.go_on(page)
    answer_offline(page, q.HERE, 2, 1)
    expect(page.get_by_role("heading", name=WAITS)).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Go on with the others").tap()
    answer_offline(page, q.HERE, 4, 1)
    page.goto(f"{PHQ9}8/")
    answer_offline(page, PHQ9, 8, 3)
    expect(page.get_by_role("heading", name=WAITS)).to_be_visible()
    page.get_by_role("link", name="Go on with the others").tap()
    answer_offline(page, PHQ9, 10, 1)
    expect(page.get_by_role("heading", name="Sending waits for the network")).to_be_visible()
    assert_accessible(page)
    telephone.die()

    page = telephone.on(watch)
    page.context.set_offline(True)
    page.goto("/today/")
    expect(page.get_by_text("2 entries are on this phone, not yet sent.")).to_be_visible()
    page.get_by_role("link", name=q.TITLE).tap()
    go_on = page.locator("[data-go-on]")
    expect(go_on).to_have_attribute("href", re.compile(f"{q.HERE}4/"))
    go_on.tap()
    expect(heading(page, q.HERE, 4)).to_be_visible()
    expect(q.radio(page, 4, 1)).to_be_checked()
    page.goto(f"{q.HERE}2/")
    expect(q.radio(page, 2, 1)).to_be_checked()
    page.goto(f"{q.HERE}1/")
    expect(q.radio(page, 1, 2)).to_be_checked()
    page.goto(f"{q.HERE}5/")
    answer_offline(page, q.HERE, 5, None)
    answer_offline(page, q.HERE, 6, 0)
    telephone.die()
    assert (sent("hdrs17-self"), sent("phq9")) == ({"1": 2}, {})

    page = telephone.on(watch)
    page.goto("/unsent/")
    expect(page.get_by_text("Nothing waits here")).to_be_visible(timeout=30_000)
    assert waiting(page) == []
    assert (sent("hdrs17-self"), sent("phq9")) == (HDRS, {"8": 3, "10": 1})
    assert not SafetyAlert.objects.exists()

    tablet: Page = open_page(sign_in=person.user, viewport={"width": 820, "height": 1180})
    tablet.goto(q.HERE)
    tablet.get_by_role("link", name="Go on where you stopped").tap()
    touch(tablet, q.HERE, 3, 0)
    q.go_on(tablet)
    expect(q.radio(tablet, 4, 1)).to_be_checked()
    finish(tablet, q.HERE, list(range(7, 18)))
    finish(tablet, PHQ9, [*range(1, 8), 9])
    whole: Any = Response.objects.exclude(submitted_at=None)
    assert {r.instrument: r.answers for r in whole} == {
        "hdrs17-self": {**HDRS, "3": 0, **{str(n): 0 for n in range(7, 18)}},
        "phq9": {**{str(n): 0 for n in [*range(1, 8), 9]}, "8": 3, "10": 1},
    }


def finish(page: Page, at: str, numbers: list[int]) -> None:
    """Answer the rest, and send."""
    for number in numbers:
        page.goto(f"{at}{number}/")
        touch(page, at, number, 0)
        expect(q.state(page)).to_have_text(q.KEPT)
    page.goto(f"{at}check/")
    page.get_by_role("button", name="Send").tap()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_answer_that_takes_too_long_waits_on_the_phone(open_page: Any) -> None:
    """The network is there and does not answer: going on is not held up for longer than seconds."""
    page: Page = open_page(sign_in=cast.participant().user)
    page.clock.install()
    page.goto(f"{q.HERE}1/")
    held = q.Held(page)
    q.touch(page, 1, 2)
    q.go_on(page)
    page.clock.run_for(5_000)
    expect(q.heading(page, 2)).to_be_visible()
    assert waiting(page)[0]["body"]["answers"] == {"1": 2}
    held.release()
    until_sent(page)
    page.goto(q.HERE)
    expect(page.get_by_role("link", name="Go on where you stopped")).to_have_attribute(
        "href", f"{q.HERE}2/#question"
    )
    assert q.kept() == {"1": 2}


def test_sending_without_a_network_says_that_it_waits(open_page: Any, watch: Any) -> None:
    """And what was answered meanwhile is drawn once it has arrived."""
    page: Page = open_page(sign_in=cast.participant().user)
    take_along(page)
    for number in range(1, 17):
        page.goto(f"{q.HERE}{number}/")
        q.touch(page, number, 0)
        expect(q.state(page)).to_have_text(q.KEPT)
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK)
    page.goto(f"{q.HERE}17/")
    answer_offline(page, q.HERE, 17, 0)
    expect(page.get_by_role("heading", name="Sending waits for the network")).to_be_visible()
    held = q.Held(page)
    page.context.set_offline(False)
    page.goto(f"{q.HERE}check/")
    expect(page.get_by_text("1 question has no answer yet.")).to_be_visible()
    held.release()
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Send").tap()
    expect(page.get_by_role("heading", name="Sending waits for the network")).to_be_visible()
    page.context.set_offline(False)
    page.goto(f"{q.HERE}check/")
    page.get_by_role("button", name="Send").tap()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert not [
        path for paths in personal(page).values() for path in paths if path == f"{q.HERE}2/"
    ]
