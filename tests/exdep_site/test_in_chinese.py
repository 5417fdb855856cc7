"""The pages as someone who reads Chinese opens them: nothing is left in English."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

import protocol
from accounts.models import Site
from accounts.services import change_language
from enrollment.models import Participant
from logging_app.services import record_workout
from schedule.models import Pause, SessionPlan
from schedule.rules.plan import protocol_plan
from tests import cast

pytestmark = pytest.mark.django_db

# Names that are the same in every language, and the addresses of the cast.
NAMES = (
    settings.EXDEP_SITE_NAME,
    "English",
    "RMSSD",
    "SDNN",
    "PHQ-9",
    "EX-patient",
    "patient@example.org",
)
OPEN = ("/help-now/", "/offline/", "/account/login/", "/account/login/code/")
OWN = (
    "/today/", "/calendar/", "/log/", "/history/", "/me/",
    "/sleep/", "/sleep/2026-03-18/", "/check-in/", "/check-in/2026-03-15/", "/estimate/",
    "/assessments/", "/assessments/week-6/wellbeing/", "/assessments/week-6/wellbeing/1/",
    "/assessments/week-6/hdrs17-self/", "/assessments/week-6/hdrs17-self/1/",
    "/assessments/week-6/hdrs17-self/3/", "/assessments/week-6/hdrs17-self/3/waits/",
    "/assessments/week-6/hdrs17-self/check/", "/assessments/week-6/hdrs17-self/check/waits/",
    "/account/password/change/", "/account/email/", "/account/2fa/", "/account/logout/",
)  # fmt: skip
PLANNED = ("/week/", "/plan/")  # of who exercises
EVERY = {"exercise": (*OWN, *PLANNED), "control": OWN}


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def shown(html: str) -> str:
    """What a page shows or says aloud: its text, and the labels and hints among its attributes."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    spoken = re.findall(r'(?:aria-label|alt|placeholder|title)="([^"]*)"', html)
    return unescape(" ".join([*spoken, re.sub(r"<[^>]*>", " ", html)]))


def english(html: str) -> list[str]:
    """The words of a page that are in Latin letters and no name."""
    text = shown(html)
    for name in NAMES:
        text = text.replace(name, " ")
    return re.findall(r"[A-Za-z]{2,}(?:[ ’'][A-Za-z]+)*", text)


def beijing() -> Site:
    return cast.site("bj", name="北京医院", contact_hours="周一至周五")


def opened(client: Client, address: str) -> str:
    response = client.get(address, headers={"accept-language": "zh-CN,zh;q=0.9"}, follow=True)
    assert response.status_code == 200
    page = response.content.decode()
    assert re.search(r'<html lang="zh-hans"', page, re.IGNORECASE)
    return page


def signed_in(person: Participant) -> Client:
    change_language(user=person.user, language="zh-hans")
    client = Client()
    client.force_login(person.user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_english_is_seen_where_it_stands() -> None:
    html = '<p title="More">时间 <b>not now</b> · My Week</p><script>let x</script>'
    assert english(html) == ["More", "not now"]


@pytest.mark.parametrize("address", OPEN)
def test_open_page_has_no_english_left(address: str) -> None:
    assert english(opened(Client(), address)) == []


@pytest.mark.parametrize(
    ("address", "arm"), [(address, arm) for arm, pages in EVERY.items() for address in pages]
)
def test_own_page_has_no_english_left(address: str, arm: str) -> None:
    person = cast.participant(arm=arm, at=beijing())
    cast.cover(person.site)
    assert english(opened(signed_in(person), address)) == []


@pytest.mark.parametrize("kind", ["illness", "travel", "other", "hold"])
def test_week_that_is_planned_and_paused_has_no_english_left(kind: str) -> None:
    person = cast.participant(at=beijing())
    cast.fitness(person)
    pause = Pause.objects.create(
        participant=person, kind=kind, starts_on=date(2026, 3, 20), by=person.user
    )
    SessionPlan.objects.create(
        participant=person, session_key="w07-aerobic-1", planned_on=date(2026, 3, 19),
        by=person.user,
    )  # fmt: skip
    client = signed_in(person)
    for address in ("/today/", "/week/", "/week/?week=6", "/week/?week=8", "/plan/"):
        assert english(opened(client, address)) == [], address
    Pause.objects.filter(pk=pause.pk).update(starts_on=date(2026, 3, 18))
    for address in ("/today/", "/week/", "/plan/"):
        assert english(opened(client, address)) == [], address


def test_plan_before_the_programme_starts_has_no_english_left() -> None:
    person = cast.participant(week=1, prescribed=False, at=beijing())
    cast.prescribe(
        person, protocol_plan(protocol.current(), 1), starts_on=cast.NOW.date() + timedelta(days=5)
    )
    client = signed_in(person)
    for address in ("/today/", "/week/", "/plan/", "/calendar/"):
        assert english(opened(client, address)) == [], address


@pytest.mark.parametrize("page", ["log_entry", "log_change"])
def test_entry_has_no_english_left(page: str) -> None:
    person = cast.participant()
    workout = record_workout(
        by=person.user, participant=person, now=cast.NOW, uuid=uuid.uuid4(),
        entry={
            "modality": "aerobic", "activity": "jogging", "duration_min": 30, "mood_before": 4,
            "mood_after": 6, "hrv_rmssd_ms": 40, "started_at": cast.NOW - timedelta(hours=3),
        },
    ).workout  # fmt: skip
    assert english(opened(signed_in(person), reverse(page, args=[workout.pk]))) == []


@pytest.mark.parametrize("arm", ["exercise", "control"])
def test_titles_tell_nobody_what_the_study_is_about(arm: str) -> None:
    person = cast.participant(arm=arm)
    cast.cover(person.site)
    client = signed_in(person)
    titles = [
        re.findall(r"(?s)<title>(.*?)</title>", opened(client, page))[0] for page in EVERY[arm]
    ]
    assert [title for title in titles if re.search("抑郁|组|试验|研究", title)] == []
