"""Consent on the desk: drafting, approving, telling of the talk, countersigning."""

from __future__ import annotations

import json

import pytest
import time_machine

from accounts.roles import Role
from enrollment.models import ConsentConversation, ConsentDocument, ConsentRecord
from enrollment.services import consent as services
from tests import cast, doors
from tests.enrollment import consenting

NOW = cast.NOW
DOCUMENTS = "/admin/enrollment/consentdocument/"


@pytest.fixture(autouse=True)
def _noon(db):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def zhou():
    person = consenting.clinician()
    doors.second_factor(person)
    return doors.cookie(person)


def typed(**changes):
    return {
        "version": "7", "ethics_number": consenting.ETHICS, "quiz": json.dumps(consenting.quiz()),
        "title_en": "The study", "text_en": consenting.markdown("en").replace("\n", "\r\n"),
        "title_zh_hans": "研究", "text_zh_hans": consenting.markdown("zh-hans"), **changes,
    }  # fmt: skip


def test_a_document_is_written_read_and_approved(zhou):
    assert zhou.post(f"{DOCUMENTS}add/", typed()).status_code == 302
    row = ConsentDocument.objects.get(version="7")
    assert consenting.text(row).markdown == consenting.markdown("en")
    page = zhou.get(f"{DOCUMENTS}{row.pk}/approve/").content.decode()
    assert "Everything is there." in page
    assert "Two groups, and who decides" in page
    assert "两个组，以及由谁决定" in page
    wrong = zhou.post(f"{DOCUMENTS}{row.pk}/approve/", {"password": "no"})
    assert wrong.status_code == 200
    assert "That is not right." in wrong.content.decode()
    done = zhou.post(f"{DOCUMENTS}{row.pk}/approve/", {"password": cast.PASSWORD})
    assert done.status_code == 302
    row.refresh_from_db()
    assert (row.approved_at, row.approved_by) == (NOW, consenting.clinician())


def test_a_draft_is_changed_and_an_approved_one_is_not(zhou):
    zhou.post(f"{DOCUMENTS}add/", typed())
    row = ConsentDocument.objects.get(version="7")
    form = zhou.get(f"{DOCUMENTS}{row.pk}/change/").content.decode()
    assert "Two groups, and who decides" in form
    changed = typed(title_en="Another title", reason="wording")
    assert zhou.post(f"{DOCUMENTS}{row.pk}/change/", changed).status_code == 302
    assert consenting.text(row).title == "Another title"
    services.approve_document(document=row, by=consenting.clinician(), now=NOW)
    page = zhou.get(f"{DOCUMENTS}{row.pk}/change/").content.decode()
    assert "<textarea" not in page
    assert zhou.post(f"{DOCUMENTS}{row.pk}/change/", typed(title_en="X")).status_code == 403
    assert consenting.text(row).title == "Another title"


def test_what_is_left_out_is_listed(zhou):
    text = consenting.markdown("zh-hans").replace("{#compensation}", "")
    zhou.post(f"{DOCUMENTS}add/", typed(text_zh_hans=text, ethics_number="other"))
    row = ConsentDocument.objects.get(version="7")
    page = zhou.get(f"{DOCUMENTS}{row.pk}/approve/").content.decode()
    assert "简体中文 leaves out: compensation" in page
    assert "does not name the number other" in page
    assert "Approve this version" not in page
    zhou.post(f"{DOCUMENTS}{row.pk}/approve/", {"password": cast.PASSWORD})
    row.refresh_from_db()
    assert row.approved_at is None


def test_coordinators_read_and_do_not_approve():
    row = consenting.draft()
    person = cast.staff(Role.COORDINATOR)
    doors.second_factor(person)
    desk = doors.cookie(person)
    assert "A clinician or an administrator" in (
        desk.get(f"{DOCUMENTS}{row.pk}/approve/").content.decode()
    )
    sent = desk.post(f"{DOCUMENTS}{row.pk}/approve/", {"password": cast.PASSWORD})
    assert sent.status_code == 403


def test_the_talk_is_told_by_who_had_it(zhou):
    patient = consenting.newcomer()
    address = "/admin/enrollment/consentconversation/add/"
    told = {
        "participant": patient.pk, "at_0": "2026-03-18", "at_1": "11:00:00",
        "questions_answered": "on", "capacity_confirmed": "on",
    }  # fmt: skip
    ahead = zhou.post(address, {**told, "at_1": "13:00:00"})
    assert "This lies ahead." in ahead.content.decode()
    assert zhou.post(address, told).status_code == 302
    row = ConsentConversation.objects.get()
    assert (row.participant, row.investigator) == (patient, consenting.clinician())
    assert row.at.isoformat() == "2026-03-18T03:00:00+00:00"
    changed = zhou.post(f"/admin/enrollment/consentconversation/{row.pk}/change/", told)
    assert changed.status_code == 403


def test_countersigning_on_the_desk(zhou):
    patient = consenting.newcomer()
    document = consenting.approved()
    consenting.talk(patient)
    record = services.sign_consent(
        participant=patient, text=consenting.text(document), given=consenting.given(),
        by=patient.user, now=NOW,
    )  # fmt: skip
    page = zhou.get(f"/admin/enrollment/consentrecord/{record.pk}/change/").content.decode()
    assert f"/consent/copy/{record.pk}/" in page
    address = f"/admin/enrollment/consentrecord/{record.pk}/countersign/"
    assert address in page
    assert "Chen Mei" not in page
    assert zhou.post(address, {"password": "no"}).status_code == 200
    assert ConsentRecord.objects.get(pk=record.pk).countersigned_at is None
    assert zhou.post(address, {"password": cast.PASSWORD}).status_code == 302
    row = ConsentRecord.objects.get(pk=record.pk)
    assert (row.countersigned_by, row.countersigned_at) == (consenting.clinician(), NOW)
    assert zhou.get(f"/consent/copy/{record.pk}/").content == bytes(row.identity.copy_pdf)
