"""`PUT /api/v1/sleep/<date>/` as the contract has it."""

from __future__ import annotations

import json
import threading
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts.models import AuditEvent
from enrollment.models import DataLock
from logging_app.models import SleepNight
from tests import cast

MORNING = "2026-03-18"
NIGHT = {
    "in_bed_at": "22:30",
    "tried_to_sleep_at": "23:00",
    "woke_at": "06:30",
    "out_of_bed_at": "07:00",
    "sleep_onset_latency_min": 30,
    "awakenings": 2,
    "wake_after_sleep_onset_min": 45,
    "quality": 6,
}
RECKONED = (
    "time_in_bed_min", "total_sleep_min", "sleep_efficiency_percent",
    "sleep_efficiency_attempt_percent",
)  # fmt: skip


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(cast.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def patient(db):
    return cast.participant()


@pytest.fixture
def client(patient):
    client = Client()
    client.force_login(patient.user)
    return client


def url(morning: object = MORNING) -> str:
    return f"/api/v1/sleep/{morning}/"


def put(client, body, morning=MORNING):
    return client.put(url(morning), body, content_type="application/json")


def reckoned(answer) -> tuple[object, ...]:
    return tuple(answer.json()[name] for name in RECKONED)


def test_put_night_of_the_contract_is_510_375_73_5_78_1(client):
    answer = put(client, NIGHT)
    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in NIGHT} == NIGHT
    assert reckoned(answer) == (510, 375, 73.5, 78.1)
    assert answer.json()["date"] == MORNING
    assert answer.json()["late_entry"] is False
    assert answer.json()["version"] == answer.json()["edit"] == 1
    assert answer.json()["received_at"] == "2026-03-18T04:00:00Z"
    assert client.get(url()).json() == answer.json()


def test_put_night_needs_no_field(client):
    answer = put(client, {})
    assert answer.status_code == 201
    assert [answer.json()[name] for name in NIGHT] == [None] * len(NIGHT)
    assert reckoned(answer) == (None, None, None, None)


@pytest.mark.parametrize(
    ("left_out", "known"),
    [
        (("in_bed_at",), (None, 375, None, 78.1)),
        (("out_of_bed_at",), (None, 375, None, None)),
        (("tried_to_sleep_at",), (510, None, None, None)),
        (("woke_at",), (510, None, None, None)),
        (("sleep_onset_latency_min",), (510, None, None, None)),
        (("wake_after_sleep_onset_min",), (510, None, None, None)),
        (("awakenings", "quality"), (510, 375, 73.5, 78.1)),
    ],
)
def test_put_night_a_missing_part_leaves_null_what_needs_it(client, left_out, known):
    body = {name: value for name, value in NIGHT.items() if name not in left_out}
    assert reckoned(put(client, body)) == known
    explicit = {**NIGHT, **dict.fromkeys(left_out), "edit": 2}
    assert reckoned(put(client, explicit)) == known


def test_put_night_of_nothing_but_zeros_keeps_zero(client):
    zeros = {"sleep_onset_latency_min": 0, "awakenings": 0, "wake_after_sleep_onset_min": 0}
    answer = put(client, {**NIGHT, **zeros, "quality": 0})
    assert [answer.json()[name] for name in (*zeros, "quality")] == [0, 0, 0, 0]
    assert reckoned(answer) == (510, 450, 88.2, 93.8)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quality", 11), ("quality", -1), ("quality", 6.5), ("quality", True), ("quality", "good"),
        ("sleep_onset_latency_min", -1), ("sleep_onset_latency_min", 961),
        ("wake_after_sleep_onset_min", -1), ("wake_after_sleep_onset_min", 961),
        ("awakenings", -1), ("awakenings", 61), ("awakenings", 1.5),
        ("in_bed_at", "24:00"), ("in_bed_at", "22:60"), ("in_bed_at", "22:30:10"),
        ("in_bed_at", "22:30+08:00"), ("in_bed_at", "9:05"), ("tried_to_sleep_at", ""),
        ("woke_at", 630), ("woke_at", "half past six"), ("out_of_bed_at", "07:00Z"),
        ("out_of_bed_at", "2026-03-18T07:00:00+08:00"), ("edit", 0), ("edit", -1), ("edit", None),
        ("sleep_quality", 5), ("date", MORNING), ("received_at", "2026-03-18T07:00:00Z"),
        ("total_sleep_min", 400), ("late_entry", False), ("version", 2), ("zone", "Asia/Shanghai"),
    ],
)  # fmt: skip
def test_put_night_illegal_value_is_refused_by_name(client, field, value):
    answer = put(client, {**NIGHT, field: value})
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not SleepNight.objects.exists()


