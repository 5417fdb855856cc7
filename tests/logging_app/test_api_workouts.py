"""`PUT /api/v1/workouts/<uuid>/` as the contract has it."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from enrollment.models import DataLock
from logging_app.models import SessionMatch, StrengthSet, Workout
from safety.models import SafetyAlert
from tests import cast

WALK = {
    "modality": "aerobic",
    "activity": "fast_walking",
    "started_at": "2026-03-18T10:00:00+08:00",
    "duration_min": 35,
    "mood_before": 4,
    "mood_after": 6,
    "feeling": 2,
    "effort": 4,
    "hr_before_bpm": 74,
    "hr_after_bpm": 119,
    "hr_mean_bpm": 112,
    "hr_max_bpm": 127,
    "notes": "by the river",
}


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def patient(db):
    return cast.participant()


@pytest.fixture
def client(patient):
    client = Client()
    client.force_login(patient.user)
    return client


def put(client, body, key=None):
    key = key or uuid.uuid4()
    return client.put(f"/api/v1/workouts/{key}/", body, content_type="application/json")


def test_put_workout_new_is_201_and_reads_back_what_was_sent(client):
    answer = put(client, WALK)
    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in WALK if name != "started_at"} == {
        name: value for name, value in WALK.items() if name != "started_at"
    }
    assert answer.json()["study_week"] == 7
    assert answer.json()["session_key"] == "w07-aerobic-1"
    assert answer.json()["sources"]["hr_mean_bpm"] == "typed"
    assert answer.json()["in_prescribed_zone"] is None
    assert answer.json()["version"] == 1


def test_put_workout_twice_is_the_same_row(client):
    key = uuid.uuid4()
    assert put(client, WALK, key).status_code == 201
    assert put(client, WALK, key).status_code == 200
    assert Workout.objects.count() == 1
    assert Workout.history.filter(id=key).count() == 1


def test_put_workout_higher_edit_replaces_the_whole_entry_and_keeps_the_earlier_values(client):
    key = uuid.uuid4()
    put(client, WALK, key)
    corrected = {k: WALK[k] for k in ("modality", "activity", "started_at")}
    answer = put(client, {**corrected, "duration_min": 40, "edit": 2}, key)
    assert answer.status_code == 200
    assert answer.json()["duration_min"] == 40
    assert answer.json()["mood_after"] is None
    assert [row.mood_after for row in Workout.history.filter(id=key).order_by("history_id")] == [
        6,
        None,
    ]


def test_put_workout_lower_edit_arriving_late_changes_nothing(client):
    key = uuid.uuid4()
    put(client, {**WALK, "edit": 3, "duration_min": 50}, key)
    answer = put(client, {**WALK, "edit": 2, "duration_min": 20}, key)
    assert (answer.status_code, answer.json()["duration_min"]) == (200, 50)
    assert Workout.objects.get(pk=key).duration_min == 50


def test_put_workout_equal_edit_with_another_body_is_a_conflict(client):
    key = uuid.uuid4()
    put(client, WALK, key)
    answer = put(client, {**WALK, "duration_min": 36}, key)
    assert (answer.status_code, answer.json()["code"]) == (409, "edit_conflict")


def test_put_workout_same_moment_in_another_offset_is_the_same_body(client):
    key = uuid.uuid4()
    put(client, WALK, key)
    assert put(client, {**WALK, "started_at": "2026-03-18T02:00:00Z"}, key).status_code == 200


def test_put_workout_of_another_participant_is_404_and_untouched(client):
    other = cast.participant("other")
    stranger = Client()
    stranger.force_login(other.user)
    key = uuid.uuid4()
    put(client, WALK, key)
    for answer in (
        put(stranger, {**WALK, "edit": 2}, key),
        stranger.get(f"/api/v1/workouts/{key}/"),
        stranger.delete(f"/api/v1/workouts/{key}/?reason=x"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert Workout.objects.get(pk=key).edit == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mood_after", 11), ("mood_before", -1), ("feeling", 6), ("feeling", -6), ("effort", 10.5),
        ("duration_min", 0), ("duration_min", 241), ("hr_after_bpm", 29), ("hr_after_bpm", 231),
        ("hrv_rmssd_ms", 400.1), ("resp_mean_brpm", 3), ("steps", -1), ("distance_m", -0.5),
        ("energy_kcal", -1), ("range_of_motion_cm", 81), ("range_of_motion_cm", -51),
        ("modality", "swim"), ("activity", "flying"), ("symptoms", ["nonsense"]),
        ("notes", "x" * 2001), ("started_at", "2026-03-18T10:00:00"), ("started_at", "yesterday"),
        ("started_at", "2026-03-19T10:00:00+08:00"), ("edit", 0), ("tracker_file", "no-such-file"),
        ("mood", 5), ("received_at", "2026-03-18T10:00:00Z"), ("mood_after", True),
        ("sets", [{"exercise": "row", "equipment": "band", "sets": 1, "reps": 8, "load_kg": 5}]),
        ("sets", [{"exercise": "row", "equipment": "dumbbell", "sets": 0, "reps": 8}]),
        ("sets", [{"exercise": "row", "equipment": "bar", "sets": 1, "reps": 8, "load_kg": -5}]),
        ("sets", [{"exercise": "row", "equipment": "bar", "sets": 2**63 - 1, "reps": 8}]),
        ("sets", [{"exercise": "row", "equipment": "bar", "sets": 1, "reps": 2**63 - 1}]),
        ("hrv_rmssd_ms", True), ("distance_m", True), ("energy_kcal", False),
        ("steps", 2**63 - 1),
    ],
)  # fmt: skip
def test_put_workout_illegal_value_is_refused_by_name(client, field, value):
    answer = put(client, {**WALK, field: value})
    assert answer.status_code == 400
    assert field in answer.json()
    assert not Workout.objects.exists()


@pytest.mark.parametrize("field", ["modality", "activity", "started_at", "duration_min"])
def test_put_workout_required_field_missing_is_named(client, field):
    answer = put(client, {k: v for k, v in WALK.items() if k != field})
    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_put_workout_mean_above_highest_names_the_first_of_them(client):
    answer = put(client, {**WALK, "hr_mean_bpm": 140})
    assert (answer.status_code, list(answer.json())) == (400, ["hr_mean_bpm"])


def test_put_workout_percent_of_reserve_by_karvonen(client, patient):
    """Age 30, rest 70, Tanaka 187 (clinical notes 3.1): 40 % of the reserve is 116.8 bpm."""
    cast.fitness(patient, resting=70, assessed_on=(cast.NOW - timedelta(days=60)).date())
    patient.birth_year = 2026 - 30
    patient.save()
    answer = put(client, {**WALK, "hr_mean_bpm": 117, "hr_max_bpm": 139}).json()
    assert (answer["hr_reserve_percent_mean"], answer["hr_reserve_percent_max"]) == (40.2, 59.0)


def test_put_workout_reads_back_its_load(client):
    assert put(client, {**WALK, "effort": 4, "duration_min": 35}).json()["load"] == 140
    assert put(client, {**WALK, "effort": None}).json()["load"] is None


def test_put_workout_that_answers_a_session_takes_fourteen_statements(client, patient):
    cast.fitness(patient, resting=70, assessed_on=(cast.NOW - timedelta(days=60)).date())
    put(client, WALK)
    with CaptureQueriesContext(connection) as sent:
        answer = put(client, WALK)
    assert answer.json()["session_key"] is not None
    asked = [row["sql"] for row in sent.captured_queries]
    mine = [sql for sql in asked if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    assert len(mine) <= 14, "\n".join(mine)


def test_put_workout_keeps_sets_in_order_and_replaces_them_on_correction(client):
    key = uuid.uuid4()
    body = {
        "modality": "strength", "activity": "dumbbells", "duration_min": 40,
        "started_at": "2026-03-18T10:00:00+08:00",
        "sets": [
            {"exercise": "curl", "equipment": "dumbbell", "sets": 2, "reps": 12, "load_kg": 5.5},
            {"exercise": "row", "equipment": "elastic band", "sets": 2, "reps": 10,
             "load_kg": None, "band_level": "red"},
        ],
    }  # fmt: skip
    assert put(client, body, key).status_code == 201
    assert put(client, body, key).status_code == 200
    answer = put(client, {**body, "edit": 2, "sets": body["sets"][1:]}, key)
    assert [line["exercise"] for line in answer.json()["sets"]] == ["row"]
    assert StrengthSet.history.filter(history_type="-").count() == 2


def test_delete_workout_voids_with_a_reason_and_opens_its_session_again(client):
    key = uuid.uuid4()
    put(client, WALK, key)
    assert client.delete(f"/api/v1/workouts/{key}/").status_code == 400
    assert client.delete(f"/api/v1/workouts/{key}/?reason=wrong+day").status_code == 204
    assert client.delete(f"/api/v1/workouts/{key}/?reason=again").status_code == 204
    assert Workout.objects.get(pk=key).void_reason == "wrong day"
    again = put(client, {**WALK, "edit": 2}, key)
    assert (again.status_code, again.json()["code"]) == (409, "voided")
    assert put(client, WALK).json()["session_key"] == "w07-aerobic-1"
    assert key.hex not in str(client.get("/api/v1/workouts/").json()).replace("-", "")


def test_delete_workout_keeps_typed_words_out_of_the_trail(client):
    """The trail is never erased, so that nobody's words may stand in it."""
    key = uuid.uuid4()
    put(client, WALK, key)
    assert client.delete(f"/api/v1/workouts/{key}/?reason=Wang%00+Wei+did+it").status_code == 204
    assert Workout.objects.get(pk=key).void_reason == "Wang Wei did it"
    event = AuditEvent.objects.get(action="workout.voided")
    assert "Wang" not in f"{event.reason} {event.changes}"


