"""Each write of consent: drafts, approval, the talk before, the signature, the one below it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from accounts.roles import Role
from core.errors import ConsentPending, Forbidden, IllegalStep, Locked, NotFound, Withdrawn
from enrollment import selectors
from enrollment.consent import desk, pdf, presenters
from enrollment.models import (
    ConsentConversation,
    ConsentDocument,
    ConsentIdentity,
    ConsentRecord,
    ConsentText,
    Participant,
)
from enrollment.rules.consent import Problem, sha256_of, why_not_approve
from enrollment.services.states import advance

APPROVERS = (Role.CLINICIAN, Role.ADMIN)


@dataclass(frozen=True, kw_only=True)
class Given:
    """What one person gave at the signature. Seconds by section, answers by question, in order."""

    printed_name: str
    signature_png: bytes | None
    seconds_shown: Mapping[str, int]
    quiz_answers: Mapping[str, Sequence[str]]
    tracker_data: bool
    estimates: bool
    sharing: bool
    reauthenticated_at: datetime
    address: str = field(default="", repr=False)


# --- the document


@transaction.atomic
def save_draft(
    *,
    document: ConsentDocument | None,
    version: str,
    ethics_number: str,
    quiz: Any,
    texts: Mapping[str, tuple[str, str]],
    by: User,
) -> ConsentDocument:
    """Write a document that nobody has approved yet; `texts` is (title, Markdown) by language.

    Line ends become LF, so that the hash does not depend on who typed it. Raises Locked for an
    approved one: a change is a new version.
    """
    row = document and ConsentDocument.objects.select_for_update().get(pk=document.pk)
    if row is not None and row.approved_at is not None:
        raise Locked(_("An approved text never changes. Please write a new version."))
    row = row or ConsentDocument()
    row.version, row.ethics_number, row.quiz = version, ethics_number.strip(), quiz
    row.full_clean()
    row.save()
    for language, (title, markdown) in texts.items():
        plain = markdown.replace("\r\n", "\n").replace("\r", "\n")
        text = row.texts.filter(language=language).first() or ConsentText(
            document=row, language=language
        )
        text.title, text.markdown, text.sha256 = title, plain, sha256_of(plain)
        text.full_clean()
        text.save()
    audit.record(
        action="consent.draft_saved", by=by, obj=row,
        changes={"version": version, "texts": _hashes(row)},
    )  # fmt: skip
    return row


def problems_of(document: ConsentDocument) -> list[Problem]:
    """What stands against approving `document`; unprintable characters and broken hashes too."""
    texts = list(document.texts.all())
    found = why_not_approve(
        {text.language: text.markdown for text in texts},
        ethics_number=document.ethics_number, quiz=document.quiz,
        languages=[code for code, _name in settings.LANGUAGES],
    )  # fmt: skip
    for text in texts:
        if lacking := pdf.unprintable(text.title + text.markdown):
            found.append(Problem("unprintable", text.language, lacking))
        if sha256_of(text.markdown) != text.sha256:
            found.append(Problem("hash", text.language))
    return found


@transaction.atomic
def approve_document(*, document: ConsentDocument, by: User, now: datetime) -> ConsentDocument:
    """Put a document in force from now; everyone is asked again. It never changes afterwards.

    Raises Forbidden for who may not, Locked where it is approved already, and ValidationError
    that lists everything it leaves out.
    """
    if not by.has_role(*APPROVERS):
        raise Forbidden(_("A clinician or an administrator approves the text."))
    row = ConsentDocument.objects.select_for_update().get(pk=document.pk)
    if row.approved_at is not None:
        raise Locked(_("This version is approved already."))
    if found := problems_of(row):
        raise ValidationError([desk.problem(problem) for problem in found])
    row.approved_at, row.approved_by = now, by
    row.save(update_fields=["approved_at", "approved_by"])
    audit.record(
        action="consent.document_approved", by=by, obj=row, at=now,
        changes={"version": row.version, "texts": _hashes(row)},
    )  # fmt: skip
    return row


def _hashes(document: ConsentDocument) -> dict[str, str]:
    return dict(document.texts.order_by("language").values_list("language", "sha256"))


# --- the talk


@transaction.atomic
def record_conversation(
    *,
    participant: Participant,
    at: datetime,
    questions_answered: bool,
    capacity_confirmed: bool,
    by: User,
    now: datetime,
) -> ConsentConversation:
    """The investigator tells that they talked with the person about the version in force.

    Raises Forbidden for who is no clinician at the participant's site, NotFound without a version
    in force, and ValidationError for a talk still to come.
    """
    _must_investigate(by, participant)
    text = selectors.consent_in_force(now)
    if text is None:
        raise NotFound(_("There is no approved consent text yet."))
    if at > now:
        raise ValidationError({"at": _("This lies ahead. Please write when you talked.")})
    row = ConsentConversation(
        participant=participant, document=text, at=at, investigator=by,
        questions_answered=questions_answered, capacity_confirmed=capacity_confirmed,
    )  # fmt: skip
    row._history_user = by  # type: ignore[attr-defined]
    row.full_clean()
    row.save()
    audit.record(
        action="consent.talked", by=by, obj=row, at=now,
        changes={
            "document": text.pk, "questions_answered": questions_answered,
            "capacity_confirmed": capacity_confirmed,
        },
    )  # fmt: skip
    return row


def _must_investigate(by: User, participant: Participant) -> None:
    sites = by.sites(Role.CLINICIAN)
    if sites is not None and participant.site_id not in sites:
        raise Forbidden(_("An investigator at the participant's own hospital does this."))


# --- the signature


@transaction.atomic
def sign_consent(
    *, participant: Participant, text: ConsentText, given: Given, by: User, now: datetime
) -> ConsentRecord:
    """Keep a signature under exactly `text`, with its evidence, and make the copy.

    A second signature under the same version gives back the first. Raises Withdrawn, Locked,
    IllegalStep (another version is in force, or who said no), ConsentPending (no talk was
    recorded), Forbidden (not their own), ValidationError (no name; a text that was altered).
    """
    person = Participant.objects.select_for_update().select_related("site").get(pk=participant.pk)
    if by.pk != person.user_id:
        raise Forbidden
    reason = selectors.refusal(person, now)
    if reason in {Withdrawn, Locked}:
        raise reason()
    signed = ConsentRecord.objects.filter(participant=person, document=text.document).first()
    if signed is not None:
        return signed
    talk = _check(person, text, given, now)
    record = _keep_record(person, text, given, by=by, now=now)
    identity = ConsentIdentity(
        record=record, printed_name=given.printed_name, signature_png=given.signature_png,
        address_hash=audit.fingerprint(given.address) if given.address else "",
    )  # fmt: skip
    identity.copy_pdf = pdf.build(presenters.copy_page(record, identity, text, talk))
    record.pdf_sha256 = hashlib.sha256(identity.copy_pdf).hexdigest()
    _save(record, by=by, why="signed", at=now)
    identity.record = record
    identity.save(force_insert=True)
    audit.record(
        action="consent.signed", by=by, obj=record, at=now,
        changes={
            "document": text.document_id, "language": text.language, "text": text.sha256,
            "identity": record.identity_sha256, "copy": record.pdf_sha256,
            "talk": talk.pk, "method": record.method,
        },
    )  # fmt: skip
    if person.state == Participant.State.INVITED:
        advance(participant=person, event="sign_consent", by=by, now=now)
        participant.state = person.state
    return record


def _check(
    person: Participant, text: ConsentText, given: Given, now: datetime
) -> ConsentConversation:
    if person.state == Participant.State.DECLINED:
        raise IllegalStep
    in_force = selectors.consent_in_force(now)
    if in_force is None or in_force.pk != text.document_id:
        raise IllegalStep(_("There is a newer version of the text. Please read it first."))
    if sha256_of(text.markdown) != text.sha256:
        raise ValidationError(_("This text was altered after its approval. Nobody can sign it."))
    if not given.printed_name.strip():
        raise ValidationError({"printed_name": _("Please type your name.")})
    talk = selectors.consent_talk(person, text.document, now)
    if talk is None:
        raise ConsentPending(_("Someone of the study team talks with you first."))
    return talk


def _keep_record(
    person: Participant, text: ConsentText, given: Given, *, by: User, now: datetime
) -> ConsentRecord:
    drawn = given.signature_png is not None
    method = ConsentRecord.Method.DRAWN if drawn else ConsentRecord.Method.TYPED
    return ConsentRecord(
        participant=person, document=text.document, language=text.language,
        text_sha256=text.sha256, signed_at=now, method=method,
        reauthenticated_at=given.reauthenticated_at, seconds_shown=dict(given.seconds_shown),
        quiz_answers={key: list(answers) for key, answers in given.quiz_answers.items()},
        tracker_data=given.tracker_data, estimates=given.estimates, sharing=given.sharing,
        identity_sha256=identity_sha256(given.printed_name, given.signature_png),
    )  # fmt: skip


def identity_sha256(printed_name: str, signature_png: bytes | None) -> str:
    """The hash that binds a record to who signed it, also once the name itself is sealed."""
    image = hashlib.sha256(signature_png).hexdigest() if signature_png else ""
    return hashlib.sha256(json.dumps([printed_name, image]).encode()).hexdigest()


def _save(record: ConsentRecord, *, by: User, why: str, at: datetime) -> None:
    record._history_user, record._change_reason, record._history_date = by, why, at  # type: ignore[attr-defined]
    record.full_clean(exclude=["participant", "document"])
    record.save()


@transaction.atomic
def countersign(*, record: ConsentRecord, by: User, now: datetime) -> ConsentRecord:
    """The investigator's signature below the participant's; the copy is made anew with both.

    Raises Forbidden for who is no clinician at the site, IllegalStep where it was done already.
    """
    row = (
        ConsentRecord.objects.select_for_update(of=("self",))
        .select_related("participant__site", "document").get(pk=record.pk)
    )  # fmt: skip
    _must_investigate(by, row.participant)
    if row.countersigned_at is not None:
        raise IllegalStep(_("This consent was countersigned already."))
    row.countersigned_at, row.countersigned_by = now, by
    identity = ConsentIdentity.objects.select_for_update().filter(record=row).first()
    if identity is not None and identity.sealed_at is None:
        _copy_again(row, identity)
    _save(row, by=by, why="countersigned", at=now)
    audit.record(
        action="consent.countersigned", by=by, obj=row, at=now, changes={"copy": row.pdf_sha256}
    )
    return row


def _copy_again(record: ConsentRecord, identity: ConsentIdentity) -> None:
    text = ConsentText.objects.get(document=record.document, language=record.language)
    talk = selectors.consent_talk(record.participant, record.document, record.signed_at)
    identity.copy_pdf = pdf.build(presenters.copy_page(record, identity, text, talk))
    identity.save(update_fields=["copy_pdf"])
    record.pdf_sha256 = hashlib.sha256(identity.copy_pdf).hexdigest()
