"""The pages that draw on several rooms: beginnings, Today, me, language, what a phone keeps."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.roles import Role
from logging_app.services import record_workout
from tests import cast

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
INDISCREET = re.compile(r"depress|trial|\barm\b|control|exercise|抑郁|试验", re.IGNORECASE)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        yield clock


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, BACKEND)
    return client


def today_of(person: Any) -> Any:
    return client_of(person.user).get("/today/")


def walk(person: Any, **fields: Any) -> None:
    entry = {
        "modality": "aerobic", "activity": "jogging", "duration_min": 30,
        "started_at": cast.NOW - timedelta(hours=2), **fields,
    }  # fmt: skip
    record_workout(participant=person, uuid=uuid4(), entry=entry, by=person.user, now=cast.NOW)


# --- where each begins


def test_home_of_a_participant_is_today() -> None:
    assert client_of(cast.participant().user).get("/")["Location"] == "/today/"


@pytest.mark.parametrize(
    ("role", "desk"), [(Role.COORDINATOR, True), (Role.MONITOR, True), (Role.RATER, False)]
)
def test_home_of_staff_shows_what_is_theirs(settings: Any, role: Role, desk: bool) -> None:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    page = client_of(cast.staff(role)).get("/")
    assert ("/admin/" in [card["href"] for card in page.context["cards"]]) is desk


@pytest.mark.parametrize(
    ("role", "words"),
    [(Role.STATISTICIAN, "ask them for it")],
)
def test_home_of_staff_without_a_room_says_whom_to_ask(
    settings: Any, role: Role, words: str
) -> None:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    assert words in client_of(cast.staff(role)).get("/").content.decode()
    assert words not in client_of(cast.staff(Role.MONITOR)).get("/").content.decode()


def test_home_of_a_stranger_is_the_sign_in() -> None:
    assert Client().get("/")["Location"] == "/account/login/?next=/"


# --- today


def test_today_shows_the_week_by_kind() -> None:
    person = cast.participant()
    walk(person)
    walk(person, modality="strength", activity="dumbbells")
    kinds = today_of(person).context["kinds"]
    assert [(k["asked"], k["done"], k["next_key"]) for k in kinds] == [
        (3, 1, "w07-aerobic-2"),
        (1, 1, ""),
        (1, 0, "w07-flexibility-1"),
    ]


def test_today_gives_beats_only_where_they_guide() -> None:
    """Week 7 asks 50–55 % of the reserve: age 36 (Tanaka 182.8), rest 70 gives 126–132."""
    person = cast.participant()
    assert today_of(person).context["kinds"][0]["beats"] == ""
    cast.fitness(person)
    assert today_of(person).context["kinds"][0]["beats"] == "126–132 beats a minute"


@pytest.mark.parametrize(
    ("done", "words"),
    [(0, "in any order"), (2, "Any of the others"), (5, "Rest is part of it")],
)
def test_today_says_where_the_week_stands_without_blame(done: int, words: str) -> None:
    person = cast.participant()
    week = [("aerobic", "jogging")] * 3 + [("strength", "dumbbells"), ("flexibility", "yoga")]
    for hours, (modality, activity) in enumerate(week[:done], start=1):
        started_at = cast.NOW - timedelta(hours=hours)
        walk(person, modality=modality, activity=activity, started_at=started_at)
    assert words in today_of(person).context["week_sentence"]


def test_today_of_the_control_arm_suggests_no_exercise() -> None:
    page = today_of(cast.participant(arm="control"))
    assert page.context["kinds"] == []
    assert "twelve-week programme" in page.context["offered_after"]
    assert "?session=" not in page.content.decode()


def test_today_has_the_same_navigation_in_both_arms() -> None:
    def navigation(person: Any) -> list[str]:
        nav = re.search(r'<nav class="nav".*?</nav>', today_of(person).content.decode(), re.S)
        assert nav is not None
        return re.findall(r'<a href="([^"]+)"', nav[0])

    theirs = navigation(cast.participant("control", arm="control"))
    assert theirs == navigation(cast.participant())
    assert theirs == ["/today/", "/log/", "/history/", "/me/"]


def test_today_of_a_newcomer_asks_nothing_yet() -> None:
    context = today_of(cast.participant(week=None, consented=False)).context
    assert context["pending_consent"] is True
    assert (context["kinds"], context["due"], context["week_line"]) == ([], [], "Before the start")


def test_today_after_the_last_week() -> None:
    context = today_of(cast.participant(week=14)).context
    assert (context["kinds"], context["finished"]) == ([], True)
    assert context["week_line"] == "After week 12"


@pytest.mark.parametrize(
    ("week", "text"),
    [
        (5, "Around 29 March (from 22 March to 5 April)."),
        (7, "Any day until 22 March."),
    ],
)
def test_next_visit_says_when(week: int, text: str) -> None:
    """Day 42 ± 7. Today, 18 March, is day 3 of its week: week 5 began its study on 16 February."""
    visit = today_of(cast.participant(week=week)).context["next_visit"]
    assert visit == {"title": "Visit: Week 6", "text": text}


def test_today_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    person = cast.participant()
    cast.fitness(person)
    for hours in range(1, 6):
        walk(person, started_at=cast.NOW - timedelta(hours=hours))
    client = client_of(person.user)
    client.get("/today/")
    with django_assert_max_num_queries(20):
        client.get("/today/")


# --- me, and whom to reach


@pytest.mark.parametrize("address", ["/today/", "/me/"])
def test_someone_can_be_reached(address: str) -> None:
    place = cast.site(
        contact_name="Lin Mei", contact_phone="+86 10 5555-0100", contact_hours="Mon–Fri 9–17"
    )
    page = client_of(cast.participant(at=place).user).get(address).content.decode()
    assert "Lin Mei · Mon–Fri 9–17" in page
    assert 'href="tel:+861055550100"' in page


def test_without_a_telephone_there_is_no_dead_link() -> None:
    assert "tel:" not in client_of(cast.participant().user).get("/me/").content.decode()


# --- language


def test_language_is_kept_for_the_account() -> None:
    person = cast.participant()
    client = client_of(person.user)
    response = client.post("/language/", {"language": "zh-hans", "next": "/me/"})
    assert response["Location"] == "/me/"
    person.user.refresh_from_db()
    assert person.user.language == "zh-hans"
    assert '<html lang="zh-hans"' in client.get("/me/").content.decode()
    elsewhere = client_of(person.user)
    assert '<html lang="zh-hans"' in elsewhere.get("/me/").content.decode()


@pytest.mark.parametrize("target", ["https://elsewhere.test/", "//elsewhere.test/", "/\\\\x", ""])
def test_language_leads_nowhere_else(target: str) -> None:
    response = Client().post("/language/", {"language": "zh-hans", "next": target})
    assert response["Location"] == "/"


def test_unknown_language_changes_nothing() -> None:
    response = Client().post("/language/", {"language": "tlh", "next": "/help-now/"})
    assert response["Location"] == "/help-now/"
    assert not response.cookies


# --- what a phone installs and keeps


def test_manifest_is_discreet(settings: Any) -> None:
    settings.EXDEP_SITE_NAME = 'Lin\'s "Week"'
    manifest = Client().get("/manifest.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json"
    assert manifest.json()["name"] == 'Lin\'s "Week"'
    assert not INDISCREET.search(manifest.content.decode())


@pytest.mark.parametrize("address", ["/today/", "/log/", "/history/", "/me/", "/help-now/"])
def test_titles_are_discreet(address: str) -> None:
    page = client_of(cast.participant().user).get(address, follow=True).content.decode()
    title = re.search(r"<title>(.*?)</title>", page, re.S)
    assert title is not None
    assert not INDISCREET.search(title[1])


def test_service_worker_keeps_only_what_is_nobodys() -> None:
    answer = Client().get("/sw.js")
    assert answer["Content-Type"] == "text/javascript"
    assert "no-cache" in answer["Cache-Control"]
    listed = re.search(r"const PRECACHE = \[(.*?)\];", answer.content.decode(), re.S)
    assert listed is not None
    addresses = re.findall(r'"([^"]+)"', listed[1])
    assert len(addresses) >= 6
    assert all(address.startswith("/static/") for address in addresses)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_help_is_small_and_the_same_for_everyone(language: str) -> None:
    """CONTRACT: HTML of at most 15 KB uncompressed, no sign-in."""
    headers = {"accept-language": language}
    stranger = Client().get("/help-now/", headers=headers)
    assert stranger.status_code == 200
    assert len(stranger.content) <= 15_000
    assert 'href="tel:120"' in stranger.content.decode()
    assert not stranger.cookies
    known = client_of(cast.participant().user).get("/help-now/", headers=headers)
    assert without_number(known) == without_number(stranger)


def without_number(response: Any) -> str:
    return re.sub(r"[0-9a-f]{32}", "", response.content.decode())


def test_offline_page_is_the_same_for_everyone() -> None:
    known = client_of(cast.participant().user).get("/offline/")
    assert without_number(known) == without_number(Client().get("/offline/"))


@pytest.mark.parametrize("address", ["/today/", "/log/", "/history/", "/me/"])
def test_personal_pages_are_kept_by_no_cache(address: str) -> None:
    response = client_of(cast.participant().user).get(address, follow=True)
    assert "no-store" in response["Cache-Control"]