def test_workouts_answer_the_week_in_turn_and_the_fourth_is_an_extra(client):
    keys = [put(client, WALK).json()["session_key"] for _ in range(4)]
    assert keys == ["w07-aerobic-1", "w07-aerobic-2", "w07-aerobic-3", None]


def test_correction_of_the_kind_moves_the_answered_session(client):
    key = uuid.uuid4()
    put(client, WALK, key)
    moved = {**WALK, "modality": "flexibility", "activity": "yoga", "edit": 2}
    assert put(client, moved, key).json()["session_key"] == "w07-flexibility-1"
    assert SessionMatch.objects.get().session_key == "w07-flexibility-1"


def test_workout_before_day_one_has_a_negative_week(client):
    answer = put(client, {**WALK, "started_at": "2026-01-30T10:00:00+08:00"})
    assert (answer.json()["study_week"], answer.json()["session_key"]) == (-1, None)


def test_workout_before_allocation_has_no_week(db):
    newcomer = cast.participant("early", week=None)
    client = Client()
    client.force_login(newcomer.user)
    assert put(client, WALK).json()["study_week"] is None


@pytest.mark.parametrize("consent", ["none", "renewed"])
def test_put_workout_without_valid_consent_is_consent_pending(consent, db):
    person = cast.participant("waiting", consented=consent == "renewed")
    if consent == "renewed":
        cast.consent_document("2", approved_at=cast.NOW - timedelta(days=1))
    client = Client()
    client.force_login(person.user)
    answer = put(client, {"not": "even valid"})
    assert (answer.status_code, answer.json()["code"]) == (403, "consent_pending")


