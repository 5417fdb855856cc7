"""What state a visit is in, which extra visits may be opened, and when one may be booked. Pure.

A visit's state is never stored: it follows from its window, what is kept of it, and whether staff
wrote why it was missed. The first row that fits decides:

| kept of what it asks                    | why it was missed | today           | state         |
|-----------------------------------------|-------------------|-----------------|---------------|
| all of it, every day inside the window  | any               | any             | complete      |
| all of it, a day outside the window     | any               | any             | out of window |
| some of it, a draft too                 | any               | any             | in part       |
| nothing                                 | written down      | any             | missed        |
| nothing                                 | not written       | before it opens | planned       |
| nothing, and it can never be kept again | not written       | any             | missed        |
| nothing                                 | not written       | any other       | open          |

A visit stays open or in part when its window has closed (`is_late`): what comes late is kept, and
its days tell that it is late. Only a baseline can never be kept again, once the arm is allocated.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from assessments.rules.windows import Window, is_open
from core.clock import study_day, study_week
from protocol import ExtraVisit, Study, Text, VisitPlan

EARLY_TERMINATION = "early-termination"


class VisitState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    IN_PART = "in_part"
    COMPLETE = "complete"
    OUT_OF_WINDOW = "out_of_window"
    MISSED = "missed"


@dataclass(frozen=True)
class Kept:
    """What is kept of one visit: the instruments that are sent or signed, the local days they were
    given on, and whether any more is begun."""

    whole: frozenset[str] = frozenset()
    days: frozenset[date] = field(default_factory=frozenset)
    begun: bool = False


def visit_state(
    plan: VisitPlan, window: Window | None, kept: Kept, *, missed: bool, today: date,
    day_one: date | None,
) -> VisitState:  # fmt: skip
    """The state of one visit by the table above. `window` is None before allocation's visits."""
    if kept.whole >= {*plan.instruments}:
        inside = window is None or all(window.opens <= day <= window.closes for day in kept.days)
        return VisitState.COMPLETE if inside else VisitState.OUT_OF_WINDOW
    if kept.whole or kept.begun:
        return VisitState.IN_PART
    if missed:
        return VisitState.MISSED
    if is_open(plan, today=today, day_one=day_one):
        return VisitState.OPEN
    return VisitState.MISSED if plan.before_allocation else VisitState.PLANNED


def is_late(state: VisitState, window: Window | None, *, today: date) -> bool:
    """Whether something is still owed after the window's last day."""
    owed = state in (VisitState.OPEN, VisitState.IN_PART)
    return owed and window is not None and today > window.closes


def extra_of(study: Study, code: str) -> ExtraVisit | None:
    """The study's extra visit that a code names: `early-termination`, `unscheduled-1` and on."""
    for extra in study.extra_visits:
        number = code.removeprefix(f"{extra.code}-")
        if extra.code == EARLY_TERMINATION:
            if code == extra.code:
                return extra
        elif number != code and number.isdecimal() and number == str(int(number)) != "0":
            return extra
    return None


def extra_plan(extra: ExtraVisit, code: str, *, opened_on: date, day_one: date) -> VisitPlan:
    """An opened extra visit as one of the protocol's visits: its window begins on the day it was
    opened and lasts as long as the protocol says."""
    day = study_day(opened_on, day_one)
    number = code.removeprefix(extra.code).removeprefix("-")
    label = extra.label
    if number:
        label = Text(en=f"{label.en} {number}", zh=f"{label.zh} {number}")
    return VisitPlan(
        code=code, label=label, week=study_week(day), target_day=day,
        window=(day, day + extra.days_open - 1), optional=True, enabled=True,
        before_allocation=False, instruments=extra.instruments,
    )  # fmt: skip


def next_extra_code(extra: ExtraVisit, there: Collection[str]) -> str | None:
    """The code of the next visit of this kind; None where there is only ever one, and it is."""
    if extra.code == EARLY_TERMINATION:
        return None if extra.code in there else extra.code
    number = 1
    while f"{extra.code}-{number}" in there:
        number += 1
    return f"{extra.code}-{number}"


def booking_problem(
    plan: VisitPlan, window: Window | None, *, on: date, today: date, day_one: date | None
) -> str:
    """Why a visit may not be booked for the local date `on`; empty where it may. A day after the
    window is allowed: it will be kept, and told as out of window."""
    if on < today:
        return _("This is in the past.")
    if plan.before_allocation:
        return "" if day_one is None else _("A baseline takes place before allocation only.")
    if window is None or on < window.opens:
        return _("The visit's window has not begun on this day.")
    return ""
