"""Every sentence about consent that depends on data, and what the signed copy shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _

from enrollment.consent.pdf import Page
from enrollment.models import (
    ConsentConversation,
    ConsentIdentity,
    ConsentRecord,
    ConsentText,
)


@dataclass(frozen=True)
class Step:
    """One line of the way to a signature. `state` is done, now, or later."""

    title: str
    note: str
    state: str
    href: str = ""


def steps(
    *, count: int, seen: int, checked: bool, chosen: bool, talk: ConsentConversation | None
) -> list[Step]:
    """The way to a signature, in its order, with where the person stands."""
    read = seen >= count
    parts = [
        (_("Read"), _("%(seen)d of %(count)d parts") % {"seen": seen, "count": count},
         read, reverse("consent_read", args=[min(seen + 1, count)])),
        (_("A short check"), _("To see whether we explained it well"),
         checked, reverse("consent_check")),
        (_("Your choices"), _("Three permissions, each on its own"),
         chosen, reverse("consent_choices")),
        (_("A talk"), talk_note(talk), talk is not None, ""),
        (_("Sign"), _("With your finger, or by typing your name"), False, reverse("consent_sign")),
    ]  # fmt: skip
    lines: list[Step] = []
    before = True
    for title, note, done, href in parts:
        open_now = before and (not done or not lines)
        lines.append(Step(title, note, "done" if done else "now" if open_now else "later",
                          href if before else ""))  # fmt: skip
        before = before and done
    return lines


def talk_note(talk: ConsentConversation | None) -> str:
    """Who talks with the person, or has."""
    if talk is None:
        return _("Someone of the study team talks with you and answers your questions")
    return _("You talked with %(name)s") % {"name": talk.investigator}


@dataclass(frozen=True)
class Answered:
    """A question of the check with the answer given, in the language of the text."""

    key: str
    text: str
    options: Sequence[tuple[str, str]]
    chosen: str
    is_right: bool
    why: str


def questions(
    quiz: Sequence[Mapping[str, Any]], language: str, given: Mapping[str, Sequence[str]]
) -> list[Answered]:
    """The understanding check; `given` are the answers so far by question, the last one counts."""
    return [
        Answered(
            key=question["key"],
            text=question["text"][language],
            options=[(option["key"], option["text"][language]) for option in question["options"]],
            chosen=chosen,
            is_right=chosen == question["right"],
            why=question["why"][language],
        )
        for question in quiz
        for chosen in [(given.get(question["key"]) or [""])[-1]]
    ]


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A time that cannot be misread: local with its zone and offset, and UTC."""
    local = at.astimezone(zone)
    offset = local.strftime("%z")
    shown = formats.date_format(local, "DATE_FORMAT")
    return (
        f"{shown} {local:%H:%M:%S} ({zone.key}, UTC{offset[:3]}:{offset[3:]}) "
        f"= {at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    )


def permissions(record: ConsentRecord) -> list[tuple[str, str]]:
    """Each separate tick and what was chosen."""
    words = {True: _("yes"), False: _("no")}
    return [
        (_("Data of my tracker or watch may be used"), words[record.tracker_data]),
        (_("An estimate may be made from my data"), words[record.estimates]),
        (_("My data may be shared for research without my name"), words[record.sharing]),
    ]


def copy_page(
    record: ConsentRecord, identity: ConsentIdentity, text: ConsentText,
    talk: ConsentConversation | None,
) -> Page:  # fmt: skip
    """What the signed copy shows, in the language that was signed."""
    zone = record.participant.tz
    with translation.override(text.language):
        facts = [
            (_("Printed name"), identity.printed_name),
            (_("Study number"), record.participant.study_id),
            (_("Signed at"), moment(record.signed_at, zone)),
            (_("How it was signed"), str(record.get_method_display())),
            *permissions(record),
            *_talk_facts(talk, zone),
            *_counter_facts(record, zone),
            (_("Version of the text"), f"{record.document.version} · {text.language}"),
            (_("Ethics number"), record.document.ethics_number),
            (_("SHA-256 of the text"), record.text_sha256),
        ]
        return Page(
            language=text.language,
            title=text.title,
            markdown=text.markdown,
            heading=_("Signature"),
            facts=facts,
            statement=meaning(),
            signature_label=_("Signature of the participant"),
            signature_png=bytes(identity.signature_png) if identity.signature_png else None,
            signature_typed=identity.printed_name,
            footer=f"{text.title} · {record.document.version} · {record.text_sha256}",
            made_at=record.countersigned_at or record.signed_at,
        )


def meaning() -> str:
    """What a signature means, on the page and on the copy."""
    return _(
        "By signing I say: I have read this text, my questions were answered, and I take part "
        "of my own free will. I can stop at any time without a reason."
    )


def _talk_facts(talk: ConsentConversation | None, zone: ZoneInfo) -> list[tuple[str, str]]:
    if talk is None:
        return []
    return [
        (_("Talked with"), f"{talk.investigator} · {moment(talk.at, zone)}"),
    ]


def _counter_facts(record: ConsentRecord, zone: ZoneInfo) -> list[tuple[str, str]]:
    if record.countersigned_at is None:
        return [(_("Countersigned by the investigator"), _("not yet"))]
    said = f"{record.countersigned_by} · {moment(record.countersigned_at, zone)}"
    return [(_("Countersigned by the investigator"), said)]


def versions(records: Sequence[ConsentRecord]) -> list[dict[str, Any]]:
    """What this person has signed, for a list."""
    return [
        {
            "title": _("Version %(version)s") % {"version": record.document.version},
            "signed_at": record.signed_at,
            "href": reverse("consent_copy", args=[record.pk]),
            "countersigned": record.countersigned_at is not None,
        }
        for record in records
    ]
