"""Steps through a questionnaire, as a thumb or the keys take them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

import protocol
from assessments.models import Response

HERE = "/assessments/week-6/hdrs17-self/"
WELLBEING = "/assessments/week-6/wellbeing/"
API = "**/api/v1/assessments/**"
QUESTIONS = protocol.instrument("hdrs17-self")
TITLE = "How the past week was"
DECLINE = "I’d rather not answer"
KEPT = "Kept."
HERE_ONLY = "On this phone, not yet sent: there is no connection."
OFFLINE = "Not sent: there is no connection"


def words(key: str, value: int | None) -> str:
    """The words of one answer."""
    if value is None:
        return DECLINE
    return next(str(o.label) for o in QUESTIONS.item(key).options if o.value == value)


def heading(page: Page, number: int) -> Locator:
    return page.get_by_role("heading", name=f"Question {number} of 17")


def radio(page: Page, number: int, value: int | None) -> Locator:
    name = words(QUESTIONS.keys[number - 1], value)
    return page.get_by_role("radio", name=name, exact=True)


def touch(page: Page, number: int, value: int | None) -> None:
    """Choose an answer on the page of its question."""
    expect(heading(page, number)).to_be_visible()
    page.locator("label.choice").filter(has=radio(page, number, value)).tap()


def state(page: Page) -> Locator:
    """The line that says whether the answer is kept."""
    return page.locator("[data-state]")


def panel(page: Page) -> Locator:
    return page.get_by_role("alert").filter(has_text="You do not have to go through this alone")


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Next").tap()


def answer(page: Page, *answers: int | None, start: int = 1) -> None:
    """Answer question after question by touch, and arrive on the page after them."""
    for number, value in enumerate(answers, start=start):
        touch(page, number, value)
        go_on(page)
    after = start + len(answers)
    if after <= len(QUESTIONS.keys):
        expect(heading(page, after)).to_be_visible()
    else:
        expect(page.get_by_role("heading", name="Your answers")).to_be_visible()


def kept() -> dict[str, int | None]:
    """What the server holds of the own version."""
    found = Response.objects.filter(instrument="hdrs17-self").first()
    return found.answers if found else {}


class Held:
    """Requests, the autosave's by default, that stay on their way until they are let through."""

    def __init__(self, page: Page, address: str = API) -> None:
        self.routes: list[Route] = []
        self.free = False
        page.route(address, lambda route: self._meet(route))

    def _meet(self, route: Route) -> None:
        if self.free:
            route.continue_()
        else:
            self.routes.append(route)

    def release(self) -> None:
        self.free = True
        while self.routes:
            self.routes.pop(0).continue_()


def reloads(page: Page, address: str) -> Iterator[Any]:
    """The same page again and again, at most 40 times: until what was sent has arrived."""
    for _ in range(40):
        yield page.goto(address)
