"""The log's pages, without a browser: one row per entry, nothing lost, nobody else's entry."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from core.tasks import clear_expired_sessions
from enrollment.selectors import ambulance
from logging_app.models import SessionMatch, Workout
from logging_app.services import record_workout
from safety.models import SafetyAlert
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def person() -> Any:
    return cast.participant()


@pytest.fixture
def phone(person: Any) -> Client:
    client = Client()
    client.force_login(person.user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def form_of(client: Client, address: str = "/log/") -> dict[str, str]:
    """Open the page and give what its form would send, unchanged."""
    response = client.get(address, follow=True)
    assert response.status_code == 200
    form = response.context["form"]
    fields = {
        field.html_name: field.value() for field in form if field.value() not in (None, "", [])
    }
    started = form["started_at"].value()
    return {**fields, "started_at": f"{started:%Y-%m-%dT%H:%M}", "owner": response.context["owner"]}


def recorded(person: Any, **fields: Any) -> Workout:
    entry = {
        "modality": "aerobic", "activity": "jogging", "duration_min": 30, "mood_after": 5,
        "started_at": cast.NOW - timedelta(hours=3), **fields,
    }  # fmt: skip
    return record_workout(
        participant=person, uuid=uuid.uuid4(), entry=entry, by=person.user, now=cast.NOW
    ).workout


def test_log_address_carries_the_entry(phone: Client) -> None:
    response = phone.get("/log/?session=w07-strength-1")
    assert response.status_code == 302
    assert re.fullmatch(r"/log/\?session=w07-strength-1&entry=[0-9a-f-]{36}", response["Location"])
    first = phone.get(response["Location"])
    again = phone.get(response["Location"])
    assert first.context["form"]["uuid"].value() == again.context["form"]["uuid"].value()


@pytest.mark.parametrize(
    ("wanted", "modality", "minutes"),
    [
        ("w07-strength-1", "strength", 45),
        ("w07-flexibility-1", "flexibility", 25),
        ("w07-aerobic-2", "aerobic", 40),
        ("w01-aerobic-1", "aerobic", 40),
        ("nonsense", "aerobic", 40),
    ],
)
def test_log_is_preset_from_the_session(
    phone: Client, wanted: str, modality: str, minutes: int
) -> None:
    fields = form_of(phone, f"/log/?session={wanted}")
    assert (fields["modality"], fields["duration_min"]) == (modality, minutes)


def test_log_without_touching_anything_but_save(phone: Client, person: Any) -> None:
    response = phone.post("/log/", form_of(phone))
    workout = Workout.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"/log/{workout.pk}/"
    assert workout.started_at == cast.NOW - timedelta(minutes=40)
    assert (workout.participant, workout.entered_by) == (person, person.user)
    assert SessionMatch.objects.get().session_key == "w07-aerobic-1"


def test_log_sent_twice_is_one_entry(phone: Client) -> None:
    fields = form_of(phone)
    first, second = phone.post("/log/", fields), phone.post("/log/", fields)
    assert first["Location"] == second["Location"]
    assert Workout.objects.get().history.count() == 1


def test_log_of_a_saved_entry_leads_to_its_correction(phone: Client, person: Any) -> None:
    workout = recorded(person)
    response = phone.get(f"/log/?entry={workout.pk}")
    assert response["Location"] == f"/log/{workout.pk}/change/"


def test_log_with_other_words_asks_first(phone: Client) -> None:
    fields = form_of(phone)
    phone.post("/log/", {**fields, "mood_after": "6"})
    response = phone.post("/log/", {**fields, "mood_after": "2"})
    assert response.status_code == 409
    assert response.context["form"]["edit"].value() == "2"
    assert response.context["form"]["mood_after"].value() == "2"
    assert Workout.objects.get().mood_after == 6


def test_change_behind_a_newer_one_asks_first(phone: Client, person: Any) -> None:
    """An older page does not pretend to have saved, and undoes nothing."""
    workout = recorded(person)
    address = f"/log/{workout.pk}/change/"
    old = form_of(phone, address)
    for mood in ("6", "7"):
        phone.post(address, {**form_of(phone, address), "mood_after": mood})
    response = phone.post(address, {**old, "mood_after": "1"})
    assert response.status_code == 409
    workout.refresh_from_db()
    assert (workout.mood_after, workout.edit) == (7, 3)
    saved = phone.post(address, {**old, "mood_after": "1", "edit": "4"})
    assert saved.status_code == 302


def test_change_keeps_the_strength_sets(phone: Client, person: Any) -> None:
    sets = [{"exercise": "row", "equipment": "bands", "sets": 2, "reps": 12, "load_kg": None,
             "band_level": "medium"}]  # fmt: skip
    entry = {
        "modality": "strength", "activity": "elastic_bands", "duration_min": 30,
        "started_at": cast.NOW - timedelta(hours=3),
    }  # fmt: skip
    workout = record_workout(
        participant=person, uuid=uuid.uuid4(), entry=entry, sets=sets, by=person.user, now=cast.NOW
    ).workout
    address = f"/log/{workout.pk}/change/"
    phone.post(address, {**form_of(phone, address), "duration_min": "35"})
    workout.refresh_from_db()
    assert (workout.duration_min, workout.strength_sets.get().exercise) == (35, "row")


def test_errors_come_with_what_was_typed(phone: Client) -> None:
    fields = {**form_of(phone), "duration_min": "0", "hr_mean_bpm": "999", "notes": "still here"}
    response = phone.post("/log/", fields)
    assert response.status_code == 400
    assert set(response.context["form"].errors) == {"duration_min", "hr_mean_bpm"}
    assert response.context["form"]["notes"].value() == "still here"
    assert not Workout.objects.exists()


def test_start_in_the_future_is_refused_at_its_field(phone: Client) -> None:
    response = phone.post("/log/", {**form_of(phone), "started_at": "2026-03-18T13:00"})
    assert list(response.context["form"].errors) == ["started_at"]


def test_red_flag_opens_an_alert_and_says_what_to_do(phone: Client, person: Any) -> None:
    fields = {**form_of(phone), "anything_wrong": "yes", "symptoms": ["dizziness", "chest_pain"]}
    page = phone.post("/log/", fields, follow=True)
    assert SafetyAlert.objects.get().participant == person
    assert [line["tone"] for line in page.context["advice"]] == ["urgent", "warn"]
    text = page.content.decode()
    advice, call, saved = "Stop now and sit down.", 'href="tel:120"', "Saved. Thank you."
    assert text.index(advice) < text.index(call) < text.index(saved)


@pytest.mark.parametrize(
    ("region", "phone"), [("CN-11", "120"), ("US", "911"), ("GB", "999"), ("XX", "120")]
)
def test_whom_to_call_is_the_regions_own(region: str, phone: str) -> None:
    """The first emergency line of the region; where none is known, the study's first."""
    line = ambulance(region)
    assert line is not None
    assert line.phone == phone


