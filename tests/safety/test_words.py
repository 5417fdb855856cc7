"""Words in a note: they only ever add an alert, and the alert holds none of them."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client

import protocol
from accounts.roles import Role
from logging_app.services import record_workout
from safety.models import SafetyAlert
from safety.rules.words import tiers_heard
from schedule.selectors import programme
from tests import cast

KEYWORDS = protocol.load("exdep12").keywords


@pytest.mark.parametrize(
    ("note", "tiers"),
    [
        ("I want to kill myself", ["same_day"]),
        ("KILL\nmyself", ["same_day"]),
        ("self harm again", ["same_day"]),
        ("ｓｕｉｃｉｄｅ", ["same_day"]),
        ("sui\N{ZERO WIDTH SPACE}cidal", []),
        ("I can\N{RIGHT SINGLE QUOTATION MARK}t go on like this", ["review"]),
        ("不想 活了", ["same_day"]),
        ("不\N{ZERO WIDTH SPACE}想活了", ["same_day"]),
        ("撑不下去，真的想死", ["same_day", "review"]),
        ("Suicidegirls is a band, the suicides too", []),
        ("the hill nearly killed me, felt great", []),
        ("想死我了".replace("想死", "想念"), []),
        ("", []),
        (None, []),
    ],
)
def test_words_are_found_whole_in_any_case_and_in_both_languages(note, tiers):
    assert tiers_heard(note, KEYWORDS) == tiers


@pytest.fixture
def patient(db):
    return cast.participant()


def logged(patient, notes, *, entry=None, edit=1, **fields):
    entry = entry or uuid.uuid4()
    record_workout(
        participant=patient, uuid=entry, edit=edit, by=patient.user, now=cast.NOW,
        entry={
            "modality": "aerobic", "activity": "jogging", "duration_min": 30, "notes": notes,
            "started_at": cast.NOW - timedelta(hours=1), **fields,
        },
    )  # fmt: skip
    return entry


def test_a_note_with_such_words_opens_an_alert_that_holds_none_of_them(patient):
    entry = logged(patient, "Went out, but I want to die.")
    alert = SafetyAlert.objects.get()
    assert (alert.kind, alert.tier) == ("words", "same_day")
    assert (alert.source_kind, alert.source_id) == ("workout", f"{entry}:1")
    assert alert.detail == {"where": "workout"}


def test_words_hold_no_session_and_refuse_no_entry(patient):
    logged(patient, "I want to die")
    assert not programme(patient).held(cast.NOW.date())
    assert patient.workouts.count() == 1


def test_taking_the_words_out_closes_nothing(patient):
    entry = logged(patient, "I want to die")
    logged(patient, "all well", entry=entry, edit=2)
    assert [alert.state for alert in SafetyAlert.objects.all()] == ["open"]


def test_a_correction_that_leaves_the_note_raises_no_second_alert(patient):
    entry = logged(patient, "I want to die")
    logged(patient, "I want to die", entry=entry, edit=2, effort=3)
    assert SafetyAlert.objects.count() == 1
    logged(patient, "I want to die today", entry=entry, edit=3)
    assert SafetyAlert.objects.count() == 2


def test_other_notes_raise_nothing(patient):
    logged(patient, "A fine walk by the river.")
    assert not SafetyAlert.objects.exists()


def test_who_answers_alerts_reads_the_note_as_it_was_heard_and_who_watches_does_not(
    patient, settings
):
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    entry = logged(patient, "I want to die")
    logged(patient, "taken out", entry=entry, edit=2)
    address = f"/safety/{SafetyAlert.objects.get().pk}/"
    for role, sees in ((Role.CLINICIAN, True), (Role.COORDINATOR, False)):
        client = Client()
        client.force_login(cast.staff(role, at=patient.site))
        page = client.get(address)
        assert page.status_code == 200
        assert (b"I want to die" in page.content) is sees
