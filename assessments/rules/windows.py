"""When a visit is due and what it asks of the participant. Pure; windows are the protocol's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from core.clock import date_of_study_day
from protocol import Instrument, Study, VisitPlan


@dataclass(frozen=True)
class Window:
    """The dates a visit may take place on, both included, and the day it is meant for."""

    visit: VisitPlan
    opens: date
    target: date
    closes: date


@dataclass(frozen=True)
class Due:
    """A questionnaire the participant may answer now. Before allocation no day opens or closes it:
    nobody knows day 1 yet."""

    visit: str
    instrument: str
    opens: date | None
    closes: date | None


def windows(study: Study, day_one: date) -> list[Window]:
    """The windows of every visit after allocation that the calendar plans, in order."""
    return windows_of(study.enabled_visits, day_one)


def windows_of(plans: Iterable[VisitPlan], day_one: date) -> list[Window]:
    """The windows of these visits, in order; those before allocation have none."""
    return [
        Window(
            visit,
            opens=date_of_study_day(visit.window[0], day_one),
            target=date_of_study_day(visit.target_day, day_one),
            closes=date_of_study_day(visit.window[1], day_one),
        )
        for visit in plans
        if not visit.before_allocation
    ]


def next_window(found: list[Window], *, today: date, done: Collection[str]) -> Window | None:
    """The next visit that has not taken place and whose window has not closed."""
    return next((w for w in found if w.visit.code not in done and today <= w.closes), None)


def due(
    found: list[Window],
    instruments: Mapping[str, Instrument],
    *,
    today: date,
    submitted: Collection[tuple[str, str]],
) -> list[Due]:
    """Self-answered questionnaires of the visits open today that are not submitted yet."""
    return [
        Due(window.visit.code, code, window.opens, window.closes)
        for window in found
        if window.opens <= today <= window.closes
        for code in _owed(window.visit, instruments, submitted)
    ]


def due_before_allocation(
    visits: Iterable[VisitPlan],
    instruments: Mapping[str, Instrument],
    *,
    submitted: Collection[tuple[str, str]],
) -> list[Due]:
    """Self-answered questionnaires of these visits, all before allocation, not submitted yet."""
    return [
        Due(visit.code, code, opens=None, closes=None)
        for visit in visits
        for code in _owed(visit, instruments, submitted)
    ]


def _owed(
    visit: VisitPlan,
    instruments: Mapping[str, Instrument],
    submitted: Collection[tuple[str, str]],
) -> list[str]:
    return [
        code
        for code in visit.instruments
        if instruments[code].asked_of_participant and (visit.code, code) not in submitted
    ]


def is_open(visit: VisitPlan, *, today: date, day_one: date | None) -> bool:
    """Whether a visit's questionnaires may be answered: baseline before allocation only, others
    from the first day of their window on. A late answer is kept, and its date tells it is late."""
    if visit.before_allocation:
        return day_one is None
    return day_one is not None and today >= date_of_study_day(visit.window[0], day_one)
