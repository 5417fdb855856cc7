"""Medicine, devices, contacts and deviations: their services, and their pages on the desk."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent
from accounts.roles import Role
from core.errors import ConsentPending, Locked, Withdrawn
from enrollment.models import Contact, DataLock, Deviation, DeviceIssue, Medication
from enrollment.services import conduct
from tests import cast, doors

NOW = cast.NOW
TODAY = date(2026, 3, 18)
BEFORE = date(2025, 11, 1)


@pytest.fixture
def desk(db):
    return cast.staff(Role.COORDINATOR, at=cast.site())


@pytest.fixture
def patient(db):
    return cast.participant()


def medicine(patient, **fields):
    fields = {"substance": "Sertraline", "dose": "50 mg", "started_on": BEFORE, **fields}
    return Medication(participant=patient, **fields)


def noted(patient, desk, **fields):
    return conduct.note_medication(medication=medicine(patient, **fields), by=desk, now=NOW)


# --- medicine


def test_note_medication_taken_before_is_no_deviation(patient, desk):
    row = noted(patient, desk)
    assert row.noted_by == desk
    assert not Deviation.objects.exists()
    assert AuditEvent.objects.get(action="enrollment.medication_added").actor_id == desk.pk
    assert Medication.history.get().history_user == desk


def test_note_medication_begun_in_the_study_is_a_deviation(patient, desk):
    noted(patient, desk, started_on=TODAY)
    row = Deviation.objects.get()
    assert (row.category, row.occurred_on, row.major) == ("medication", TODAY, False)
    assert "Sertraline 50 mg" in row.what


def test_change_medication_ends_one_line_and_begins_the_next(patient, desk):
    old = noted(patient, desk, rate_limiting=True)
    new = conduct.change_medication(
        medication=old, on=TODAY, dose="100 mg", by=desk, now=NOW, reason="still low"
    )
    old.refresh_from_db()
    assert (old.dose, old.ended_on) == ("50 mg", TODAY)
    assert (new.substance, new.dose, new.started_on) == ("Sertraline", "100 mg", TODAY)
    assert new.rate_limiting
    what = Deviation.objects.get().what
    assert what == "Sertraline 50 mg → Sertraline 100 mg. still low"


def test_change_medication_without_another_ends_it(patient, desk):
    old = noted(patient, desk)
    assert conduct.change_medication(medication=old, on=TODAY, by=desk, now=NOW) is None
    assert Medication.objects.get().ended_on == TODAY
    assert "ended" in Deviation.objects.get().what


def test_change_medication_before_day_one_is_no_deviation(desk):
    waiting = cast.participant("waiting", week=None)
    old = noted(waiting, desk)
    conduct.change_medication(medication=old, on=TODAY, dose="100 mg", by=desk, now=NOW)
    assert not Deviation.objects.exists()


def test_change_medication_refuses_what_makes_no_sense(patient, desk):
    old = noted(patient, desk)
    for on in (TODAY + timedelta(days=1), BEFORE - timedelta(days=1)):
        with pytest.raises(ValidationError):
            conduct.change_medication(medication=old, on=on, by=desk, now=NOW)
    conduct.change_medication(medication=old, on=TODAY, by=desk, now=NOW)
    with pytest.raises(ValidationError):
        conduct.change_medication(medication=old, on=TODAY, dose="1 mg", by=desk, now=NOW)


@pytest.mark.parametrize(
    "dates", [{"started_on": TODAY + timedelta(days=1)}, {"ended_on": BEFORE - timedelta(days=1)}]
)
def test_note_medication_refuses_dates_that_cannot_be(patient, desk, dates):
    with pytest.raises(ValidationError):
        noted(patient, desk, **dates)
    assert not Medication.objects.exists()


def test_correct_medication_keeps_the_earlier_words_and_is_no_deviation(patient, desk):
    row = noted(patient, desk, substance="Sertralin")
    row.substance = "Sertraline"
    conduct.correct_medication(medication=row, by=desk, now=NOW, reason="spelling")
    newest, first = Medication.history.all()
    assert (first.substance, newest.substance) == ("Sertralin", "Sertraline")
    assert newest.history_change_reason == "spelling"
    assert not Deviation.objects.exists()


# --- the gate


def device(patient):
    return DeviceIssue(participant=patient, device="Band 7", issued_on=TODAY)


def contact(patient, **fields):
    return Contact(participant=patient, at=NOW, channel="phone", **fields)


def deviation(patient=None, **fields):
    days = {"occurred_on": TODAY, "found_on": TODAY, "what": "late", **fields}
    return Deviation(participant=patient, category="other", **days)


def test_study_data_wait_for_consent_but_contacts_do_not(desk):
    newcomer = cast.participant("newcomer", consented=False, week=None)
    with pytest.raises(ConsentPending):
        noted(newcomer, desk)
    with pytest.raises(ConsentPending):
        conduct.issue_device(device=device(newcomer), by=desk, now=NOW)
    conduct.note_contact(contact=contact(newcomer), by=desk, now=NOW)
    conduct.note_deviation(deviation=deviation(newcomer), by=desk, now=NOW)
    assert not Medication.objects.exists()


def test_after_leaving_only_contacts_deviations_and_returns_are_kept(patient, desk):
    issued = conduct.issue_device(device=device(patient), by=desk, now=NOW)
    cast.withdraw(patient)
    with pytest.raises(Withdrawn):
        noted(patient, desk)
    with pytest.raises(Withdrawn):
        conduct.issue_device(device=device(patient), by=desk, now=NOW)
    issued.returned_on = TODAY
    assert conduct.issue_device(device=issued, by=desk, now=NOW).issued_by == desk
    conduct.note_contact(contact=contact(patient), by=desk, now=NOW)


def test_locked_data_stay_as_they_are(patient, desk):
    DataLock.objects.create(participant=patient, at=NOW, by=desk, reason="closed")
    writes = [
        lambda: noted(patient, desk),
        lambda: conduct.issue_device(device=device(patient), by=desk, now=NOW),
        lambda: conduct.note_contact(contact=contact(patient), by=desk, now=NOW),
        lambda: conduct.note_deviation(deviation=deviation(patient), by=desk, now=NOW),
    ]
    for write in writes:
        with pytest.raises(Locked):
            write()
    conduct.note_deviation(deviation=deviation(), by=desk, now=NOW)


def test_contacts_and_deviations_refuse_impossible_times(patient, desk):
    future = contact(patient)
    future.at = NOW + timedelta(minutes=1)
    with pytest.raises(ValidationError):
        conduct.note_contact(contact=future, by=desk, now=NOW)
    with pytest.raises(ValidationError):
        conduct.note_deviation(
            deviation=deviation(patient, found_on=TODAY - timedelta(days=1)), by=desk, now=NOW
        )


# --- the desk


@pytest.fixture
def browser(desk):
    doors.second_factor(desk)
    with time_machine.travel(NOW, tick=False):
        yield doors.cookie(desk)


def test_desk_notes_a_medicine_and_its_change(browser, patient):
    base = "/admin/enrollment/medication/"
    typed = {
        "participant": patient.pk, "substance": "Sertraline", "dose": "50 mg",
        "started_on": "2025-11-01",
    }  # fmt: skip
    assert browser.get(f"{base}add/").status_code == 200
    assert browser.post(f"{base}add/", typed).status_code == 302
    row = Medication.objects.get()
    page = f"{base}{row.pk}/change/"
    assert "slip of the pen" in browser.get(page).content.decode()
    changed = {**typed, "dose": "75 mg", "changed_on": "2026-03-18", "reason": "doctor"}
    assert browser.post(page, changed).status_code == 302
    assert list(Medication.objects.values_list("dose", "ended_on")) == [
        ("50 mg", TODAY), ("75 mg", None),
    ]  # fmt: skip
    assert Deviation.objects.get().category == "medication"
    answer = browser.post(page, changed)
    assert "ended already" in answer.content.decode()


def test_desk_says_what_the_gate_says(browser, patient):
    cast.withdraw(patient)
    typed = {
        "participant": patient.pk, "substance": "Sertraline", "dose": "50 mg",
        "started_on": "2025-11-01",
    }  # fmt: skip
    answer = browser.post("/admin/enrollment/medication/add/", typed)
    assert answer.status_code == 200
    assert "left the study" in answer.content.decode()
    assert not Medication.objects.exists()


def test_desk_keeps_devices_contacts_and_deviations(browser, patient, desk):
    who = {"participant": patient.pk}
    sent = {
        "deviceissue": {"device": "Band 7", "issued_on": "2026-03-18", "scales_explained": "on"},
        "contact": {
            "at_0": "2026-03-18", "at_1": "11:00:00", "channel": "phone", "minutes": 12,
            "reached": "on",
        },
        "deviation": {
            "category": "therapy", "occurred_on": "2026-03-17", "found_on": "2026-03-18",
            "what": "began counselling",
        },
    }  # fmt: skip
    for table, fields in sent.items():
        answer = browser.post(f"/admin/enrollment/{table}/add/", {**who, **fields})
        assert answer.status_code == 302, answer.context["errors"]
    assert DeviceIssue.objects.get().issued_by == desk
    assert Contact.objects.get().by == desk
    row = Deviation.objects.get()
    assert row.noted_by == desk
    page = f"/admin/enrollment/deviation/{row.pk}/change/"
    fields = {**sent["deviation"], "action": "kept measuring", "reason": "completed"}
    assert browser.post(page, fields).status_code == 302
    assert Deviation.history.first().history_change_reason == "completed"


def test_desk_offers_only_participants_of_the_own_site(browser, patient):
    elsewhere = cast.participant("elsewhere", at=cast.site("sh"))
    page = browser.get("/admin/enrollment/contact/add/").content.decode()
    assert patient.study_id in page
    assert elsewhere.study_id not in page
    typed = {"participant": elsewhere.pk, "at_0": "2026-03-18", "at_1": "11:00", "channel": "phone"}
    assert browser.post("/admin/enrollment/contact/add/", typed).status_code == 200
    assert not Contact.objects.exists()


def test_desk_shows_deviations_of_the_study_at_every_site(browser, desk, patient):
    conduct.note_deviation(deviation=deviation(what="power cut"), by=desk, now=NOW)
    other = cast.participant("elsewhere", at=cast.site("sh"))
    conduct.note_deviation(deviation=deviation(other), by=desk, now=NOW)
    rows = browser.get("/admin/enrollment/deviation/").context["cl"].result_list
    assert [row.participant for row in rows] == [None]
    whole = Deviation.objects.get(participant=None)
    assert browser.get(f"/admin/enrollment/deviation/{whole.pk}/change/").status_code == 200
