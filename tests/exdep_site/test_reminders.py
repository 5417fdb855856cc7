"""Reminders as they reach people: who, on which day, in which words, and how they stop."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.conf import settings as site_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.messages import outside, push, selectors, services
from accounts.models import AuditEvent, OutgoingMessage, Reminder, ReminderSettings
from accounts.roles import Role
from assessments.models import Response, Visit
from enrollment.models import ConsentDocument, DataLock, Participant
from exdep_site import reminders
from schedule.models import NotToday, Pause
from tests import cast
from tests.accounts.test_channels import FCM, RFC, broken_mail

pytestmark = pytest.mark.django_db

# Six in the evening in Shanghai, on the cast's day.
SIX = datetime(2026, 3, 18, 10, 0, tzinfo=UTC)
PAGE = "/me/reminders/"
POSTED = {"at": "18:00", "first": "email", "quiet_from": "21:00", "quiet_to": "08:00"}
EVERY = ["push", "email", "sms"]


@pytest.fixture(autouse=True)
def _at_six() -> Iterator[None]:
    with time_machine.travel(SIX, tick=False):
        yield


@pytest.fixture
def person() -> Participant:
    return wanting(cast.participant())


def wanting(person: Participant, channels: list[str] | None = None) -> Participant:
    ReminderSettings.objects.create(
        user=person.user, on=True, channels=channels or ["email"],
        changed_at=SIX - timedelta(days=30),
    )  # fmt: skip
    return person


def signed_in(person: Participant) -> Client:
    client = Client()
    assert person.user is not None
    client.force_login(person.user, backend=site_settings.AUTHENTICATION_BACKENDS[1])
    return client


def why_not(person: Participant, now: datetime = SIX) -> str:
    return reminders.why_not(ReminderSettings.objects.select_related("user").get(), now)


def log_a_walk(person: Participant, started: datetime, received: datetime, **by: Any) -> None:
    person.workouts.create(
        pk=UUID(int=1), modality="aerobic", activity="jogging", started_at=started,
        zone=person.zone, duration_min=30, received_at=received,
        entered_by=by.get("by", person.user),
    )  # fmt: skip


# --- who


def test_somebody_with_something_open_is_reminded_once(
    person: Participant, mailoutbox: list[Any]
) -> None:
    for _ in range(3):
        reminders.run()
    assert len(mailoutbox) == 1
    row = OutgoingMessage.objects.get()
    assert (row.user, row.kind, row.channel, row.state) == (
        person.user,
        "reminder",
        "email",
        "sent",
    )
    assert Reminder.objects.get().state == "sent"


def test_both_arms_are_reminded_alike(mailoutbox: list[Any]) -> None:
    """The control arm has a questionnaire of week 6 open on the same day."""
    for name, arm in (("one", "exercise"), ("two", "control")):
        wanting(cast.participant(name, arm=arm))
    reminders.run()
    texts = [re.sub(r"/(note|stop)/\S+", "", mail.body) for mail in mailoutbox]
    assert len(texts) == 2
    assert texts[0] == texts[1]


def test_nobody_is_reminded_before_they_chose_it(mailoutbox: list[Any]) -> None:
    cast.participant()
    reminders.run()
    assert mailoutbox == []


@pytest.mark.parametrize("spoken", ["en", "zh-hans"])
def test_words_are_neutral_and_in_their_language(
    person: Participant, mailoutbox: list[Any], spoken: str
) -> None:
    person.user.language = spoken  # type: ignore[union-attr]
    person.user.save()  # type: ignore[union-attr]
    reminders.run()
    mail = mailoutbox[0]
    assert mail.subject == site_settings.EXDEP_SITE_NAME
    assert ("您" in mail.body or "你" in mail.body) == (spoken == "zh-hans")
    said = f"{mail.subject} {mail.body}".lower()
    for word in (
        "depress",
        "exercise",
        "trial",
        "study",
        "workout",
        "抑郁",
        "运动",
        "试验",
        "研究",
    ):
        assert word not in said


def _away(person: Participant) -> None:
    cast.withdraw(person)


def _locked(person: Participant) -> None:
    DataLock.objects.create(participant=person, at=cast.NOW, by=cast.investigator(), reason="x")


def _unsigned(person: Participant) -> None:
    document = cast.consent_document("2", approved_at=cast.NOW)
    assert ConsentDocument.objects.latest("approved_at") == document


def _resting(person: Participant) -> None:
    NotToday.objects.create(participant=person, date=SIX.date())


def _paused(person: Participant) -> None:
    Pause.objects.create(participant=person, kind="illness", starts_on=SIX.date(), by=person.user)


def _held(person: Participant) -> None:
    Pause.objects.create(
        participant=person, kind="hold", starts_on=SIX.date(), by=cast.investigator()
    )


def _walked(person: Participant) -> None:
    log_a_walk(person, SIX - timedelta(hours=5), SIX - timedelta(hours=4))


def _wrote_of_yesterday(person: Participant) -> None:
    log_a_walk(person, SIX - timedelta(hours=30), SIX - timedelta(hours=4))


def _was_written_down(person: Participant) -> None:
    log_a_walk(person, SIX - timedelta(hours=5), SIX, by=cast.investigator())


def _slept(person: Participant) -> None:
    person.nights.create(
        date=SIX.date(), zone=person.zone, quality=5, entered_by=person.user,
        received_at=SIX - timedelta(hours=8),
    )  # fmt: skip


def _answered(person: Participant) -> None:
    visit = Visit.objects.create(participant=person, code="week-6")
    Response.objects.create(
        participant=person, visit=visit, instrument="wellbeing", instrument_version="1",
        answered_by=person.user, updated_at=SIX - timedelta(hours=2),
    )  # fmt: skip


def _no_address(person: Participant) -> None:
    person.user.email, person.user.sign_in_code = None, "EX-1"  # type: ignore[union-attr]
    person.user.save()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("done", "reason"),
    [
        (_away, "may not write"), (_locked, "may not write"), (_unsigned, "may not write"),
        (_resting, "not today"), (_paused, "paused"), (_held, "paused"), (_walked, "logged"),
        (_wrote_of_yesterday, "logged"), (_was_written_down, "logged"), (_slept, "logged"),
        (_answered, "logged"), (_no_address, "no address"), (lambda person: None, ""),
    ],
)  # fmt: skip
def test_what_stands_against_it(
    person: Participant, mailoutbox: list[Any], done: Any, reason: str
) -> None:
    done(person)
    assert why_not(person) == reason
    reminders.run()
    assert len(mailoutbox) == (0 if reason else 1)


def test_what_was_logged_yesterday_does_not_count_today(person: Participant) -> None:
    log_a_walk(person, SIX - timedelta(hours=30), SIX - timedelta(hours=20))
    assert why_not(person) == ""


def test_nobody_is_reminded_of_nothing() -> None:
    """After the last visit, check-in and night of the study."""
    assert why_not(wanting(cast.participant(week=16))) == "nothing open"


def test_before_allocation_nobody_is_reminded() -> None:
    assert why_not(wanting(cast.participant(week=None))) == "not in the program"


def test_an_account_that_is_closed_gets_nothing(person: Participant, mailoutbox: list[Any]) -> None:
    person.user.is_active = False  # type: ignore[union-attr]
    person.user.save()  # type: ignore[union-attr]
    reminders.run()
    assert mailoutbox == []


def test_over_two_weeks_the_rations_hold(person: Participant, mailoutbox: list[Any]) -> None:
    days = []
    for hour in range(14 * 24):
        now = SIX + timedelta(hours=hour)
        before = len(mailoutbox)
        reminders.send_due(now)
        if len(mailoutbox) > before:
            days.append((now - SIX).days)
    assert days == [0, 1, 4, 5, 10, 11]


# --- what goes wrong


def test_a_failed_one_is_tried_again_three_times_a_day(
    person: Participant, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_mail(settings, monkeypatch, opens=ConnectionRefusedError())
    for minutes in range(0, 180, 5):
        reminders.send_due(SIX + timedelta(minutes=minutes))
    tried = list(OutgoingMessage.objects.order_by("pk").values_list("created_at", "state"))
    assert [(at - SIX, state) for at, state in tried] == [
        (timedelta(minutes=minutes), "failed") for minutes in (0, 15, 30)
    ]
    assert Reminder.objects.get().state == "failed"


def test_once_mail_works_again_it_goes_the_same_day(
    person: Participant, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        backend = settings.EMAIL_BACKEND
        broken_mail(settings, broken, opens=ConnectionRefusedError())
        assert reminders.send_due(SIX) == {"could not be sent": 1}
    settings.EMAIL_BACKEND = backend
    assert reminders.send_due(SIX + timedelta(minutes=5)) == {"waits": 1}
    assert reminders.send_due(SIX + timedelta(minutes=15)) == {"sent": 1}
    assert reminders.send_due(SIX + timedelta(minutes=30)) == {"rationed": 1}


def test_one_that_was_cut_off_is_not_sent_again(
    person: Participant, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]
) -> None:
    """A worker that is killed while it sends: nobody knows whether it arrived."""

    def killed(**_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(services, "deliver", killed)
        with pytest.raises(KeyboardInterrupt):
            reminders.run()
    for minutes in (5, 20, 60):
        reminders.send_due(SIX + timedelta(minutes=minutes))
    assert mailoutbox == []
    assert Reminder.objects.get().state == "trying"


def test_one_persons_trouble_stops_nobody_else(
    monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]
) -> None:
    people = [wanting(cast.participant(name)) for name in ("one", "two", "three")]
    real = reminders.why_not

    def breaks(row: ReminderSettings, now: datetime) -> str:
        if row.user == people[1].user:
            raise ValueError("x")
        return real(row, now)

    monkeypatch.setattr(reminders, "why_not", breaks)
    with pytest.raises(RuntimeError, match="the log says why"):
        reminders.run()
    assert {mail.to[0] for mail in mailoutbox} == {people[0].user.email, people[2].user.email}  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_at_once_one_sends() -> None:
    person = wanting(cast.participant())
    gate = threading.Barrier(8)

    def work(_number: int) -> str:
        gate.wait()
        try:
            return next(iter(reminders.send_due(SIX)))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        said = sorted(pool.map(work, range(8)))
    assert said.count("sent") == 1
    assert set(said) <= {"sent", "waits", "rationed"}
    assert person.user.messages_sent.count() == 1  # type: ignore[union-attr]


# --- the command


def run_command(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    call_command("send_reminders", *options, verbosity=0)
    return capsys.readouterr().out.strip()


def test_command_says_how_many(
    person: Participant, capsys: pytest.CaptureFixture[str], mailoutbox: list[Any]
) -> None:
    assert run_command(capsys, "--dry-run") == "1 would be sent"
    assert (mailoutbox, Reminder.objects.count()) == ([], 0)
    assert run_command(capsys) == "1 sent"
    assert run_command(capsys) == "0 sent, 1 rationed"


def test_command_fails_with_one_line(
    person: Participant, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_mail(settings, monkeypatch, opens=ConnectionRefusedError())
    with pytest.raises(CommandError, match=r"^1 reminders could not be sent; see Messages"):
        call_command("send_reminders", verbosity=0)


# --- the page


def test_reminders_are_off_until_they_are_chosen() -> None:
    person = cast.participant()
    client = signed_in(person)
    assert "They are off." in client.get(PAGE).content.decode()
    assert not ReminderSettings.objects.exists()
    answer = client.post(PAGE, {**POSTED, "at": "17:30"}, follow=True)
    assert "On, at 17:30" in answer.content.decode()
    row = ReminderSettings.objects.get()
    assert (row.on, row.at, row.channels) == (True, time(17, 30), ["email"])
    assert AuditEvent.objects.filter(action="accounts.reminders_chosen").count() == 1
    client.post(PAGE, {**POSTED, "at": "17:30"})
    assert AuditEvent.objects.filter(action="accounts.reminders_chosen").count() == 1


def test_a_time_in_the_quiet_hours_is_refused_in_words() -> None:
    client = signed_in(cast.participant())
    answer = client.post(PAGE, {**POSTED, "at": "22:00"})
    assert "This time lies in your quiet hours." in answer.content.decode()
    assert not ReminderSettings.objects.exists()


@pytest.mark.parametrize(
    "change", [{"first": "sms"}, {"first": "pigeon"}, {"first": ""}, {"at": ""}]
)
def test_a_way_that_is_not_offered_is_refused(change: dict[str, str]) -> None:
    client = signed_in(cast.participant())
    assert client.post(PAGE, {**POSTED, **change}).status_code == 200
    assert not ReminderSettings.objects.exists()


def test_the_order_of_the_ways_is_kept(settings: Any) -> None:
    settings.EXDEP_SMS_GATEWAY = "log"
    person = cast.participant()
    person.user.phone = "+86 139"  # type: ignore[union-attr]
    person.user.save()  # type: ignore[union-attr]
    client = signed_in(person)
    client.post(PAGE, {**POSTED, "first": "sms", "others": ["email", "sms"]})
    assert ReminderSettings.objects.get().channels == ["sms", "email"]


def test_stopping_is_one_tap(person: Participant) -> None:
    client = signed_in(person)
    client.post(f"{PAGE}stop/")
    assert not ReminderSettings.objects.get().on
    assert AuditEvent.objects.get(action="accounts.reminders_stopped").actor_id == person.user_id


def test_three_samples_a_day(person: Participant, mailoutbox: list[Any]) -> None:
    client = signed_in(person)
    for number in range(4):
        with time_machine.travel(SIX + timedelta(minutes=number), tick=False):
            answer = client.post(f"{PAGE}send-one/", follow=True)
    assert "That was three for today." in answer.content.decode()
    assert len(mailoutbox) == 3
    assert set(OutgoingMessage.objects.values_list("kind", flat=True)) == {"reminder_test"}
    assert why_not(person) == "", "a sample is no reminder"


def test_somebody_without_any_address_is_told_what_to_do() -> None:
    person = cast.participant()
    _no_address(person)
    client = signed_in(person)
    assert "There is no e-mail address here for you." in client.get(PAGE).content.decode()
    assert client.post(PAGE, POSTED).status_code == 200
    assert not ReminderSettings.objects.filter(on=True).exists()


# --- a phone that shows notes


def test_a_phone_is_added_and_becomes_the_first_way(
    person: Participant, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]
) -> None:
    client = signed_in(person)
    sent = {"endpoint": FCM, "p256dh": RFC["p256dh"], "auth": RFC["auth"]}
    assert client.post(f"{PAGE}phone/", sent).status_code == 201
    assert ReminderSettings.objects.get().channels == ["push", "email"]
    told: list[dict[str, str]] = []
    monkeypatch.setattr(outside, "post", lambda url, **what: 201)
    encrypt = push.encrypt
    monkeypatch.setattr(
        push,
        "encrypt",
        lambda text, **keys: (told.append(json.loads(text)), encrypt(text, **keys))[1],
    )
    reminders.run()
    row = OutgoingMessage.objects.get()
    assert (row.channel, row.state, mailoutbox) == ("push", "sent", [])
    assert told[0]["title"] == site_settings.EXDEP_SITE_NAME
    assert told[0]["url"].endswith(f"/note/{row.key}/")


def test_an_address_that_is_no_push_service_is_refused(person: Participant) -> None:
    sent = {"endpoint": "https://127.0.0.1/", "p256dh": RFC["p256dh"], "auth": RFC["auth"]}
    answer = signed_in(person).post(f"{PAGE}phone/", sent)
    assert (answer.status_code, answer.json()["code"]) == (400, "push")


def test_without_phones_what_is_left_of_the_ways_stays(person: Participant) -> None:
    client = signed_in(person)
    client.post(f"{PAGE}phone/", {"endpoint": FCM, "p256dh": RFC["p256dh"], "auth": RFC["auth"]})
    client.post(f"{PAGE}no-phones/")
    row = ReminderSettings.objects.get()
    assert (row.on, row.channels) == (True, ["email"])
    assert not person.user.push_subscriptions.exists()  # type: ignore[union-attr]


def test_reminders_by_phone_alone_end_with_the_phone() -> None:
    person = wanting(cast.participant(), ["push"])
    services.remove_phones(user=person.user, by=person.user, now=SIX)  # type: ignore[arg-type]
    assert not ReminderSettings.objects.get().on


# --- the two addresses in a message


def links(mail: Any) -> tuple[str, str]:
    found = re.findall(r"https?://[^/\s]+(/\S+)", mail.body)
    return found[0], found[1]


def test_opening_counts_for_the_person_alone(person: Participant, mailoutbox: list[Any]) -> None:
    reminders.run()
    link, _stop = links(mailoutbox[0])
    assert "/account/login/" in Client().get(link)["Location"], "a mail scanner opens nothing"
    assert signed_in(cast.participant("other")).get(link)["Location"] == "/today/"
    assert OutgoingMessage.objects.get().opened_at is None
    assert signed_in(person).get(link)["Location"] == "/today/"
    assert OutgoingMessage.objects.get().opened_at == SIX
    with time_machine.travel(SIX + timedelta(hours=1), tick=False):
        signed_in(person).get(link)
    assert OutgoingMessage.objects.get().opened_at == SIX


def test_stopping_by_the_link_needs_no_sign_in(person: Participant, mailoutbox: list[Any]) -> None:
    reminders.run()
    _link, stop = links(mailoutbox[0])
    stranger = Client(enforce_csrf_checks=True)
    assert "<button" in stranger.get(stop).content.decode()
    assert ReminderSettings.objects.get().on, "looking stops nothing"
    # RFC 8058: without cookie or token.
    answer = stranger.post(stop, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, ReminderSettings.objects.get().on) == (200, False)
    assert stranger.post(stop).status_code == 200
    assert AuditEvent.objects.get(action="accounts.reminders_stopped").actor_id is None


def test_a_link_that_was_made_up_stops_nothing(person: Participant) -> None:
    for token in ("x", selectors.stop_token(person.user)[:-1] + "!"):  # type: ignore[arg-type]
        assert Client().post(f"/stop/{token}/").status_code == 404
    assert ReminderSettings.objects.get().on


def test_the_page_behind_the_link_speaks_their_language(person: Participant) -> None:
    person.user.language = "zh-hans"  # type: ignore[union-attr]
    person.user.save()  # type: ignore[union-attr]
    token = selectors.stop_token(person.user)  # type: ignore[arg-type]
    answer = Client(headers={"Accept-Language": "en"}).get(f"/stop/{token}/")
    assert 'lang="zh' in answer.content.decode()


# --- the desk


def test_the_coordinator_sees_what_became_of_each(person: Participant) -> None:
    elsewhere = wanting(cast.participant("far", at=cast.site("sh")))
    reminders.run()
    client = Client()
    coordinator = cast.staff(Role.COORDINATOR, at=person.site)
    client.force_login(coordinator, backend=site_settings.AUTHENTICATION_BACKENDS[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site_settings, "EXDEP_REQUIRE_STAFF_MFA", False)
        listed = client.get("/admin/accounts/outgoingmessage/").content.decode()
        own = client.get(f"/admin/enrollment/participant/{person.pk}/change/").content.decode()
    assert person.study_id in listed
    assert elsewhere.study_id not in listed
    assert "handed over" in listed
    assert "e-mail · handed over" in own


def test_erasing_somebody_ends_their_reminders(person: Participant) -> None:
    services.add_phone(
        user=person.user, endpoint=FCM, p256dh=RFC["p256dh"], auth=RFC["auth"],  # type: ignore[arg-type]
        now=timezone.now(),
    )  # fmt: skip
    services.forget(user=person.user, by=cast.investigator(), now=SIX)  # type: ignore[arg-type]
    assert not ReminderSettings.objects.get().on
    assert not person.user.push_subscriptions.exists()  # type: ignore[union-attr]


def test_the_workers_share_of_the_service_worker_is_loaded() -> None:
    worker = (Path(site_settings.BASE_DIR) / "templates/core/sw.js").read_text()
    assert "push-worker.js" in worker
