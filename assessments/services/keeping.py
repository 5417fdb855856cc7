"""What every kept answer does: a row at its visit, the day it took place, word to enrollment."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Max

import protocol
from accounts.models import User
from assessments import rules, scoring, selectors
from assessments.models import Response, Visit
from core import clock
from enrollment.models import BaselineRecord, Participant
from enrollment.services.baseline import record_baseline
from enrollment.services.screening import report_rating
from protocol import Instrument


def new_response(
    participant: Participant, visit: str, questionnaire: Instrument, by: User
) -> Response:
    """A draft of the next version of these answers: of the first, or of the one after a void."""
    row, _new = Visit.objects.get_or_create(participant=participant, code=visit)
    earlier = Response.objects.filter(visit=row, instrument=questionnaire.code, reading=1)
    last = earlier.aggregate(last=Max("version"))["last"] or 0
    return Response(
        visit=row, participant=participant, instrument=questionnaire.code,
        instrument_version=questionnaire.version, answered_by=by, version=last + 1,
    )  # fmt: skip


def took_place(visit: Visit, *, on: date, by: User) -> None:
    """Write the day; a visit that took place after all was not missed (its history tells)."""
    if visit.done_on is None:
        visit.done_on, visit.missed_reason = on, ""
        visit._history_user = by  # type: ignore[attr-defined]
        visit.save()


def report_scored(response: Response, visit: str, *, by: User, now: datetime) -> None:
    """Tell enrollment what it asks for: the entry scale, or that the baseline is rated."""
    study = protocol.current()
    entry = study.eligibility.severity
    found = scoring.score(response.questionnaire, response.answers)
    is_entry = entry is not None and entry.instrument == response.instrument
    if entry is not None and is_entry and visit == rules.entry_visit(study):
        report_rating(
            participant=response.participant, total=found.total,
            suicide_item=response.answers.get(entry.exclude_item) if entry.exclude_item else None,
            rated_on=clock.local_date(now, response.participant.tz), by=by, now=now,
        )  # fmt: skip
    if visit == rules.baseline_visit(study, response.instrument):
        asked = rules.rated_baseline(study, protocol.instruments())
        record_baseline(
            participant=response.participant, part=BaselineRecord.Part.RATING,
            complete=found.total is not None and selectors.has_totals(response.participant, asked),
            count=found.answered or int(found.total is not None), by=by, now=now,
        )  # fmt: skip


def report_own_baseline(
    response: Response, visit: str, *, by: User, now: datetime, voided: bool = False
) -> None:
    """Tell enrollment how far the participant's own questions of the baseline are."""
    study = protocol.current()
    asked = rules.own_baseline(study, protocol.instruments())
    if response.instrument not in asked or visit != rules.baseline_visit(
        study, response.instrument
    ):
        return
    sent = selectors.sent_instruments(response.participant, visit) & asked
    record_baseline(
        participant=response.participant, part=BaselineRecord.Part.WELLBEING,
        complete=sent == asked, count=len(sent), by=by, now=now, voided=voided,
    )  # fmt: skip


def report_voided(response: Response, *, by: User, now: datetime) -> None:
    """Tell enrollment that a part of the baseline is open again; of anything else it knows none,
    and what the baseline was when the arm was allocated stays as it was."""
    if response.participant.day_one is not None:
        return
    visit, study = response.visit.code, protocol.current()
    report_own_baseline(response, visit, by=by, now=now, voided=True)
    rated = rules.rated_baseline(study, protocol.instruments())
    if response.instrument in rated and visit == rules.baseline_visit(study, response.instrument):
        record_baseline(
            participant=response.participant, part=BaselineRecord.Part.RATING,
            complete=False, count=0, by=by, now=now, voided=True,
        )  # fmt: skip
