"""A participant's own copy: what they answered and logged, to read in any program.

Only the participant's own entries and what the site showed them. A rater's scores, totals and
bands are not in it while the study runs: nobody who takes part sees them (DESIGN).
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

import protocol
from assessments.models import Response
from enrollment.models import ConsentRecord, Participant, Screening
from estimates import presenters as estimates
from estimates.models import Estimate
from logging_app.models import CheckIn, SleepNight, StrengthSet, Workout
from safety.models import AdverseEvent
from schedule.selectors import exercises

NOT_THEIRS = frozenset({
    "id", "participant", "edit", "sources", "entered_by", "voided_by", "zone", "device_time",
    "handled_as", "handled_note", "handled_at", "handled_by",
})  # fmt: skip
OWN_SCREENING = ("in_age_range", "occupation", "own_sent_at")
OWN_FACTS = ("birth_year", "sex", "education", "illness_years", "treatment")
CONSENT = (
    "language", "signed_at", "method", "tracker_data", "estimates", "sharing", "text_sha256",
    "countersigned_at",
)  # fmt: skip

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """One file: its name, a heading for each column, and the rows by column."""

    name: str
    headings: Mapping[str, str]
    rows: Sequence[Row]


def make(participant: Participant, now: datetime) -> bytes:
    """The copy as a ZIP: a file to read first, a CSV for each part, and everything as JSON."""
    found = parts(participant)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("read-me-first.txt", _read_me(participant, now, found))
        for part in found:
            archive.writestr(f"{part.name}.csv", "\ufeff" + _csv(part))
        archive.writestr("everything.json", _json(participant, now, found))
    return held.getvalue()


def parts(participant: Participant) -> list[Part]:
    """What there is of this participant, part by part."""
    return [
        _about(participant),
        _rows("workouts", participant.workouts.order_by("started_at"), Workout),
        _rows(
            "strength-sets",
            StrengthSet.objects.filter(participant=participant).order_by("workout", "position"),
            StrengthSet,
        ),
        _rows("nights", participant.nights.order_by("date"), SleepNight),
        _rows("check-ins", participant.check_ins.order_by("due_on"), CheckIn),
        _events(participant),
        _answers(participant),
        _estimates(participant),
        _consents(participant),
    ]


def _about(participant: Participant) -> Part:
    headings = {"what": _("what"), "answer": _("answer")}
    rows = [_fact(participant, name) for name in OWN_FACTS]
    screening = Screening.objects.filter(participant=participant).first()
    if screening is not None:
        rows += [_fact(screening, name) for name in OWN_SCREENING]
        asked = {row.code: str(row.label) for row in protocol.current().eligibility.exclusions}
        rows += [
            {"what": asked.get(code, code), "answer": value}
            for code, value in screening.own_exclusions.items()
        ]
    return Part("about-me", headings, rows)


def _fact(row: Model, name: str) -> Row:
    field: Any = row._meta.get_field(name)
    value = getattr(row, name)
    choices = dict(field.flatchoices)
    return {
        "what": force_str(field.verbose_name),
        "answer": choices.get(value, value) if choices else value,
    }


def _rows(name: str, rows: QuerySet[Any], model: type[Model]) -> Part:
    fields = [field for field in model._meta.concrete_fields if field.name not in NOT_THEIRS]
    headings = {field.name: force_str(field.verbose_name) for field in fields}
    return Part(
        name, headings, [{f.name: f.value_from_object(row) for f in fields} for row in rows]
    )


def _events(participant: Participant) -> Part:
    """What they told of their health, without what staff made of it."""
    names = ("verbatim", "started_on", "ended_on")
    found = [(n, force_str(AdverseEvent._meta.get_field(n).verbose_name)) for n in names]  # type: ignore[union-attr]
    rows = participant.adverse_events.order_by("started_on", "pk")
    return Part("health-events", dict(found), list(rows.values(*names)))


def _answers(participant: Participant) -> Part:
    headings = {
        "visit": _("visit"), "questionnaire": _("questionnaire"), "question": _("question"),
        "answer": _("answer"), "in_words": _("in words"), "sent": _("sent"),
    }  # fmt: skip
    visits = {visit.code: str(visit.label) for visit in protocol.current().visits}
    rows: list[Row] = []
    for response in participant.responses.select_related("visit").order_by("submitted_at", "pk"):
        rows += _items(response, visits.get(response.visit.code, response.visit.code))
    return Part("answers", headings, rows)


def _items(response: Response, visit: str) -> list[Row]:
    """Each answer of one questionnaire; none of one that a rater scores or staff enter."""
    instrument = response.questionnaire
    if not instrument.asked_of_participant:
        return []
    return [
        {
            "visit": visit, "questionnaire": str(instrument.title), "question": str(item.text),
            "answer": response.answers[item.key], "in_words": _words(item, response.answers),
            "sent": response.submitted_at,
        }
        for item in instrument.items if item.key in response.answers
    ]  # fmt: skip


def _words(item: Any, answers: Mapping[str, Any]) -> str:
    value = answers[item.key]
    if value is None:
        return _("I'd rather not answer")
    return next((str(o.label) for o in item.options if o.value == value and o.label), "")


def _estimates(participant: Participant) -> Part:
    headings = {"made_at": _("asked"), "text": _("what was shown"), "range": _("range")}
    active = exercises(participant)
    rows = [_estimate(row, active) for row in participant.estimates.order_by("made_at")]
    return Part("estimates", headings, rows)


def _estimate(row: Estimate, active: bool) -> Row:
    if row.change is None:
        said = " ".join(estimates.abstention(row, active=active)["reasons"])
        return {"made_at": row.made_at, "text": said, "range": ""}
    return {
        "made_at": row.made_at, "text": estimates.text(row),
        "range": estimates.range_sentence(row),
    }  # fmt: skip


def _consents(participant: Participant) -> Part:
    labels = {
        name: force_str(ConsentRecord._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in CONSENT
    }
    rows = [
        {"version": row.document.version, **{name: getattr(row, name) for name in CONSENT}}
        for row in participant.consents.select_related("document")
    ]
    return Part("consents", {"version": _("version"), **labels}, rows)


def _csv(part: Part) -> str:
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(part.headings.values())
    writer.writerows([_cell(row[name]) for name in part.headings] for row in part.rows)
    return held.getvalue()


def _cell(value: Any) -> str:
    """Empty is unknown. What a spreadsheet would take for a formula is written as words."""
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    text = "" if value is None else str(_plain(value))
    typed = isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{text}" if typed else text


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value


def _json(participant: Participant, now: datetime, found: Iterable[Part]) -> str:
    everything = {
        "study_id": participant.study_id, "made_at": now, "time_zone": participant.zone,
        **{part.name: part.rows for part in found},
    }  # fmt: skip
    return json.dumps(everything, default=_for_json, ensure_ascii=False, indent=1)


def _for_json(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return force_str(value)


def _read_me(participant: Participant, now: datetime, found: Iterable[Part]) -> str:
    day = now.astimezone(participant.tz).strftime("%Y-%m-%d")
    lines = [
        f"{settings.EXDEP_SITE_NAME} · {participant.study_id} · {day}",
        "",
        _("This is what you answered and logged, and what the site showed you."),
        _("The CSV files open in any spreadsheet; everything.json holds the same for programs."),
        _("Times are in UTC unless they say otherwise. An empty cell means: not known."),
        _(
            "What others wrote about you while the study runs, such as a rater's scores, "
            "is not in it. You can ask your study team for it afterwards."
        ),
        _("It is about you: keep it where only you can read it."),
        "",
        *[f"{part.name}.csv: {len(part.rows)}" for part in found],
    ]
    return "\r\n".join(lines) + "\r\n"
