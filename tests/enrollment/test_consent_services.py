"""Drafts, approval, the talk, the signature with its evidence, the countersignature."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from pypdf import PdfReader

from accounts.models import AuditEvent
from accounts.roles import Role
from core.errors import ConsentPending, Forbidden, IllegalStep, Locked, NotFound, Withdrawn
from enrollment.models import (
    ConsentDocument,
    ConsentIdentity,
    ConsentRecord,
    ConsentText,
    Participant,
)
from enrollment.selectors import consent_copy, consent_in_force, may_write
from enrollment.services import consent as services
from tests import cast
from tests.enrollment import consenting

NOW = cast.NOW


@pytest.fixture
def patient(db):
    return consenting.newcomer()


@pytest.fixture
def document(patient):
    return consenting.approved()


def sign(patient, document, language="en", **changes):
    return services.sign_consent(
        participant=patient, text=consenting.text(document, language),
        given=consenting.given(**changes), by=patient.user, now=NOW,
    )  # fmt: skip


@pytest.fixture
def signed(patient, document):
    consenting.talk(patient)
    return sign(patient, document)


# --- documents


def test_draft_hash_is_of_the_exact_text(db):
    row = consenting.draft(texts={"en": ("T", "one\r\ntwo")})
    text = consenting.text(row)
    assert text.markdown == "one\ntwo"
    assert text.sha256 == hashlib.sha256(b"one\ntwo").hexdigest()


def test_draft_may_be_written_again_until_it_is_approved(db):
    row = consenting.draft()
    changed = services.save_draft(
        document=row, version="2b", ethics_number=consenting.ETHICS, quiz=consenting.quiz(),
        texts={"en": ("New", consenting.markdown("en"))}, by=consenting.clinician(),
    )  # fmt: skip
    assert (changed.pk, changed.version, consenting.text(changed).title) == (row.pk, "2b", "New")
    services.approve_document(document=changed, by=consenting.clinician(), now=NOW)
    with pytest.raises(Locked):
        services.save_draft(
            document=changed, version="2b", ethics_number="x", quiz=[], texts={},
            by=consenting.clinician(),
        )  # fmt: skip


def test_approval_puts_it_in_force_and_is_told(db):
    row = consenting.approved(at=NOW)
    assert consent_in_force(NOW) == row
    assert consent_in_force(NOW - timedelta(seconds=1)) is None
    event = AuditEvent.objects.get(action="consent.document_approved")
    assert consenting.text(row).sha256 in event.changes


def test_approval_refuses_a_text_that_leaves_something_out(db):
    short = consenting.markdown("en").replace("{#control}", "").replace("{#data}", "")
    row = consenting.draft(
        texts={"en": ("T", short), "zh-hans": ("T", consenting.markdown("zh-hans"))}
    )
    with pytest.raises(ValidationError) as refused:
        services.approve_document(document=row, by=consenting.clinician(), now=NOW)
    said = " ".join(refused.value.messages)
    assert "what the control arm is offered after week 12" in said
    assert "where the data lie, and for how long" in said
    assert len(refused.value.messages) == 2
    row.refresh_from_db()
    assert row.approved_at is None


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MONITOR, Role.INSTRUCTOR])
def test_approval_is_a_clinicians_or_an_administrators(db, role):
    with pytest.raises(Forbidden):
        services.approve_document(document=consenting.draft(), by=cast.staff(role), now=NOW)


def test_approval_is_given_once(document):
    with pytest.raises(Locked):
        services.approve_document(document=document, by=consenting.clinician(), now=NOW)


def test_approval_refuses_characters_that_the_copy_cannot_show(db):
    odd = consenting.markdown("en") + "\n\U00020bb7"
    row = consenting.draft(
        texts={"en": ("T", odd), "zh-hans": ("T", consenting.markdown("zh-hans"))}
    )
    with pytest.raises(ValidationError, match="\U00020bb7"):
        services.approve_document(document=row, by=consenting.clinician(), now=NOW)


# --- the database itself


def refused_by_the_database(act):
    with (
        pytest.raises(DatabaseError, match=r"never changes|as it was signed"),
        transaction.atomic(),
    ):
        act()


def test_an_approved_text_cannot_change(document):
    text = consenting.text(document)
    rows = ConsentText.objects.filter(pk=text.pk)
    refused_by_the_database(lambda: rows.update(markdown=text.markdown + " "))
    refused_by_the_database(rows.delete)
    refused_by_the_database(
        lambda: ConsentText.objects.create(document=document, language="fr", markdown="x")
    )
    refused_by_the_database(
        lambda: ConsentDocument.objects.filter(pk=document.pk).update(approved_at=None)
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("language", "zh-hans"), ("text_sha256", "0" * 64), ("signed_at", NOW - timedelta(days=1)),
        ("method", "drawn"), ("reauthenticated_at", None), ("seconds_shown", {}),
        ("quiz_answers", {}), ("tracker_data", False), ("estimates", True), ("sharing", False),
        ("identity_sha256", "0" * 64), ("pdf_sha256", "0" * 64),
    ],
)  # fmt: skip
def test_a_signed_record_cannot_change(signed, column, value):
    rows = ConsentRecord.objects.filter(pk=signed.pk)
    refused_by_the_database(lambda: rows.update(**{column: value}))


def test_a_signed_record_cannot_be_deleted_nor_replaced(signed):
    def delete():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM enrollment_consentrecord WHERE id = %s", [signed.pk])

    refused_by_the_database(delete)


def test_a_countersignature_is_given_once_also_for_the_database(signed):
    services.countersign(record=signed, by=consenting.clinician(), now=NOW)
    rows = ConsentRecord.objects.filter(pk=signed.pk)
    refused_by_the_database(lambda: rows.update(countersigned_at=None, countersigned_by=None))
    refused_by_the_database(lambda: rows.update(countersigned_at=NOW + timedelta(days=1)))


# --- the talk


def test_talk_is_recorded_by_an_investigator_of_the_site(patient, document):
    elsewhere = cast.staff(Role.CLINICIAN, at=cast.site("sh"), name="elsewhere")
    coordinator = cast.staff(Role.COORDINATOR)
    for person in (elsewhere, coordinator, patient.user):
        with pytest.raises(Forbidden):
            services.record_conversation(
                participant=patient, at=NOW, questions_answered=True, capacity_confirmed=True,
                by=person, now=NOW,
            )  # fmt: skip
    row = consenting.talk(patient)
    assert (row.investigator, row.document) == (consenting.clinician(), document)


def test_talk_needs_a_version_in_force_and_lies_behind(patient):
    with pytest.raises(NotFound):
        consenting.talk(patient, at=NOW - timedelta(days=400))
    consenting.approved()
    with pytest.raises(ValidationError):
        services.record_conversation(
            participant=patient, at=NOW + timedelta(hours=1), questions_answered=True,
            capacity_confirmed=True, by=consenting.clinician(), now=NOW,
        )  # fmt: skip


# --- the signature


def test_signing_keeps_the_evidence(patient, document):
    consenting.talk(patient)
    record = sign(patient, document, "zh-hans", signature_png=consenting.drawing())
    text = consenting.text(document, "zh-hans")
    assert (record.language, record.text_sha256) == ("zh-hans", text.sha256)
    assert (record.signed_at, record.reauthenticated_at) == (NOW, NOW)
    assert (record.method, record.seconds_shown) == ("drawn", {"1": 30})
    assert record.quiz_answers == {"group": ["me", "chance"]}
    assert (record.tracker_data, record.estimates, record.sharing) == (True, False, True)
    identity = record.identity
    assert identity.printed_name == "陈美 Chen Mei"
    assert record.identity_sha256 == services.identity_sha256(
        "陈美 Chen Mei", bytes(identity.signature_png)
    )
    assert hashlib.sha256(identity.copy_pdf).hexdigest() == record.pdf_sha256
    assert "192.0.2.7" not in identity.address_hash
    patient.refresh_from_db()
    assert patient.state == Participant.State.CONSENTED
    may_write(patient, NOW)


def test_signing_writes_no_name_into_the_trail_or_the_history(signed):
    for event in AuditEvent.objects.all():
        assert "Chen Mei" not in f"{event.changes}{event.reason}"
    assert not hasattr(ConsentIdentity, "history")


def test_signing_twice_is_signing_once(patient, document, signed):
    assert sign(patient, document, printed_name="Another").pk == signed.pk
    assert ConsentIdentity.objects.get().printed_name == "陈美 Chen Mei"


def test_signing_before_the_talk_is_consent_pending(patient, document):
    with pytest.raises(ConsentPending):
        sign(patient, document)
    services.record_conversation(
        participant=patient, at=NOW, questions_answered=True, capacity_confirmed=False,
        by=consenting.clinician(), now=NOW,
    )  # fmt: skip
    with pytest.raises(ConsentPending):
        sign(patient, document)
    assert not ConsentRecord.objects.exists()


def test_signing_for_somebody_else_is_forbidden(patient, document):
    consenting.talk(patient)
    with pytest.raises(Forbidden):
        services.sign_consent(
            participant=patient, text=consenting.text(document), given=consenting.given(),
            by=consenting.clinician(), now=NOW,
        )  # fmt: skip


def test_signing_after_leaving_is_refused(patient, document):
    consenting.talk(patient)
    cast.withdraw(patient)
    with pytest.raises(Withdrawn):
        sign(patient, document)


def test_signing_an_older_version_is_refused(patient, document):
    consenting.talk(patient)
    consenting.approved("3", at=NOW)
    with pytest.raises(IllegalStep):
        sign(patient, document)


def test_signing_a_text_that_was_altered_by_one_byte_is_refused(patient, document):
    consenting.talk(patient)
    text = consenting.text(document)
    text.markdown = text.markdown.replace("10 years", "19 years")
    assert len(text.markdown) == len(consenting.markdown("en"))
    with pytest.raises(ValidationError, match="altered"):
        services.sign_consent(
            participant=patient, text=text, given=consenting.given(), by=patient.user, now=NOW
        )
    assert ("hash", "en") in {(p.code, p.language) for p in _problems_with(document, text)}


def _problems_with(document, text):
    document._prefetched_objects_cache = {"texts": [text]}
    return services.problems_of(document)


def test_a_renewed_version_is_signed_anew_and_the_old_one_stays(patient, document, signed):
    newer = consenting.approved("3", at=NOW + timedelta(days=1))
    later = NOW + timedelta(days=2)
    with pytest.raises(ConsentPending):
        may_write(patient, later)
    consenting.talk(patient, at=later)
    services.sign_consent(
        participant=patient, text=consenting.text(newer), given=consenting.given(),
        by=patient.user, now=later,
    )  # fmt: skip
    may_write(patient, later)
    assert [r.document.version for r in patient.consents.order_by("signed_at")] == ["2", "3"]
    patient.refresh_from_db()
    assert patient.state == Participant.State.CONSENTED


# --- the copy


def words(pdf, tmp_path):
    """The copy's words without spaces and line ends, as every reader at hand has them."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    found = "".join("".join(page.extract_text() for page in pages).split())
    if tool := shutil.which("pdftotext"):
        path = tmp_path / "copy.pdf"
        path.write_bytes(pdf)
        done = subprocess.run([tool, "-raw", path, "-"], capture_output=True, check=True)
        assert "".join(done.stdout.decode().split()) == found
    return found


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_copy_holds_text_hash_name_and_time(patient, document, tmp_path, language):
    consenting.talk(patient)
    record = sign(patient, document, language, signature_png=consenting.drawing())
    found = words(bytes(record.identity.copy_pdf), tmp_path)
    text = consenting.text(document, language)
    assert text.sha256 in found
    assert "陈美ChenMei" in found
    assert "12:00:00(Asia/Shanghai,UTC+08:00)=2026-03-1804:00:00UTC" in found
    assert consenting.ETHICS in found
    sentence = {
        "en": "Thecommitteedoesnotbelongtothestudyteam.",
        "zh-hans": "该委员会不属于研究团队",
    }[language]
    assert sentence in found


