"""Steps that several of the browser's tests take."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from tests import cast


def sign_in(page: Page, name: str, password: str = cast.PASSWORD) -> None:
    """By the page, with e-mail or study code."""
    page.goto("/")
    page.get_by_label("E-mail or study code").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def card(page: Page, title: str) -> Locator:
    """One kind of session on Today."""
    return page.locator("section.card").filter(
        has=page.get_by_role("heading", name=title, exact=False)
    )


def choose(page: Page, question: str, answer: str) -> None:
    """Touch one point of a scale."""
    group = page.get_by_role("group", name=question)
    group.locator("label", has_text=answer).filter(
        has=page.locator(f"input[value='{answer}']")
    ).tap()
