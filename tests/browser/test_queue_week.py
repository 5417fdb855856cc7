"""A week without a network, and a phone that dies in the middle of it: all there, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect

from logging_app.models import CheckIn, SleepNight, Workout
from tests import cast
from tests.browser.offline import NO_NETWORK, take_along, waiting
from tests.browser.steps import choose
from tests.browser.telephone import Telephone

DUE = "2026-03-15"
MORNINGS = [cast.NOW.date() - timedelta(days=back) for back in range(7)]


def save(page: Page, expected: int) -> None:
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("heading", name="On this phone")).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_have_count(expected)


def workout(page: Page, number: int, expected: int) -> None:
    page.goto("/log/")
    page.get_by_label("How many minutes?").fill(str(20 + number))
    choose(page, "Mood now, after", str(number))
    save(page, expected)


def night(page: Page, number: int, expected: int) -> None:
    page.goto(f"/sleep/{MORNINGS[number]}/")
    choose(page, "How well did you sleep?", str(number))
    save(page, expected)


def check_in(page: Page, expected: int) -> None:
    page.goto(f"/check-in/{DUE}/")
    page.get_by_label("How many minutes of sport").fill("40")
    save(page, expected)


def test_week_offline_with_a_dying_phone_arrives_once(
    battery_phone: Callable[..., Telephone], watch: Any
) -> None:
    # A cookie that was not on the disk yet when the phone died is asked for again.
    watch.allow(*NO_NETWORK, "status of 403")
    telephone = battery_phone(cast.participant().user)
    page = telephone.on(watch)
    take_along(page)
    page.context.set_offline(True)
    for number in range(3):
        workout(page, number, 2 * number + 1)
        night(page, number, 2 * number + 2)
    check_in(page, 7)
    telephone.die()

    page = telephone.on(watch)
    page.context.set_offline(True)
    page.goto("/today/")
    expect(page.get_by_text("7 entries are on this phone, not yet sent.")).to_be_visible()
    for number in range(3, 5):
        workout(page, number, 2 * number + 2)
        night(page, number, 2 * number + 3)
    night(page, 5, 12)
    night(page, 6, 13)
    telephone.die()
    assert not Workout.objects.exists()

    page = telephone.on(watch)
    page.goto("/unsent/")
    expect(page.get_by_text("Nothing waits here")).to_be_visible(timeout=30_000)
    assert waiting(page) == []
    workouts = Workout.objects.order_by("duration_min")
    assert [(w.duration_min, w.mood_after, w.edit) for w in workouts] == [
        (20 + number, number, 1) for number in range(5)
    ]
    nights = SleepNight.objects.order_by("-date")
    assert [(n.date, n.quality, n.edit) for n in nights] == [
        (morning, number, 1) for number, morning in enumerate(MORNINGS)
    ]
    told = CheckIn.objects.get()
    assert (str(told.due_on), told.active_minutes, told.edit) == (DUE, 40, 1)
    rows: list[Any] = [*workouts, *nights, told]
    for row in rows:
        assert row.device_time is not None
        assert row.received_at is not None