def test_entry_shows_what_was_given_and_no_more(phone: Client, person: Any) -> None:
    workout = recorded(person, feeling=-2, distance_m=3200.0, steps=0, mood_after=None)
    facts = dict(phone.get(f"/log/{workout.pk}/").context["facts"])
    assert facts == {"Feeling during": "−2", "Distance (m)": "3200", "Steps": "0"}


@pytest.mark.parametrize("page", ["", "change/", "take-back/"])
def test_entry_of_somebody_else_is_not_there(phone: Client, page: str) -> None:
    theirs = recorded(cast.participant("other"))
    address = f"/log/{theirs.pk}/{page}"
    response = phone.post(address) if page == "take-back/" else phone.get(address)
    assert response.status_code == 404
    theirs.refresh_from_db()
    assert theirs.voided_at is None


def test_uuid_of_somebody_else_saves_nothing(phone: Client) -> None:
    theirs = recorded(cast.participant("other"))
    response = phone.post("/log/", {**form_of(phone), "uuid": str(theirs.pk), "notes": "mine"})
    assert response.status_code == 404
    assert response.context["form"]["notes"].value() == "mine"
    theirs.refresh_from_db()
    assert theirs.notes is None


def test_take_back_opens_the_session_again(phone: Client, person: Any) -> None:
    phone.post("/log/", form_of(phone))
    workout = Workout.objects.get()
    response = phone.post(f"/log/{workout.pk}/take-back/", follow=True)
    assert b"Taken back." in response.content
    assert b"Nothing here yet" in response.content
    workout.refresh_from_db()
    assert workout.voided_by == person.user
    assert SessionMatch.objects.get().released
    assert form_of(phone)["modality"] == "aerobic"
    assert phone.get(f"/log/{workout.pk}/change/").status_code == 302


def test_taken_back_entry_is_shown_as_such(phone: Client, person: Any) -> None:
    workout = recorded(person)
    phone.post(f"/log/{workout.pk}/take-back/")
    page = phone.get(f"/log/{workout.pk}/").content.decode()
    assert "no longer counts" in page
    assert "Change this entry" not in page
    phone_after = phone.get(f"/log/?entry={workout.pk}", follow=True)
    assert phone_after.redirect_chain[-1][0] == f"/log/{workout.pk}/"


def test_history_is_by_week_newest_first(phone: Client, person: Any) -> None:
    for days in (0, 8, 60):
        recorded(person, started_at=cast.NOW - timedelta(days=days, hours=1))
    weeks = [week.number for week in phone.get("/history/").context["weeks"]]
    assert weeks == [7, 6, -3]


def test_history_has_pages(phone: Client, person: Any) -> None:
    for number in range(31):
        recorded(person, started_at=cast.NOW - timedelta(hours=number + 1))
    first = phone.get("/history/")
    assert sum(len(week.rows) for week in first.context["weeks"]) == 30
    assert "?page=2" in first.content.decode()
    second = phone.get("/history/?page=2")
    assert sum(len(week.rows) for week in second.context["weeks"]) == 1