def test_put_workout_after_withdrawal_is_refused(client, patient):
    cast.withdraw(patient)
    answer = put(client, WALK)
    assert (answer.status_code, answer.json()["code"]) == (403, "withdrawn")


def test_put_workout_under_lock_is_refused_until_it_is_lifted(client, patient):
    lock = DataLock.objects.create(
        participant=patient, by=cast.user("locker"), reason="week 12", at=cast.NOW
    )
    answer = put(client, WALK)
    assert (answer.status_code, answer.json()["code"]) == (409, "locked")
    lock.lifted_at, lock.lifted_by = cast.NOW, lock.by
    lock.save()
    assert put(client, WALK).status_code == 201


def test_red_flag_opens_one_alert_and_a_resend_does_not_open_another(client):
    key = uuid.uuid4()
    body = {**WALK, "symptoms": ["chest_pain"]}
    put(client, body, key)
    put(client, body, key)
    alert = SafetyAlert.objects.get()
    assert (alert.source_id, alert.state, alert.detail) == (
        str(key),
        "open",
        {"symptoms": ["chest_pain"]},
    )


def test_amber_symptom_opens_no_alert(client):
    put(client, {**WALK, "symptoms": ["dizziness"]})
    assert not SafetyAlert.objects.exists()


def test_control_arm_keeps_a_workout_that_answers_nothing(db):
    person = cast.participant("control", arm="control")
    client = Client()
    client.force_login(person.user)
    answer = put(client, WALK)
    assert (answer.status_code, answer.json()["session_key"]) == (201, None)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", "application/json", 400),
        ("[]", "application/json", 400),
        ("a=b", "application/x-www-form-urlencoded", 415),
    ],
)
def test_put_workout_unreadable_body(client, body, content_type, status):
    url = f"/api/v1/workouts/{uuid.uuid4()}/"
    assert client.put(url, body, content_type=content_type).status_code == status


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_sending_one_uuid_make_one_row():
    person = cast.participant("busy")
    clients = [Client() for _ in range(20)]
    for client in clients:
        client.force_login(person.user)
    key, answers, start = uuid.uuid4(), [], threading.Barrier(20)

    def send(client: Client) -> None:
        start.wait()
        answers.append(put(client, WALK, key).status_code)
        connection.close()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] * 19 + [201]
    assert Workout.objects.count() == 1
    assert Workout.history.count() == 1
    assert SessionMatch.objects.count() == 1