@pytest.mark.parametrize(
    ("latency", "awake", "status"), [(30, 420, 201), (30, 421, 400), (451, None, 400)]
)
def test_put_night_too_short_for_its_parts_names_the_time_awake(client, latency, awake, status):
    """From trying (23:00) to waking (06:30) are 450 minutes."""
    body = {**NIGHT, "sleep_onset_latency_min": latency, "wake_after_sleep_onset_min": awake}
    answer = put(client, body)
    assert answer.status_code == status
    if status == 400:
        assert list(answer.json()) == ["wake_after_sleep_onset_min"]
        assert not SleepNight.objects.exists()


def test_put_night_in_bed_is_too_short_for_its_parts_where_trying_is_unknown(client):
    body = {"in_bed_at": "22:30", "out_of_bed_at": "07:00", "wake_after_sleep_onset_min": 511}
    assert list(put(client, body).json()) == ["wake_after_sleep_onset_min"]
    assert put(client, {**body, "wake_after_sleep_onset_min": 510}).status_code == 201


@pytest.mark.parametrize(
    "morning", ["2026-03-19", "2027-01-01", "9999-12-31", "1999-12-31", "0001-01-01"]
)
def test_put_night_to_come_or_too_long_ago_is_refused(client, morning):
    answer = put(client, NIGHT, morning)
    assert (answer.status_code, list(answer.json())) == (400, ["date"])
    assert client.get(url(morning)).status_code == 404


@pytest.mark.parametrize("morning", ["2026-02-29", "2026-13-01", "2026-3-1", "today", "0000-01-01"])
def test_night_of_no_calendar_is_404(client, morning):
    for answer in (put(client, NIGHT, morning), client.get(url(morning))):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_put_night_today_is_today_where_the_participant_is(db):
    """At 04:00 UTC it is still the 17th in Honolulu."""
    person = cast.participant("islander", zone="Pacific/Honolulu")
    client = Client()
    client.force_login(person.user)
    assert put(client, NIGHT, "2026-03-18").status_code == 400
    assert put(client, NIGHT, "2026-03-17").status_code == 201


@pytest.mark.parametrize(
    ("morning", "late"),
    [("2026-03-18", False), ("2026-03-17", True), ("2026-03-16", True), ("2000-01-01", True)],
)
def test_put_night_more_than_24_hours_after_getting_up_is_late(client, morning, late):
    assert put(client, NIGHT, morning).json()["late_entry"] is late


@pytest.mark.parametrize(
    ("up", "late"), [("12:00", False), ("11:59", True), (None, False), ("13:00", False)]
)
def test_put_night_of_yesterday_at_noon_is_late_from_the_24th_hour_on(client, up, late):
    answer = put(client, {"quality": 5, "out_of_bed_at": up}, "2026-03-17")
    assert answer.json()["late_entry"] is late


def test_put_night_late_correction_makes_the_night_late_and_a_resend_does_not(client, noon):
    first = put(client, NIGHT).json()
    noon.shift(timedelta(days=2))
    assert put(client, NIGHT).json() == first
    answer = put(client, {**NIGHT, "quality": 3, "edit": 2})
    assert answer.json()["late_entry"] is True
    assert answer.json()["received_at"] == "2026-03-20T04:00:00Z"
    earlier = SleepNight.history.earliest("history_id")
    assert (earlier.quality, earlier.received_at) == (6, cast.NOW)


def test_put_night_twice_is_the_same_row(client):
    assert put(client, NIGHT).status_code == 201
    assert put(client, NIGHT).status_code == 200
    assert (SleepNight.objects.count(), SleepNight.history.count()) == (1, 1)
    assert AuditEvent.objects.filter(action="night.recorded").count() == 1


def test_put_night_higher_edit_replaces_the_whole_entry_and_keeps_the_earlier_values(
    client, patient
):
    put(client, NIGHT)
    answer = put(client, {"quality": 4, "edit": 2})
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert answer.json()["in_bed_at"] is None
    history = SleepNight.history.order_by("history_id")
    assert [(row.quality, row.awakenings) for row in history] == [(6, 2), (4, None)]
    assert {row.history_user for row in history} == {patient.user}
    event = AuditEvent.objects.get(action="night.corrected")
    assert event.participant_id == patient.pk
    changes = json.loads(event.changes)
    assert (changes["edit"], sorted(changes["changed"])) == (2, sorted(NIGHT))