def test_history_page_costs_few_queries(
    phone: Client, person: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        recorded(person, started_at=cast.NOW - timedelta(hours=number + 1))
    with django_assert_max_num_queries(12):
        phone.get("/history/")


@pytest.mark.parametrize(
    ("kind", "words"),
    [("newcomer", "once you have read and signed"), ("withdrawn", "You have left the study")],
)
def test_log_is_closed_with_a_reason(kind: str, words: str) -> None:
    newcomer = kind == "newcomer"
    who = cast.participant(kind, week=None if newcomer else 7, consented=not newcomer)
    if not newcomer:
        cast.withdraw(who)
    client = Client()
    client.force_login(who.user, "allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/log/")
    assert page.status_code == 200
    assert words in page.content.decode()
    assert b"<textarea" not in page.content


def test_refused_save_keeps_the_form(phone: Client, person: Any) -> None:
    fields = {**form_of(phone), "notes": "a last word"}
    cast.withdraw(person)
    response = phone.post("/log/", fields)
    assert response.status_code == 403
    assert response.context["form"]["notes"].value() == "a last word"
    assert "This is not saved." in response.content.decode()
    assert not Workout.objects.exists()


# --- a sign-in that ended while a form was open


def sign_in(client: Client, name: str, then: str) -> Any:
    fields = {"login": f"{name}@example.org", "password": cast.PASSWORD, "next": then}
    return client.post("/account/login/", fields, follow=True)


def lose_the_session(client: Client, fields: dict[str, Any], address: str = "/log/") -> str:
    """Post after the session has gone; gives the address to come back to."""
    Session.objects.all().delete()
    response = client.post(address, fields)
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/?next=")
    return address


def kept_anywhere() -> str:
    return str([session.get_decoded() for session in Session.objects.all()])


def test_words_wait_for_their_writer(phone: Client) -> None:
    fields = {**form_of(phone), "notes": "lakeside", "mood_after": "7"}
    page = sign_in(phone, "patient", lose_the_session(phone, fields, f"/log/?entry={ENTRY}"))
    form = page.context["form"]
    assert (form["notes"].value(), form["mood_after"].value()) == ("lakeside", "7")
    assert b"Here is what you wrote." in page.content
    assert phone.post("/log/", fields).status_code == 302
    assert Workout.objects.get().notes == "lakeside"
    assert "lakeside" not in kept_anywhere()


def test_words_of_a_correction_wait_too(phone: Client, person: Any) -> None:
    workout = recorded(person)
    address = f"/log/{workout.pk}/change/"
    fields = {**form_of(phone, address), "notes": "one more thing"}
    page = sign_in(phone, "patient", lose_the_session(phone, fields, address))
    assert page.context["form"]["notes"].value() == "one more thing"


def test_words_are_not_shown_to_anyone_else(phone: Client) -> None:
    cast.participant("other")
    fields = {**form_of(phone), "notes": "not-for-you"}
    page = sign_in(phone, "other", lose_the_session(phone, fields, f"/log/?entry={ENTRY}"))
    assert page.context["form"]["notes"].value() in (None, "")
    assert "not-for-you" not in kept_anywhere()


def test_words_are_gone_after_an_hour(phone: Client, noon: Any) -> None:
    fields = {**form_of(phone), "notes": "an-hour-ago"}
    address = lose_the_session(phone, fields, f"/log/?entry={ENTRY}")
    noon.shift(timedelta(minutes=59))
    assert "an-hour-ago" in kept_anywhere()
    noon.shift(timedelta(minutes=2))
    page = sign_in(phone, "patient", address)
    assert page.context["form"]["notes"].value() in (None, "")
    clear_expired_sessions()
    assert "an-hour-ago" not in kept_anywhere()


@pytest.mark.parametrize("owner", [None, "", "made-up", "1:forged:signature"])
def test_words_without_a_true_owner_are_not_kept(phone: Client, owner: str | None) -> None:
    fields = {**form_of(phone), "notes": "whose-is-this"}
    fields.pop("owner")
    if owner is not None:
        fields["owner"] = owner
    lose_the_session(phone, fields)
    assert "whose-is-this" not in kept_anywhere()


def test_too_many_words_are_not_kept(phone: Client) -> None:
    lose_the_session(phone, {**form_of(phone), "notes": "x" * 20_001})
    assert "xxx" not in kept_anywhere()


def test_session_of_the_returned_lasts_as_long_as_any(phone: Client) -> None:
    fields = form_of(phone)
    sign_in(phone, "patient", lose_the_session(phone, fields, f"/log/?entry={ENTRY}"))
    left = Session.objects.get().expire_date - cast.NOW
    assert left >= timedelta(days=89)


def test_taking_back_after_the_session_leads_to_the_entry(phone: Client, person: Any) -> None:
    """A page that takes no GET is no place to come back to."""
    workout = recorded(person)
    Session.objects.all().delete()
    response = phone.post(
        f"/log/{workout.pk}/take-back/", headers={"referer": f"http://testserver/log/{workout.pk}/"}
    )
    assert response["Location"] == f"/account/login/?next=/log/{workout.pk}/"
    elsewhere = phone.post(
        f"/log/{workout.pk}/take-back/", headers={"referer": "http://elsewhere.test/log/"}
    )
    assert elsewhere["Location"] == "/account/login/?next=/"


ENTRY = "6f6d9a52-6b5a-4b0e-9d4e-0f3c6f1f7a11"
