"""The log of who is not asked to exercise: nothing of a workout's page, and nothing is lost."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from uuid import UUID

import pandas as pd
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from data_management.rules import Kind
from logging_app.checkins.services import record_check_in
from logging_app.models import CheckIn, Workout
from tests import cast
from tests.data_management import study

ONE = UUID(int=1)
WALK = {
    "modality": "aerobic", "activity": "jogging", "started_at": "2026-03-17T10:00:00+08:00",
    "duration_min": 30,
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon(settings):
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def control(db):
    return cast.participant("control", arm="control")


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(control):
    return signed_in(control.user)


def text(answer) -> str:
    return answer.content.decode()


def test_the_log_offers_what_there_is_and_the_same_navigation(client):
    page = text(client.get("/log/"))
    assert 'href="/check-in/2026-03-15/"' in page
    assert 'href="/sleep/2026-03-18/"' in page
    assert 'name="duration_min"' not in page
    other = signed_in(cast.participant("other").user)
    nav = [text(c.get("/today/")).split('aria-label="Main"')[1].split("</nav>")[0]
           for c in (client, other)]  # fmt: skip
    assert nav[0] == nav[1]


def test_with_all_written_it_says_so(client):
    client.put("/api/v1/check-ins/2026-03-15/", {}, content_type="application/json")
    client.put("/api/v1/sleep/2026-03-18/", {"quality": 5}, content_type="application/json")
    page = text(client.get("/log/"))
    assert "Nothing waits for you today." in page
    assert "29 March" in page


def test_a_posted_workout_is_refused_in_neutral_words(client):
    sent = {**WALK, "uuid": str(ONE), "edit": "1", "started_at": "2026-03-17T10:00"}
    answer = client.post("/log/", sent)
    assert answer.status_code == 403
    assert "Nothing was stored." in text(answer)
    assert not Workout.objects.exists()


def test_what_comes_by_the_api_is_kept_and_marked_as_contamination(client, control, tmp_path):
    kept = client.put(f"/api/v1/workouts/{ONE}/", WALK, content_type="application/json")
    assert (kept.status_code, kept.json()["session_key"]) == (201, None)
    asked = cast.participant("asked")
    signed_in(asked.user).put(
        f"/api/v1/workouts/{UUID(int=2)}/", WALK, content_type="application/json"
    )
    rows = exported(tmp_path, "workouts")
    assert dict(zip(rows["study_id"], rows["contamination"], strict=True)) == {
        control.study_id: 1, asked.study_id: 0,
    }  # fmt: skip


def exported(tmp_path, table) -> pd.DataFrame:
    study.export(tmp_path, Kind.CONDUCT, identified=True)
    return pd.read_csv(tmp_path / "out" / f"{table}.csv")


def test_the_desk_hints_at_exercise_that_nobody_asked_for(client, control):
    desk = signed_in(cast.staff(Role.COORDINATOR, at=control.site))
    page = reverse("admin:enrollment_participant_change", args=[control.pk])
    assert "Exercised without being asked" not in text(desk.get(page))
    client.put(f"/api/v1/workouts/{ONE}/", WALK, content_type="application/json")
    assert "Exercised without being asked" in text(desk.get(page))


def test_what_is_new_stands_on_the_desk_until_somebody_saw_to_it(client, control):
    told = {"anything_new": True, "new_text": "Mirtazapine 15 mg"}
    client.put("/api/v1/check-ins/2026-03-15/", told, content_type="application/json")
    coordinator = cast.staff(Role.COORDINATOR, at=control.site)
    desk, row = signed_in(coordinator), CheckIn.objects.get()
    person = reverse("admin:enrollment_participant_change", args=[control.pk])
    listed = f"{reverse('admin:logging_app_checkin_changelist')}?told=waiting"
    one = reverse("admin:logging_app_checkin_change", args=[row.pk])
    assert "1 is not seen to yet." in text(desk.get(reverse("admin:index")))
    for place in (person, listed, one):
        assert "Mirtazapine 15 mg" in text(desk.get(place)), place
    medicine = f"{reverse('admin:enrollment_medication_add')}?participant={control.pk}"
    assert f'href="{medicine}"' in text(desk.get(one))
    assert desk.post(one, {"handled_as": "", "handled_note": ""}).status_code == 200
    assert desk.post(one, {"handled_as": "medicine", "handled_note": "noted"}).status_code == 302
    row.refresh_from_db()
    assert (row.handled_as, row.handled_by, row.handled_at) == ("medicine", coordinator, cast.NOW)
    assert row.history.first().history_user == coordinator
    assert "Mirtazapine" not in text(desk.get(listed))
    assert "Nothing waits." in text(desk.get(reverse("admin:index")))
    monitor = signed_in(cast.staff(Role.MONITOR, at=control.site))
    assert monitor.post(one, {"handled_as": "nothing"}).status_code == 403


def test_the_export_tells_check_ins_without_their_words(control, tmp_path):
    staff = cast.staff(Role.COORDINATOR, at=control.site)
    record_check_in(
        participant=control, due_on=date(2026, 2, 15), by=staff, now=cast.NOW,
        entry={"resting_hr_bpm": 66, "active_minutes": 0, "new_text": "NOTE-MARKER"},
        paper_date=date(2026, 2, 16),
    )  # fmt: skip
    row = exported(tmp_path, "check_ins").iloc[0]
    assert (row["study_day"], row["date"]) == (14, "2026-02-15")
    assert (row["resting_hr_bpm"], row["active_minutes"], row["anything_new"]) == (66, 0, 1)
    assert (row["late_entry"], row["from_paper"], row["paper_day"]) == (1, 1, 15)
    assert (row["received_day"], pd.isna(row["activity"]), pd.isna(row["hr_after_bpm"])) == (
        45, True, True,
    )  # fmt: skip
    assert "NOTE-MARKER" not in (tmp_path / "out" / "check_ins.csv").read_text()
    study.export(tmp_path, Kind.BLINDED, name="blinded")
    assert (tmp_path / "blinded" / "sleep_nights.csv").exists()
    assert not (tmp_path / "blinded" / "check_ins.csv").exists()


def test_their_own_copy_holds_their_check_ins_and_nothing_of_staff(client, control):
    row = record_check_in(
        participant=control, due_on=date(2026, 3, 15), by=control.user, now=cast.NOW,
        entry={"new_text": "a cold"},
    ).check_in  # fmt: skip
    row.handled_as, row.handled_note = "nothing", "STAFF-MARKER"
    row.handled_at, row.handled_by = cast.NOW - timedelta(0), control.user
    row.save()
    held = client.get("/me/download/")
    held = b"".join(held.streaming_content) if held.streaming else held.content
    with zipfile.ZipFile(io.BytesIO(held)) as archive:
        told = archive.read("check-ins.csv").decode()
        everything = archive.read("everything.json").decode()
    assert "a cold" in told
    assert "STAFF-MARKER" not in told + everything
