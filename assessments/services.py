"""Writes of answers. Each is one transaction: gate, rule, row, history, alert, trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

import protocol
from accounts import audit
from accounts.models import User
from assessments import rules, scoring, selectors
from assessments.models import Response, Visit
from core import clock
from core.errors import Forbidden, Locked, NotOpen
from enrollment.models import BaselineRecord, Participant
from enrollment.selectors import may_write
from enrollment.services.baseline import record_baseline
from enrollment.services.screening import report_rating
from protocol import Instrument
from safety.models import SafetyAlert
from safety.rules import most_urgent
from safety.services import raise_alert


@transaction.atomic
def save_answers(
    *,
    participant: Participant,
    visit: str,
    instrument: str,
    answers: Mapping[str, int | None],
    complete: bool,
    by: User,
    now: datetime,
) -> Response:
    """Keep answers to a self-answered questionnaire: a draft, or with `complete` the submission.

    What is sent is laid over what was answered before, so that two devices never undo each other.
    An answer that the instrument's alert rules name raises its alert at once, draft or not.
    Raises Withdrawn, Locked (submitted already), ConsentPending, NotFound, NotOpen, and
    ValidationError naming `answers.<key>` or, for what is missing, `answers`.
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    may_write(participant, now)
    asked = selectors.asked(participant, visit, instrument, now)
    if not asked.is_open:
        raise NotOpen
    if asked.is_sent:
        raise Locked(_("These answers were sent already. The study team can add a note to them."))
    questionnaire, response = asked.questionnaire, asked.response
    _check(questionnaire, answers)
    earlier = dict(asked.answers)
    merged = {**earlier, **answers}
    if complete and (missing := rules.unanswered(questionnaire, merged)):
        raise ValidationError({"answers": [_("Not answered yet: %s.") % ", ".join(missing)]})
    if response is not None and not complete and merged == earlier:
        return response
    response = response or _new_response(participant, visit, questionnaire, by)
    response.answers, response.updated_at = merged, now
    response.submitted_at = now if complete else None
    response._history_user = by  # type: ignore[attr-defined]
    response.save()
    changed = [key for key in answers if key not in earlier or earlier[key] != answers[key]]
    _watch(response, questionnaire, changed, by=by)
    if complete:
        audit.record(
            action="assessment.submitted", by=by, obj=response, participant_id=participant.pk,
            changes={"visit": visit, "instrument": instrument},
        )  # fmt: skip
        _report_own_baseline(response, visit, by=by, now=now)
    return response


def _report_own_baseline(response: Response, visit: str, *, by: User, now: datetime) -> None:
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
        complete=sent == asked, count=len(sent), by=by, now=now,
    )  # fmt: skip


