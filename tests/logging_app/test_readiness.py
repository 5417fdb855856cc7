"""Before a session: one screen, said once; a red answer alerts, advises and holds."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from core.errors import ConsentPending, EditConflict, NotFound
from logging_app.models import ReadinessCheck, Workout
from logging_app.readiness.services import record_readiness
from safety.models import SafetyAlert
from schedule.models import Pause
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


def said(person: Any, *answers: str, check: uuid.UUID | None = None, **fields: Any) -> Any:
    return record_readiness(
        participant=person, uuid=check or uuid.uuid4(), answers=answers, by=person.user,
        now=cast.NOW, **fields,
    )  # fmt: skip


def put(client: Client, check: uuid.UUID, body: dict[str, Any]) -> Any:
    return client.put(f"/api/v1/readiness/{check}/", body, content_type="application/json")


def begin(client: Client, **fields: Any) -> Any:
    data = {"uuid": str(uuid.uuid4()), "entry": str(uuid.uuid4()), **fields}
    return client.post("/log/start/", data, follow=True)


def test_none_of_these_is_an_empty_list_and_alerts_nobody(person: Any) -> None:
    check = said(person).check
    assert (check.answers, check.at, check.entered_by) == ([], cast.NOW, person.user)
    assert not SafetyAlert.objects.exists()


def test_amber_is_kept_in_the_protocols_order_and_alerts_nobody(person: Any) -> None:
    assert said(person, "very_tired", "dizzy").check.answers == ["dizzy", "very_tired"]
    assert not SafetyAlert.objects.exists()


def test_red_opens_an_alert_and_holds_the_sessions(person: Any) -> None:
    check = said(person, "chest_pain", "very_tired").check
    alert = SafetyAlert.objects.get()
    assert (alert.kind, alert.tier, alert.source_id) == (
        "red_flag_symptom", "immediate", str(check.pk),
    )  # fmt: skip
    assert alert.detail == {"symptoms": ["chest_pain"]}
    assert Pause.objects.get().kind == Pause.Kind.HOLD


def test_the_same_again_changes_nothing_and_other_answers_are_a_conflict(person: Any) -> None:
    check = said(person, "chest_pain").check
    assert said(person, "chest_pain", check=check.pk).created is False
    with pytest.raises(EditConflict):
        said(person, check=check.pk)
    assert SafetyAlert.objects.count() == ReadinessCheck.objects.count() == 1


def test_it_is_refused_for_unknown_words_another_s_uuid_and_without_consent(person: Any) -> None:
    with pytest.raises(ValidationError, match="Not on the study"):
        said(person, "sadness")
    other = cast.participant("other", at=person.site)
    check = said(other).check
    with pytest.raises(NotFound):
        said(person, check=check.pk)
    with pytest.raises(ConsentPending):
        said(cast.participant("pending", at=person.site, consented=False))


def test_it_counts_when_the_phone_says_but_never_in_the_future(person: Any) -> None:
    early, late = cast.NOW - timedelta(hours=3), cast.NOW + timedelta(hours=3)
    assert said(person, device_time=early).check.at == early
    late_one = said(person, device_time=late).check
    assert (late_one.at, late_one.device_time) == (cast.NOW, late)


def test_api_answers_201_then_200_then_409_and_reads_back(phone: Client) -> None:
    check = uuid.uuid4()
    first = put(phone, check, {"answers": [], "edit": 1})
    assert (first.status_code, first.json()["version"]) == (201, 1)
    assert put(phone, check, {"answers": [], "edit": 2}).status_code == 200
    other = put(phone, check, {"answers": ["dizzy"]})
    assert (other.status_code, other.json()["code"]) == (409, "edit_conflict")
    assert phone.get(f"/api/v1/readiness/{check}/").json()["answers"] == []


@pytest.mark.parametrize("body", [{}, {"answers": None}, {"answers": ["sadness"]}])
def test_api_names_the_field(phone: Client, body: dict[str, Any]) -> None:
    answer = put(phone, uuid.uuid4(), body)
    assert (answer.status_code, list(answer.json())) == (400, ["answers"])


def test_start_keeps_what_was_said_and_leads_to_the_timer(phone: Client, person: Any) -> None:
    entry = str(uuid.uuid4())
    page = begin(phone, entry=entry, mood_before="4", hr_before_bpm="71", session="w07-aerobic-1")
    assert page.redirect_chain[-1][0] == "/log/running/"
    assert page.context["running"]["since"] == "Since 12:00"
    assert person.readiness_checks.get().answers == []


def test_after_it_the_form_knows_when_and_the_mood_before(
    phone: Client, person: Any, noon: Any
) -> None:
    entry = str(uuid.uuid4())
    begin(phone, entry=entry, mood_before="4", hr_before_bpm="71")
    noon.shift(timedelta(minutes=38))
    page = phone.get(f"/log/?entry={entry}")
    form = page.context["form"]
    assert form["duration_min"].value() == 38
    assert (form["mood_before"].value(), form["hr_before_bpm"].value()) == (4, 71)
    fields = {
        "uuid": entry, "edit": 1, "modality": "aerobic", "activity": "jogging", "mood_before": 4,
        "asked_before": 4, "duration_min": 38, "started_at": "2026-03-18T12:00", "mood_after": 6,
    }  # fmt: skip
    saved = phone.post(f"/log/?entry={entry}", {**fields, "owner": page.context["owner"]})
    assert saved.status_code == 302
    workout = Workout.objects.get(pk=entry)
    assert (workout.started_at, workout.mood_before_recalled) == (cast.NOW, False)
    assert phone.get("/log/running/").context["running"] is None


def test_a_mood_before_that_was_changed_afterwards_is_remembered(phone: Client) -> None:
    entry = str(uuid.uuid4())
    fields = {
        "uuid": entry, "edit": 1, "modality": "aerobic", "activity": "jogging", "mood_before": 6,
        "asked_before": 4, "duration_min": 20, "started_at": "2026-03-18T11:00",
    }  # fmt: skip
    phone.post("/log/", fields)
    assert Workout.objects.get(pk=entry).mood_before_recalled is True


def test_a_running_session_is_offered_again_and_ends_without_an_entry(
    phone: Client, noon: Any
) -> None:
    begin(phone)
    for address in ("/today/", "/log/"):
        assert b"A session is running" in phone.get(address, follow=True).content
    assert phone.post("/log/running/", {"leave": "1"}).status_code == 302
    assert b"A session is running" not in phone.get("/today/").content
    begin(phone)
    noon.shift(timedelta(hours=13))
    assert phone.get("/log/running/").context["running"] is None


def test_a_red_answer_says_what_to_do_and_offers_no_start(phone: Client, person: Any) -> None:
    page = begin(phone, answers=["fainted"])
    text = page.content.decode()
    assert "Please do not exercise now" in text
    assert "tel:120" in text
    assert person.site.contact_phone in text
    assert "Start gently" not in text
    assert phone.get("/log/running/").context["running"] is None


def test_an_amber_answer_suggests_an_easier_day_and_goes_on(phone: Client) -> None:
    text = begin(phone, answers=["slept_badly"]).content.decode()
    assert "An easy day, or rest, is right today." in text
    assert "Start gently" in text
    assert phone.get("/log/running/").context["running"] is not None


def test_a_hold_offers_no_start_and_refuses_no_log(phone: Client, person: Any) -> None:
    said(person, "chest_pain")
    assert b"Your sessions are on hold" in phone.get("/log/start/").content
    assert phone.get("/log/", follow=True).context["start"] is None
    fields = {
        "uuid": str(uuid.uuid4()), "edit": 1, "modality": "aerobic", "activity": "jogging",
        "duration_min": 20, "started_at": "2026-03-18T11:00",
    }  # fmt: skip
    assert phone.post("/log/", fields).status_code == 302
    assert person.workouts.count() == 1


def test_who_goes_back_and_ticks_something_else_says_it_anew(phone: Client, person: Any) -> None:
    check = str(uuid.uuid4())
    begin(phone, uuid=check)
    begin(phone, uuid=check, answers=["dizzy"])
    answers = sorted(row.answers for row in person.readiness_checks.all())
    assert answers == [[], ["dizzy"]]


def test_what_a_phone_said_by_itself_is_gone_on_with(phone: Client) -> None:
    check, entry = uuid.uuid4(), uuid.uuid4()
    put(phone, check, {"answers": [], "device_time": "2026-03-18T11:30:00+08:00"})
    page = phone.get(f"/log/ready/{check}/?entry={entry}", follow=True)
    assert page.context["running"]["entry"] == entry
    assert page.context["running"]["since"] == "Since 11:30"


def test_the_control_arm_is_asked_nothing_before(person: Any) -> None:
    control = cast.participant("control", arm="control", at=person.site)
    client = Client()
    client.force_login(control.user)
    assert client.get("/log/start/").status_code == 302
