"""What time alone changes for a phone: midnight passes, a questionnaire opens again or never."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from assessments.models import Response
from core import clock
from enrollment.models import Participant
from logging_app.models import CheckIn, SleepNight
from safety.models import DutyShift
from tests import cast
from tests.browser import questionnaires as q
from tests.browser.access import assert_accessible
from tests.browser.offline import NO_NETWORK, take_along, until_sent, waiting
from tests.browser.steps import choose

EVENING = datetime(2026, 3, 25, 14, 0, tzinfo=UTC)  # 22:00; the check-in of the 29th opens tomorrow
MORNING = EVENING + timedelta(hours=9)
BASELINE = "/assessments/week-0/hdrs17-self/"


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("heading", name="On this phone")).to_be_visible()


def test_tomorrows_questions_are_there_after_midnight_without_a_network(
    open_page: Any, watch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: EVENING)
    page: Page = open_page(sign_in=cast.participant().user)
    page.clock.set_fixed_time(EVENING)
    take_along(page)
    night = page.locator("a[href='/sleep/2026-03-26/?ahead=1']")
    check_in = page.locator("a[href='/check-in/2026-03-29/?ahead=1']")
    page.context.set_offline(True)
    watch.allow(*NO_NETWORK)
    page.goto("/today/")
    expect(page.get_by_text("There is no connection")).to_be_visible()
    expect(night).to_be_hidden()
    expect(check_in).to_be_hidden()

    page.clock.set_fixed_time(MORNING)
    page.goto("/today/")
    expect(check_in).to_be_visible()
    assert_accessible(page)
    night.tap()
    expect(page.get_by_role("heading", name="How was the night?")).to_be_visible()
    choose(page, "How well did you sleep?", "4")
    save(page)
    page.goto("/today/")
    check_in.tap()
    page.get_by_label("How many minutes of sport").fill("40")
    save(page)

    monkeypatch.setattr(clock, "now", lambda: MORNING)
    page.context.set_offline(False)
    until_sent(page)
    told, slept = CheckIn.objects.get(), SleepNight.objects.get()
    assert (str(told.due_on), told.active_minutes) == ("2026-03-29", 40)
    assert (str(slept.date), slept.quality) == ("2026-03-26", 4)


def answer_offline(page: Page, number: int, value: int) -> None:
    page.goto(f"{BASELINE}{number}/")
    page.context.set_offline(True)
    q.touch(page, number, value)
    expect(q.state(page)).to_contain_text(q.HERE_ONLY)


def on_duty(starts: int, ends: int) -> None:
    """The hours of the site's clinicians; from 0 to 0 is around the clock."""
    DutyShift.objects.update(starts_at=time(starts), ends_at=time(ends))


def test_answers_that_are_not_open_wait_and_say_why_and_then_arrive_or_are_refused(
    open_page: Any, watch: Any, tmp_path: Path
) -> None:
    """At first nobody is on duty, so that they wait; later the baseline is over, for good."""
    person = cast.participant(week=None)
    page: Page = open_page(sign_in=person.user)
    page.clock.install(time=cast.NOW)
    watch.allow(*NO_NETWORK)
    watch.expect("status of 409")
    answer_offline(page, 1, 2)
    on_duty(20, 22)
    page.context.set_offline(False)
    page.goto("/unsent/")
    expect(page.get_by_text("Not yet sent.", exact=True)).to_be_visible()
    expect(page.get_by_text("only while clinicians of the study are on duty")).to_be_visible()
    expect(page.get_by_text("open again on Wednesday, 18 March, 20:00")).to_be_visible()
    expect(page.get_by_text("could not be saved as it is")).to_be_hidden()
    assert_accessible(page)
    assert not Response.objects.exists()
    on_duty(0, 0)
    page.clock.fast_forward("10:05")  # nobody touches the phone meanwhile
    expect(page.get_by_text("Nothing waits here")).to_be_visible()
    assert q.kept() == {"1": 2}

    answer_offline(page, 2, 1)
    allocated = {"state": Participant.State.ALLOCATED, "arm": "control", "day_one": "2026-03-18"}
    Participant.objects.filter(pk=person.pk).update(**allocated)
    page.context.set_offline(False)
    page.goto("/unsent/")
    expect(page.get_by_text("This could not be saved as it is:")).to_be_visible()
    expect(page.get_by_text("are closed now. What you wrote can be handed")).to_be_visible()
    assert_accessible(page)
    with page.expect_download() as taken:
        page.get_by_role("button", name="As a file for the study team").tap()
    taken.value.save_as(tmp_path / "entry.json")
    told = json.loads((tmp_path / "entry.json").read_text())
    assert (told["body"]["answers"], told["study_id"]) == ({"2": 1}, person.study_id)
    assert "closed now" in str(told["words"])
    assert [(row["state"], row["code"]) for row in waiting(page)] == [("refused", "not_open")]
    assert q.kept() == {"1": 2}
