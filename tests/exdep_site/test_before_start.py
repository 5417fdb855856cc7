"""Between consent and allocation: what Today, its API, the lists, the phone, the calendar say."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

import protocol
from accounts.roles import Role
from assessments import selectors, services
from assessments.clinic.selectors import open_now
from assessments.models import Response, Visit
from enrollment.models import Participant, Withdrawal
from exdep_site.pages.calendar_file import calendar_file
from tests import cast
from tests.enrollment import stage

pytestmark = pytest.mark.django_db

OWN = ["hdrs17-self", "phq9", "wellbeing"]
HERE = "/assessments/week-0/"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def person_in(state: str, name: str = "early") -> Participant:
    person = stage.consented(name)
    person.state = Participant.State(state)
    person.save()
    return person


@pytest.fixture
def person() -> Participant:
    return person_in("eligible")


def client_of(person: Participant) -> Client:
    client = Client()
    assert person.user is not None
    client.force_login(person.user)
    return client


def today_of(person: Participant) -> dict[str, Any]:
    answer = client_of(person).get("/api/v1/today/")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def page_of(person: Participant, address: str = "/today/") -> str:
    return html.unescape(client_of(person).get(address).content.decode())


def answers(instrument: str, value: int = 0) -> dict[str, int | None]:
    return dict.fromkeys(protocol.instrument(instrument).keys, value)


def send(person: Participant, instrument: str, *, complete: bool = True) -> Any:
    assert person.user is not None
    keys = answers(instrument) if complete else dict(list(answers(instrument).items())[:1])
    return services.save_answers(
        participant=person, visit="week-0", instrument=instrument, answers=keys,
        complete=complete, by=person.user, now=cast.NOW,
    )  # fmt: skip


def asked(person: Participant) -> list[str]:
    return [due.instrument for due in selectors.due(person, cast.NOW)]


# --- what is due


@pytest.mark.parametrize(
    ("state", "is_asked"),
    [("invited", False), ("declined", False), ("consented", False), ("eligible", True),
     ("ready", True), ("not_eligible", False), ("withdrawn", False)],
)  # fmt: skip
def test_baseline_is_due_where_the_page_of_first_steps_offers_it(
    state: str, is_asked: bool
) -> None:
    person = person_in(state)
    cast.cover(person.site)
    assert asked(person) == (OWN if is_asked else [])
    assert (f'href="{HERE}wellbeing/"' in page_of(person, "/screening/")) is is_asked
    assert (f'href="{HERE}wellbeing/"' in page_of(person)) is is_asked
    assert (f'href="{HERE}wellbeing/"' in page_of(person, "/assessments/")) is is_asked


def test_page_of_first_steps_says_where_the_other_questions_are(
    person: Participant, settings: Any
) -> None:
    words = "The starting visit has a few more questions."
    assert words in page_of(person, "/screening/")
    settings.EXDEP_STUDY = "short6"  # of whose starting visit the four questions are all
    assert asked(person) == ["wellbeing"]
    assert words not in page_of(person, "/screening/")


def test_api_says_what_is_due_and_that_its_days_are_unknown(person: Participant) -> None:
    found = today_of(person)
    assert found["due"] == [
        {"kind": "assessment", "visit": "week-0", "instrument": code, "opens": None, "closes": None}
        for code in OWN
    ]
    assert (found["study_day"], found["study_week"], found["sessions"]) == (None, None, [])
    assert (found["sleep_due"], found["pending_consent"]) == (True, False)


def test_what_was_sent_is_no_longer_due_and_what_was_begun_still_is(person: Participant) -> None:
    cast.cover(person.site)
    send(person, "wellbeing")
    send(person, "phq9", complete=False)
    assert asked(person) == ["hdrs17-self", "phq9"]
    page = page_of(person)
    assert "17 questions, before the start." in page
    assert "Begun. To finish before the start." in page
    assert f"{HERE}wellbeing/" not in page


def test_answers_that_staff_took_out_are_due_again(person: Participant) -> None:
    row = send(person, "wellbeing")
    by = cast.staff(Role.COORDINATOR, at=person.site)
    services.void_answers(response=row, reason="Not theirs", by=by, now=cast.NOW)
    assert asked(person) == OWN


def test_baseline_that_staff_wrote_down_as_missed_is_not_due(person: Participant) -> None:
    Visit.objects.create(participant=person, code="week-0", missed_reason="Away")
    assert asked(person) == []


def test_nothing_of_the_baseline_is_due_from_allocation_on() -> None:
    allocated = cast.participant(week=1)
    assert asked(allocated) == []
    assert today_of(allocated)["due"] == []


def test_nothing_is_due_while_a_renewed_consent_waits(person: Participant) -> None:
    cast.consent_document("2", approved_at=cast.NOW)
    found = today_of(person)
    assert (found["due"], found["sleep_due"], found["pending_consent"]) == ([], False, True)
    assert HERE not in page_of(person)


def test_nothing_is_due_before_consent() -> None:
    """Whatever their state says: without a signature nothing is asked."""
    person = cast.participant("unsigned", week=None, consented=False)
    for state in ("invited", "eligible"):
        Participant.objects.filter(pk=person.pk).update(state=state)
        found = today_of(person)
        assert (found["due"], found["sleep_due"], found["pending_consent"]) == ([], False, True)
        assert HERE not in page_of(person)


@pytest.mark.parametrize("week", [None, 7])
def test_nothing_is_due_of_somebody_who_left(week: int | None) -> None:
    person = cast.participant("gone", week=week)
    Participant.objects.filter(pk=person.pk).update(state=Participant.State.WITHDRAWN)
    person.refresh_from_db()
    Withdrawal.objects.create(participant=person, at=cast.NOW - timedelta(hours=1))
    assert asked(person) == []
    found = today_of(person)
    assert (found["due"], found["sleep_due"]) == ([], False)
    assert "Visit:" not in page_of(person)


# --- the diary


@pytest.mark.parametrize(
    ("state", "is_asked"), [("consented", True), ("eligible", True), ("ready", True),
                            ("not_eligible", False)],
)  # fmt: skip
def test_nights_before_the_start_are_asked_of_everyone_but_the_screened_out(
    state: str, is_asked: bool
) -> None:
    person = person_in(state)
    assert today_of(person)["sleep_due"] is is_asked
    assert ("How was the night?" in page_of(person)) is is_asked
    assert ("How was the night?" in page_of(person, "/log/")) is is_asked


def test_night_that_is_written_is_no_longer_asked(person: Participant) -> None:
    answer = client_of(person).put(
        "/api/v1/sleep/2026-03-18/", {"edit": 1, "quality": 6}, content_type="application/json"
    )
    assert answer.status_code == 201
    assert today_of(person)["sleep_due"] is False


def test_morning_before_the_start_asks_the_whole_diary(person: Participant) -> None:
    page = page_of(person, "/sleep/2026-03-18/")
    for field in ("in_bed_at", "tried_to_sleep_at", "woke_at", "out_of_bed_at", "awakenings"):
        assert f'name="{field}"' in page


# --- Today


def test_today_before_the_start_names_the_visit_and_somebody_to_reach() -> None:
    person = person_in("eligible")
    person.site.contact_name, person.site.contact_phone = "Lin Mei", "+86 10 5555-0100"
    person.site.save()
    page = page_of(person)
    assert "What is still to do, and what is done." in page
    assert "Visit: Starting visit" in page
    assert "The study team makes a time with you." in page
    assert "Lin Mei" in page
    assert 'href="tel:+861055550100"' in page
    # Said to those who are in the study only.
    for words in ("Your days as they are", "The weeks are behind you", "Curious how things"):
        assert words not in page


def test_today_while_it_is_not_decided_names_the_first_visit_and_what_was_sent() -> None:
    person = person_in("consented")
    assert "A page of questions about you" in page_of(person)
    assert "Visit: First visit" in page_of(person)
    stage.screened(person)
    page = page_of(person)
    assert "Your answers are with the study team." in page
    assert "A page of questions about you" not in page


def test_today_of_a_whole_baseline_says_that_all_is_there() -> None:
    person = person_in("ready")
    Visit.objects.create(participant=person, code="week-0", done_on=cast.NOW.date())
    page = page_of(person)
    assert "Everything needed for the start is there." in page
    assert "Starting visit" not in page
    assert HERE in page  # what else the visit asks stays open until allocation


def test_today_of_the_screened_out_asks_for_nothing() -> None:
    page = page_of(person_in("not_eligible"))
    assert "What we found, and where to find help." in page
    for words in ("Visit:", "A few questions are open", "How was the night?", "Before the start"):
        assert words not in page


def booked(person: Participant, visit: str = "week-0", *, days: int = 2) -> Visit:
    by = cast.staff(Role.COORDINATOR, at=person.site, name=f"books-{visit}")
    return services.book_visit(
        participant=person, visit=visit, booked_at=cast.NOW + timedelta(days=days),
        place="Room 2", rater=None, by=by, now=cast.NOW,
    )  # fmt: skip


def test_booked_visit_before_the_start_stands_on_today(person: Participant) -> None:
    booked(person)
    assert "Friday, 20 March at 12:00: Room 2." in page_of(person)


def test_earliest_booking_that_is_still_to_come_stands_first(person: Participant) -> None:
    booked(person, "week-0", days=5)
    booked(person, "screening", days=1)
    assert "Thursday, 19 March at 12:00: Room 2." in page_of(person)
    later = selectors.next_visit(person, cast.NOW + timedelta(days=3))
    assert later is not None
    assert later.visit.code == "week-0"
    # A time that passed without a visit is not shown any more.
    past = selectors.next_visit(person, cast.NOW + timedelta(days=9))
    assert past is not None
    assert (past.visit.code, past.booked_at) == ("week-0", None)


# --- the phone


def test_phone_keeps_the_questions_but_for_those_that_wait_for_the_network(
    person: Participant,
) -> None:
    cast.cover(person.site)
    phone = client_of(person)
    found = phone.get("/offline/keep/").json()["pages"]
    for page in (f"{HERE}phq9/", f"{HERE}phq9/8/", f"{HERE}hdrs17-self/17/", f"{HERE}wellbeing/1/"):
        assert page in found
    for page in (f"{HERE}hdrs17-self/3/", f"{HERE}phq9/9/", f"{HERE}phq9/check/"):
        assert page not in found
        assert f"{page}waits/" in found
    assert "/sleep/2026-03-18/" in found
    for page in found:
        answer = phone.get(page, follow=True)
        assert answer.status_code == 200, page
        assert "X-Once" not in answer, page


def test_phone_of_somebody_who_is_not_asked_keeps_no_question() -> None:
    for state in ("consented", "not_eligible"):
        found = client_of(person_in(state, state)).get("/offline/keep/").json()["pages"]
        assert not [page for page in found if page.startswith(HERE)]


# --- the calendar and the coordinator's list


def test_calendar_before_the_start_holds_what_is_booked(person: Participant) -> None:
    assert b"VEVENT" not in calendar_file(person, cast.NOW)
    booked(person)
    words = calendar_file(person, cast.NOW).decode()
    assert "DTSTART:20260320T040000Z" in words
    assert "SUMMARY:Appointment\r\n" in words
    assert "Room 2" not in words
    assert b"VEVENT" not in calendar_file(person, cast.NOW + timedelta(days=3))


def test_calendar_of_the_screened_out_is_empty(person: Participant) -> None:
    booked(person)
    person.state = Participant.State.NOT_ELIGIBLE
    person.save()
    assert b"VEVENT" not in calendar_file(person, cast.NOW)


def test_coordinators_list_says_that_it_is_due_before_allocation(
    person: Participant, settings: Any
) -> None:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    client = Client()
    client.force_login(cast.staff(Role.COORDINATOR, at=person.site))
    page = client.get("/visits/").content.decode()
    assert f'href="/visits/{person.study_id}/week-0/"' in page
    assert "before allocation" in page
    send(person, "wellbeing")
    assert "before allocation · 3 owed" in client.get("/visits/").content.decode()


@pytest.mark.parametrize("spoken", ["en", "zh-hans"])
def test_todays_words_are_there_in_both_languages(person: Participant, spoken: str) -> None:
    assert person.user is not None
    person.user.language = spoken
    person.user.save()
    page = page_of(person)
    expected = {"en": "4 questions, before the start.", "zh-hans": "共 4 题，开始之前填写。"}
    assert expected[spoken] in page


# --- what is taken


def put(person: Participant, visit: str = "week-0", **answers: int) -> Any:
    return client_of(person).put(
        f"/api/v1/assessments/{visit}/wellbeing/", {"answers": answers, "complete": False},
        content_type="application/json",
    )  # fmt: skip


@pytest.mark.parametrize("state", ["not_eligible", "declined"])
def test_nothing_is_taken_of_who_was_screened_out(state: str) -> None:
    person = person_in(state)
    answer = put(person, mood=5)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_open")
    assert answer.get("Retry-After") is None
    assert "closed now" in answer.json()["detail"]
    page = client_of(person).get(f"{HERE}wellbeing/")
    assert html.unescape(page.content.decode()).count(answer.json()["detail"]) == 1
    assert not Response.objects.exists()
    assert open_now(person, cast.NOW) == []


@pytest.mark.parametrize("state", ["consented", "eligible", "ready"])
def test_what_is_asked_is_taken_and_goes_on(state: str) -> None:
    person = person_in(state)
    assert {row["instrument"] for row in open_now(person, cast.NOW)} == set(OWN)
    assert put(person, mood=5).status_code == 200
    assert put(person, mood=6).status_code == 200


def test_draft_of_somebody_screened_out_ends_with_the_decision(person: Participant) -> None:
    assert put(person, mood=5).status_code == 200
    Participant.objects.filter(pk=person.pk).update(state="not_eligible")
    assert put(person, mood=6).json()["code"] == "not_open"
    assert Response.objects.get().answers == {"mood": 5}


def test_visit_that_was_missed_still_takes_what_comes_late(person: Participant) -> None:
    """As after allocation: nobody is asked any more, and what comes is kept."""
    Visit.objects.create(participant=person, code="week-0", missed_reason="Was ill")
    assert asked(person) == []
    assert put(person, mood=5).status_code == 200