def test_put_night_lower_edit_arriving_late_changes_nothing(client):
    put(client, {**NIGHT, "edit": 3})
    answer = put(client, {**NIGHT, "quality": 1, "edit": 2})
    assert (answer.status_code, answer.json()["quality"]) == (200, 6)
    assert SleepNight.objects.get().edit == 3


def test_put_night_equal_edit_with_another_body_is_a_conflict(client):
    put(client, NIGHT)
    answer = put(client, {**NIGHT, "quality": 7})
    assert (answer.status_code, answer.json()["code"]) == (409, "edit_conflict")
    assert SleepNight.objects.get().quality == 6


def test_put_night_omitted_and_null_are_the_same_body(client):
    put(client, {"quality": 6})
    assert put(client, {"quality": 6, "in_bed_at": None}).status_code == 200


def test_put_night_keeps_the_zone_it_was_slept_in(client, patient):
    put(client, NIGHT)
    patient.zone = "Europe/Paris"
    patient.save()
    put(client, {**NIGHT, "quality": 7, "edit": 2})
    assert SleepNight.objects.get().zone == "Asia/Shanghai"


def test_nights_of_another_participant_are_out_of_sight(client):
    stranger = Client()
    stranger.force_login(cast.participant("other").user)
    put(client, NIGHT)
    assert stranger.get(url()).status_code == 404
    assert stranger.get("/api/v1/sleep/").json()["results"] == []
    assert put(stranger, {"quality": 1}).status_code == 201
    assert client.get(url()).json()["quality"] == 6


def test_nights_list_newest_first_by_pages(client, patient):
    first = date(2026, 3, 18)
    SleepNight.objects.bulk_create(
        SleepNight(
            participant=patient, date=first - timedelta(days=back), zone=patient.zone, quality=5
        )
        for back in range(60)
    )
    page = client.get("/api/v1/sleep/").json()
    assert [row["date"] for row in page["results"][:2]] == ["2026-03-18", "2026-03-17"]
    rest = client.get(page["next"]).json()
    assert (len(page["results"]), len(rest["results"]), rest["next"]) == (50, 10, None)


@pytest.mark.parametrize("consent", ["none", "renewed"])
def test_put_night_without_valid_consent_is_consent_pending(consent, db):
    person = cast.participant("waiting", consented=consent == "renewed")
    if consent == "renewed":
        cast.consent_document("2", approved_at=cast.NOW - timedelta(days=1))
    client = Client()
    client.force_login(person.user)
    answer = put(client, NIGHT)
    assert (answer.status_code, answer.json()["code"]) == (403, "consent_pending")
    assert not SleepNight.objects.exists()


def test_put_night_after_withdrawal_is_refused(client, patient):
    cast.withdraw(patient)
    answer = put(client, NIGHT)
    assert (answer.status_code, answer.json()["code"]) == (403, "withdrawn")


def test_put_night_under_lock_is_refused_until_it_is_lifted(client, patient):
    lock = DataLock.objects.create(
        participant=patient, by=cast.user("locker"), reason="week 12", at=cast.NOW
    )
    answer = put(client, NIGHT)
    assert (answer.status_code, answer.json()["code"]) == (409, "locked")
    lock.lifted_at, lock.lifted_by = cast.NOW, lock.by
    lock.save()
    assert put(client, NIGHT).status_code == 201


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", "application/json", 400),
        ("[]", "application/json", 400),
        ("quality=6", "application/x-www-form-urlencoded", 415),
    ],
)
def test_put_night_unreadable_body(client, body, content_type, status):
    assert client.put(url(), body, content_type=content_type).status_code == status


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_sending_one_night_make_one_row():
    person = cast.participant("busy")
    clients = [Client() for _ in range(20)]
    for client in clients:
        client.force_login(person.user)
    answers, start = [], threading.Barrier(20)

    def send(client: Client) -> None:
        start.wait()
        answers.append(put(client, NIGHT).status_code)
        connection.close()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] * 19 + [201]
    assert (SleepNight.objects.count(), SleepNight.history.count()) == (1, 1)