@transaction.atomic
def record_rating(
    *, participant: Participant, visit: str, answers: Mapping[str, int | None], by: User,
    now: datetime,
) -> Response:  # fmt: skip
    """Keep a rater's scores of one visit: all items at once, submitted, unchangeable.

    `answers` maps items to scores, null where an item could not be rated; of 16A and 16B one is
    there. Raters at the participant's site only. Raises Forbidden, NotFound, what the gate raises,
    NotOpen, Locked (rated already) and ValidationError naming `answers.<key>`.
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    if not selectors.may_rate(by, participant):
        raise Forbidden
    may_write(participant, now)
    rating = selectors.rating(participant, visit, now)
    if not rating.is_open:
        raise NotOpen(_("This visit cannot be rated now."))
    if rating.is_rated:
        raise Locked(_("This visit is rated already. A correction is asked for with its reason."))
    questionnaire = rating.questionnaire
    if found := rules.rating_problems(questionnaire, answers):
        raise ValidationError({key: list(problems) for key, problems in found.items()})
    response = _new_response(participant, visit, questionnaire, by)
    response.answers, response.updated_at, response.submitted_at = dict(answers), now, now
    on = clock.local_date(now, participant.tz)
    _took_place(response.visit, on=on, by=by)
    response._history_user = by  # type: ignore[attr-defined]
    response.save()
    _watch(response, questionnaire, list(answers), by=by)
    audit.record(
        action="assessment.rated", by=by, obj=response, participant_id=participant.pk,
        changes={"visit": visit, "instrument": questionnaire.code},
    )  # fmt: skip
    _report_rating(response, visit, by=by, now=now)
    return response


@transaction.atomic
def record_total(
    *, participant: Participant, visit: str, instrument: str, total: int, filled_in_on: date,
    scored_by: str, by: User, now: datetime,
) -> Response:  # fmt: skip
    """Keep the total of a score-only instrument, read off a paper form: once, unchangeable.

    `filled_in_on` is the day the participant filled it in, `scored_by` who added it up.
    Coordinators at the participant's site only. Raises Forbidden, NotFound, what the gate
    raises, Locked (entered already) and ValidationError naming `total` or `filled_in_on`.
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    if not selectors.may_enter_totals(by, participant):
        raise Forbidden
    may_write(participant, now)
    form = selectors.paper_form(visit, instrument)
    today = clock.local_date(now, participant.tz)
    if found := rules.total_problems(
        form.plan, form.instrument, total, on=filled_in_on, today=today,
        day_one=participant.day_one,
    ):  # fmt: skip
        raise ValidationError({key: [problem] for key, problem in found.items()})
    if selectors.response_of(participant, visit, instrument) is not None:
        raise Locked(_("This score was entered already. A correction needs its reason."))
    response = _new_response(participant, visit, form.instrument, by)
    response.answers = {scoring.TOTAL: total}
    response.updated_at = response.submitted_at = now
    _took_place(response.visit, on=filled_in_on, by=by)
    response._history_user = by  # type: ignore[attr-defined]
    response._change_reason = f"paper, scored by {scored_by}"[:100]  # type: ignore[attr-defined]
    response.save()
    audit.record(
        action="assessment.total_entered", by=by, obj=response, participant_id=participant.pk,
        changes={"visit": visit, "instrument": instrument, "filled_in_on": filled_in_on},
    )  # fmt: skip
    _report_rating(response, visit, by=by, now=now)
    return response


def _took_place(visit: Visit, *, on: date, by: User) -> None:
    if visit.done_on is None:
        visit.done_on = on
        visit._history_user = by  # type: ignore[attr-defined]
        visit.save()


def _report_rating(response: Response, visit: str, *, by: User, now: datetime) -> None:
    """Tell enrollment what it asks for: the entry scale, or that the baseline is rated."""
    study, questionnaire = protocol.current(), protocol.instrument(response.instrument)
    entry = study.eligibility.severity
    found = scoring.score(questionnaire, response.answers)
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


def _check(questionnaire: Instrument, answers: Mapping[str, int | None]) -> None:
    if found := rules.answer_problems(questionnaire, answers):
        raise ValidationError({key: list(problems) for key, problems in found.items()})


def _new_response(
    participant: Participant, visit: str, questionnaire: Instrument, by: User
) -> Response:
    row, _new = Visit.objects.get_or_create(participant=participant, code=visit)
    return Response(
        visit=row, participant=participant, instrument=questionnaire.code,
        instrument_version=questionnaire.version, answered_by=by,
    )  # fmt: skip


def _watch(response: Response, questionnaire: Instrument, changed: list[str], *, by: User) -> None:
    """Raise what the chosen answers call for. One alert a value: changing back closes nothing."""
    study = protocol.current()
    for key in changed:
        value = response.answers[key]
        previous = selectors.previous_answer(response, key)
        tiers = questionnaire.alert_tiers(key, value, previous)
        if not tiers:
            continue
        tier = most_urgent([study.safety_tier(code) for code in tiers])
        raise_alert(
            participant=response.participant,
            kind=SafetyAlert.Kind.RISK_ANSWER,
            tier=tier.code,
            source_kind="response",
            source_id=f"{response.pk}:{key}:{value}",
            detail={"instrument": questionnaire.code, "item": key, "value": value},
            by=by,
        )
