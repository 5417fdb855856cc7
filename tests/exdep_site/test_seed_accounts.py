"""The demo's sign-ins, and what the site shows to them."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from assessments.models import Visit
from assessments.rules import VisitState
from assessments.visits import desk, selectors
from core import clock
from enrollment.models import ConsentConversation, ConsentRecord, ConsentText, Participant
from tests.exdep_site.seeding import NOW, TODAY, seeded

ACCOUNTS = (
    "participant", "control", "newcomer", "instructor", "rater", "clinician", "coordinator",
    "monitor", "statistician", "admin",
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def study(django_db_setup, django_db_blocker):
    """The default demo, for all tests that read it."""
    with seeded(django_db_blocker) as said:
        yield said


def sign_in(name):
    answer = Client().post(
        "/_allauth/app/v1/auth/login",
        {"email": f"{name}@example.org", "password": settings.EXDEP_DEMO_PASSWORD},
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    return answer.json()["meta"]["session_token"]


def today_of(name):
    answer = Client().get("/api/v1/today/", headers={"x-session-token": sign_in(name)})
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.parametrize("name", ACCOUNTS)
def test_seed_demo_account_signs_in(study, name):
    assert sign_in(name)


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("rater", {Role.RATER: None}),
        ("clinician", {Role.CLINICIAN: None}),
        ("coordinator", {Role.COORDINATOR: None}),
        ("monitor", {Role.MONITOR: None}),
        ("statistician", {Role.STATISTICIAN: None}),
        ("admin", {Role.ADMIN: None}),
        ("participant", {}),
    ],
)
def test_seed_demo_account_holds_its_role(study, name, roles):
    assert User.objects.get(email=f"{name}@example.org").active_roles == roles


def test_seed_instructor_works_where_the_demo_participants_are(study):
    sites = User.objects.get(email="instructor@example.org").active_roles[Role.INSTRUCTOR]
    for name in ("participant", "control", "newcomer"):
        assert sites == {Participant.objects.get(user__email=f"{name}@example.org").site_id}


def test_seed_participants_today_is_five_sessions_of_week_7(study):
    today = today_of("participant")
    assert (today["study_week"], len(today["sessions"])) == (7, 5)
    done = [session for session in today["sessions"] if session["done_by"]]
    still_open = [s["modality"] for s in today["sessions"] if not s["done_by"]]
    assert 1 <= len(done) <= 2
    assert "aerobic" in still_open
    assert all(s["intensity"]["hr_bpm"] for s in today["sessions"] if s["modality"] == "aerobic")
    assert {(due["kind"], due["visit"], due["instrument"]) for due in today["due"]} == {
        ("assessment", "week-6", "hdrs17-self"), ("assessment", "week-6", "phq9"),
        ("assessment", "week-6", "wellbeing"), ("check_in", None, None),
    }  # fmt: skip
    assert today["pending_consent"] is False


def test_seed_controls_today_is_week_7_without_sessions(study):
    today = today_of("control")
    assert (today["study_week"], today["sessions"]) == (7, [])
    assert [(due["kind"], due["instrument"]) for due in today["due"]] == [
        ("assessment", "wellbeing"), ("check_in", None),
    ]  # fmt: skip


def test_seed_coordinator_finds_visits_today_and_others_to_arrange(study):
    coordinator = User.objects.get(email="coordinator@example.org")
    rows = desk.booked_on(coordinator, TODAY, NOW)
    walker = Participant.objects.get(user__email="participant@example.org")
    assert walker in [row.visit.participant for row in rows]
    assert all(row.place and row.visit.state is VisitState.OPEN for row in rows)
    booked = Visit.objects.exclude(booked_at=None)
    times = list(booked.values_list("booked_at", flat=True))
    assert len(set(times)) == len(times)
    assert booked.exclude(rater=None).exists()
    assert booked.filter(rater=None).exists()
    assert desk.to_arrange(coordinator, NOW)


def test_seed_times_are_made_inside_the_windows_and_before_they_come(study):
    for row in Visit.objects.exclude(booked_at=None).select_related("participant__site"):
        one = selectors.standing_of(row.participant, row.code, NOW)
        day = clock.local_date(row.booked_at, row.participant.tz)
        assert day >= TODAY
        assert one.window.opens <= day <= one.window.closes
        assert row.history.get().history_date < row.booked_at


@pytest.mark.parametrize("name", ["participant", "control"])
def test_seed_nights_are_enough_for_an_estimate(study, name):
    person = Participant.objects.get(user__email=f"{name}@example.org")
    rated = person.nights.exclude(quality=None)
    recent = rated.filter(date__gt=TODAY - timedelta(days=14))
    before = rated.filter(date__gte=person.day_one - timedelta(days=7), date__lt=person.day_one)
    assert recent.count() >= 5
    assert before.count() >= 5
    assert rated.filter(
        date__gt=person.day_one - timedelta(days=7), date__lte=person.day_one
    ).count() >= 5  # fmt: skip


def test_seed_participants_pulse_is_enough_for_an_estimate(study):
    person = Participant.objects.get(user__email="participant@example.org")
    recent = person.workouts.filter(started_at__gt=NOW - timedelta(days=14))
    assert recent.exclude(hr_before_bpm=None).exclude(hr_after_bpm=None).count() >= 3


def test_consents_are_talked_about_signed_countersigned_and_copied(study):
    talked = set(ConsentConversation.objects.values_list("participant", flat=True))
    signed = ConsentRecord.objects.select_related("document")
    assert {row.participant_id for row in signed} < talked
    assert not signed.filter(countersigned_at=None).exists()
    texts = dict(ConsentText.objects.values_list("language", "sha256"))
    assert set(texts) == {"en", "zh-hans"}
    assert all(row.text_sha256 == texts[row.language] for row in signed)
    for name in ("participant", "control"):
        row = signed.get(participant__user__email=f"{name}@example.org")
        assert sha256(bytes(row.identity.copy_pdf)).hexdigest() == row.pdf_sha256


def test_newcomer_has_had_the_talk_and_signed_nothing(study):
    newcomer = Participant.objects.get(user__email="newcomer@example.org")
    talk = newcomer.conversations.get()
    assert (talk.questions_answered, talk.capacity_confirmed) == (True, True)
    assert not newcomer.consents.exists()
