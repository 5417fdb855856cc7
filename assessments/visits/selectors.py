"""Reads of visits: which a participant has, and how each stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import protocol
from assessments.models import Response, Visit
from assessments.rules import (
    Kept,
    VisitState,
    Window,
    extra_of,
    extra_plan,
    is_late,
    visit_state,
    windows_of,
)
from core import clock
from core.errors import NotFound
from enrollment.models import Participant
from protocol import VisitPlan


@dataclass(frozen=True)
class Standing:
    """One visit of one participant as it stands. `missing` are the instruments still owed."""

    participant: Participant
    plan: VisitPlan
    window: Window | None
    row: Visit | None
    state: VisitState
    late: bool
    missing: tuple[str, ...]

    @property
    def booked_at(self) -> datetime | None:
        return self.row.booked_at if self.row else None


def plans_of(participant: Participant) -> list[VisitPlan]:
    """Every visit of a participant: the protocol's, and those that staff opened, by first day."""
    opened = participant.visits.exclude(opened_on=None) if participant.day_one else ()
    return _plans(participant, opened)


def plan_of(participant: Participant, code: str) -> VisitPlan:
    """One visit of a participant. Raises NotFound, also for one that nobody opened for them."""
    study = protocol.current()
    for plan in study.enabled_visits if extra_of(study, code) is None else plans_of(participant):
        if plan.code == code:
            return plan
    raise NotFound


def _plans(participant: Participant, rows: Iterable[Visit]) -> list[VisitPlan]:
    study, day_one = protocol.current(), participant.day_one
    extras = [
        extra_plan(extra, row.code, opened_on=row.opened_on, day_one=day_one)
        for row in rows
        if row.opened_on is not None
        and day_one is not None
        and (extra := extra_of(study, row.code)) is not None
    ]
    later = [plan for plan in study.enabled_visits if not plan.before_allocation]
    early = study.visits_before_allocation
    return [*early, *sorted([*later, *extras], key=lambda plan: (plan.window[0], plan.code))]


def standing(people: Collection[Participant], moment: datetime) -> list[Standing]:
    """Every visit of these people as it stands at `moment`, by person and first day. Two queries;
    each person comes with `site` read."""
    rows: dict[int, list[Visit]] = defaultdict(list)
    for row in Visit.objects.filter(participant__in=people).select_related("rater"):
        rows[row.participant_id].append(row)
    answers: dict[tuple[int, str], list[Response]] = defaultdict(list)
    for one in Response.objects.own().filter(participant__in=people).select_related("visit"):
        answers[one.participant_id, one.visit.code].append(one)
    return [
        _standing(person, plan, rows[person.pk], answers[person.pk, plan.code], moment)
        for person in people
        for plan in _plans(person, rows[person.pk])
    ]


def standing_of(participant: Participant, code: str, moment: datetime) -> Standing:
    """One visit as it stands. Raises NotFound."""
    for one in standing([participant], moment):
        if one.plan.code == code:
            return one
    raise NotFound


def _standing(
    person: Participant, plan: VisitPlan, rows: list[Visit], answers: list[Response],
    moment: datetime,
) -> Standing:  # fmt: skip
    row = next((one for one in rows if one.code == plan.code), None)
    today = clock.local_date(moment, person.tz)
    found = windows_of([plan], person.day_one) if person.day_one else []
    window = found[0] if found else None
    kept = _kept(person, row, answers)
    state = visit_state(
        plan, window, kept, missed=bool(row and row.missed_reason), today=today,
        day_one=person.day_one,
    )  # fmt: skip
    return Standing(
        participant=person, plan=plan, window=window, row=row, state=state,
        late=is_late(state, window, today=today),
        missing=tuple(code for code in plan.instruments if code not in kept.whole),
    )  # fmt: skip


def _kept(person: Participant, row: Visit | None, answers: list[Response]) -> Kept:
    """What is kept, by the day the interview took place and the days the person sent theirs."""
    sent = [one for one in answers if one.submitted_at is not None]
    days = {row.done_on} if row and row.done_on else set[date]()
    asked = {code: one.asked_of_participant for code, one in protocol.instruments().items()}
    days |= {
        clock.local_date(one.submitted_at, person.tz)
        for one in sent
        if one.submitted_at and asked.get(one.instrument, False)
    }
    return Kept(
        whole=frozenset(one.instrument for one in sent), days=frozenset(days), begun=bool(answers)
    )


def windows_of_person(participant: Participant) -> list[Window]:
    """The windows of the visits after allocation that were not missed, by first day. One query."""
    if participant.day_one is None:
        return []
    rows = list(participant.visits.all())
    missed = {row.code for row in rows if row.missed_reason}
    plans = [plan for plan in _plans(participant, rows) if plan.code not in missed]
    return windows_of(plans, participant.day_one)


def early_visits(participant: Participant) -> list[tuple[VisitPlan, Visit | None]]:
    """The visits before allocation that neither took place nor were missed, in order, each with its
    row; none of somebody who is not on the way to it. One query at most."""
    if participant.state not in Participant.BEFORE_ALLOCATION:
        return []
    rows = {row.code: row for row in participant.visits.all()}
    over = {code for code, row in rows.items() if row.done_on or row.missed_reason}
    early = protocol.current().visits_before_allocation
    return [(plan, rows.get(plan.code)) for plan in early if plan.code not in over]


def booked_ahead(
    found: Iterable[tuple[VisitPlan, Visit | None]], today: date, zone: ZoneInfo
) -> list[tuple[VisitPlan, Visit, datetime]]:
    """Those of these visits that are booked for `today` or later, in their order, each with its
    time."""
    booked = [(plan, row, row.booked_at) for plan, row in found if row and row.booked_at]
    return [one for one in booked if clock.local_date(one[2], zone) >= today]


def visits_to_come(participant: Participant, today: date) -> list[tuple[Window, Visit | None]]:
    """The visits after allocation that neither took place nor were missed, and whose window has not
    closed, by first day, each with its row (where it is booked, say). One query."""
    if participant.day_one is None:
        return []
    rows = {row.code: row for row in participant.visits.all()}
    over = {code for code, row in rows.items() if row.done_on or row.missed_reason}
    return [
        (window, rows.get(window.visit.code))
        for window in windows_of(_plans(participant, rows.values()), participant.day_one)
        if window.visit.code not in over and today <= window.closes
    ]