def test_countersigning_makes_the_copy_anew(signed, tmp_path):
    first = signed.pdf_sha256
    row = services.countersign(record=signed, by=consenting.clinician(), now=NOW)
    assert row.pdf_sha256 != first
    found = words(bytes(row.identity.copy_pdf), tmp_path)
    assert "Countersignedbytheinvestigator" in found
    assert "Dr-Zhou" in found
    assert [v.pdf_sha256 for v in row.history.order_by("history_id")] == [first, row.pdf_sha256]
    with pytest.raises(IllegalStep):
        services.countersign(record=row, by=consenting.clinician(), now=NOW)


def test_countersigning_is_an_investigators_of_the_site(signed):
    for person in (
        cast.staff(Role.COORDINATOR),
        cast.staff(Role.CLINICIAN, at=cast.site("sh"), name="elsewhere"),
    ):
        with pytest.raises(Forbidden):
            services.countersign(record=signed, by=person, now=NOW)


def test_copy_is_the_owners_and_the_sites(signed):
    here, there = cast.site(), cast.site("sh")
    assert consent_copy(signed.pk, signed.participant.user)
    assert consent_copy(signed.pk, cast.staff(Role.COORDINATOR, at=here))
    assert consent_copy(signed.pk, cast.staff(Role.COORDINATOR, at=there)) is None
    assert consent_copy(signed.pk, cast.staff(Role.RATER)) is None
    assert consent_copy(signed.pk, cast.participant("other").user) is None