# Half past midnight of day 43, Monday, in Shanghai; still Sunday, day 42, in London.
FIRST_MINUTES_OF_WEEK_7 = "2026-03-16T00:30:00+08:00"


def test_correction_keeps_the_zone_and_the_week_it_was_entered_in(client, patient):
    """Clocks elsewhere still show week 6 at that moment; the entry was made at home, in week 7."""
    key = uuid.uuid4()
    entry = {**WALK, "started_at": FIRST_MINUTES_OF_WEEK_7}
    assert put(client, entry, key).json()["study_week"] == 7
    patient.zone = "Europe/London"
    patient.save()
    corrected = {**entry, "duration_min": 40, "edit": 2}
    answer = put(client, corrected, key).json()
    assert (answer["study_week"], answer["session_key"]) == (7, "w07-aerobic-1")
    assert Workout.objects.get(pk=key).zone == "Asia/Shanghai"
    moved = put(client, entry).json()
    assert (moved["study_week"], moved["session_key"]) == (6, "w06-aerobic-1")


@pytest.mark.django_db(transaction=True)
def test_two_participants_sending_one_uuid_at_once_make_one_row_and_one_404():
    people = [cast.participant("first"), cast.participant("second")]
    clients = [Client(), Client()]
    for client, person in zip(clients, people, strict=True):
        client.force_login(person.user)
    for _round in range(5):
        key, answers, start = uuid.uuid4(), [], threading.Barrier(2)

        def send(client: Client, key=key, answers=answers, start=start) -> None:
            start.wait()
            answers.append(put(client, WALK, key).status_code)
            connection.close()

        threads = [threading.Thread(target=send, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [201, 404]
        assert Workout.objects.filter(pk=key).count() == 1
        assert Workout.history.filter(id=key).count() == 1
