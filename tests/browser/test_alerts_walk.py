"""From a touch on the phone to the clinician: help first, then the alert, its mail, its clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

import protocol
from accounts.models import User
from core import clock
from safety.models import SafetyAlert
from safety.services import telling
from tests import cast
from tests.browser import questionnaires as q
from tests.browser.access import assert_accessible

TIERS = {1: "review", 2: "same_day", 3: "immediate", 4: "immediate"}
ESCALATES = protocol.load("exdep12").safety_tier("immediate").escalate_minutes
ALARM = "A message about a safety alert could not be sent."


@pytest.fixture(autouse=True)
def _staff_without_second_factor(settings: Any) -> None:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    settings.EXDEP_SMS_GATEWAY = "log"


def duty(number: int) -> User:
    """The clinicians that every site of these tests has on duty."""
    return User.objects.get(email=f"duty{number}-bj@example.org")


def work(monkeypatch: pytest.MonkeyPatch, minutes: float = 0) -> None:
    """The worker's turn, at a moment after the cast's noon."""
    now = cast.NOW + timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: now)
    telling.tick()


def test_help_comes_before_saved_at_each_score_of_danger(open_page: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.goto(f"{q.HERE}3/")
    q.touch(page, 3, 0)
    expect(q.state(page)).to_contain_text(q.KEPT)
    expect(q.panel(page)).to_be_hidden()
    assert not SafetyAlert.objects.exists()
    for score, tier in TIERS.items():
        held = q.Held(page)
        q.touch(page, 3, score)
        expect(q.panel(page)).to_be_visible()
        expect(q.panel(page).get_by_role("link", name="120")).to_be_visible()
        assert not SafetyAlert.objects.filter(detail__value=score).exists()
        with page.expect_response(q.API):
            held.release()
        page.unroute(q.API)
        alert = SafetyAlert.objects.get(detail__value=score)
        assert (alert.tier, alert.state, alert.owner) == (tier, "open", duty(1))
    q.touch(page, 3, 0)
    expect(q.state(page)).to_contain_text(q.KEPT)
    assert SafetyAlert.objects.unclosed().count() == len(TIERS)


def test_danger_reaches_the_page_and_the_mail_and_goes_on_until_answered(
    open_page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = cast.participant()
    page: Page = open_page(sign_in=patient.user)
    page.goto(f"{q.HERE}3/")
    q.touch(page, 3, 3)
    expect(q.state(page)).to_contain_text(q.KEPT)
    work(monkeypatch)
    assert [message.to for message in mail.outbox] == [[duty(1).email]]
    text = mail.outbox[0].subject + mail.outbox[0].body
    assert patient.study_id not in text
    assert "exercise" not in text.lower()
    desk: Page = open_page(sign_in=duty(1), viewport={"width": 1280, "height": 800})
    desk.goto("/safety/")
    expect(desk.get_by_text("Answer within 60 minutes")).to_be_visible()
    assert_accessible(desk)
    work(monkeypatch, ESCALATES[0] - 1)
    assert len(mail.outbox) == 1
    work(monkeypatch, ESCALATES[0])
    assert mail.outbox[-1].to == [duty(2).email]
    work(monkeypatch, ESCALATES[1])
    assert {to for message in mail.outbox[2:] for to in message.to} >= {duty(1).email}
    # The session that rested for four hours has ended.
    desk = open_page(sign_in=duty(1), viewport={"width": 1280, "height": 800})
    desk.goto("/safety/")
    expect(desk.get_by_text("Late by 3 hours")).to_be_visible()
    desk.get_by_role("link", name=patient.study_id).click()
    expect(desk.get_by_text("What was answered")).to_be_visible()
    desk.get_by_label("What was done, in words").first.fill("I am calling now.")
    desk.get_by_role("button", name="I am looking after this").click()
    expect(desk.get_by_text("I am calling now.")).to_be_visible()
    sent = len(mail.outbox)
    work(monkeypatch, ESCALATES[1] + 600)
    assert len(mail.outbox) == sent
    assert SafetyAlert.objects.get().owner == duty(1)


def test_with_the_mail_server_down_the_alarm_shows(
    open_page: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    page: Page = open_page(sign_in=cast.participant().user)
    page.goto(f"{q.HERE}3/")
    q.touch(page, 3, 2)
    expect(q.state(page)).to_contain_text(q.KEPT)
    settings.EMAIL_BACKEND = "tests.safety.test_alerts.Broken"
    work(monkeypatch)
    desk: Page = open_page(sign_in=duty(1), viewport={"width": 1280, "height": 800})
    for address in ("/safety/", "/safety/rota/"):
        desk.goto(address)
        expect(desk.get_by_text(ALARM).first).to_be_visible()
    assert desk.request.get("/healthz").json()["messages"] == "degraded"


def test_i_am_not_safe_is_one_tap_and_honest_without_a_network(open_page: Any) -> None:
    patient = cast.participant()
    User.objects.filter(pk=patient.user_id).update(phone="13800000000")
    page: Page = open_page(sign_in=patient.user)
    page.goto("/today/")
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller")
    page.goto("/help-now/")
    expect(page.locator("#not-received")).to_be_hidden()
    assert_accessible(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="I am not safe").tap()
    expect(page.locator("#not-received")).to_be_visible()
    expect(page.locator("#not-received")).to_contain_text("Nobody has received this")
    assert_accessible(page)
    assert not SafetyAlert.objects.exists()
    page.context.set_offline(False)
    page.get_by_role("button", name="I am not safe").tap()
    expect(page.get_by_role("heading", name="You are not alone with this")).to_be_visible()
    expect(page.get_by_text("is asked to call you by 13:00")).to_be_visible()
    assert_accessible(page)
    assert SafetyAlert.objects.get().kind == SafetyAlert.Kind.NOT_SAFE


def test_i_am_not_safe_works_without_script(open_page: Any) -> None:
    page: Page = open_page(sign_in=cast.participant().user, java_script_enabled=False)
    page.goto("/help-now/")
    page.get_by_role("button", name="I am not safe").tap()
    expect(page.get_by_role("heading", name="You are not alone with this")).to_be_visible()
    assert SafetyAlert.objects.count() == 1
