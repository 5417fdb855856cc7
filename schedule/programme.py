"""One participant's programme as read from the database: plain data, and what follows from it.

`schedule.selectors` fills it, for one person or for a whole roster in the same number of queries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import protocol
from schedule import rules
from schedule.rules import HeartRates, Plan, PlannedSession, Span
from schedule.rules.prescribing import Body
from schedule.rules.weeks import plan_in_force


@dataclass(frozen=True)
class Assessed:
    """A fitness assessment: what counts from a day on. `limit_bpm` is a clinician's."""

    on: date
    rates: HeartRates | None
    limit_bpm: int | None
    body: Body = field(default_factory=Body)


@dataclass(frozen=True)
class Programme:
    """Everything the schedule knows of one person.

    `versions` maps a prescription's version to (from which week, its plan). `pauses` holds every
    span without sessions, holds and the time after leaving included; `holds` only those for
    safety, `rests` those of the whole study. `limited` are the spans of a medicine that limits the
    heart rate. `assessed` is newest first. `planned` maps a session's key to the day set for it.
    """

    starts_on: date | None = None
    versions: Mapping[int, tuple[int, Plan]] = field(default_factory=dict)
    pauses: tuple[Span, ...] = ()
    holds: tuple[Span, ...] = ()
    limited: tuple[Span, ...] = ()
    assessed: tuple[Assessed, ...] = ()
    planned: Mapping[str, date] = field(default_factory=dict)
    left_on: date | None = None
    rests: tuple[Span, ...] = ()

    def week(self, day: date) -> int | None:
        """The week of the programme that a day lies in; None before its start or without one."""
        if self.starts_on is None or day < self.starts_on:
            return None
        return rules.programme_week(self.starts_on, day)

    def span(self, week: int) -> Span:
        """The days of a week. Raises ValueError where nothing is prescribed."""
        if self.starts_on is None:
            raise ValueError("no prescription, no weeks")
        return rules.week_span(self.starts_on, week)

    def plan(self, week: int) -> Plan | None:
        """What is prescribed for a week."""
        return plan_in_force(self.versions, week)

    def sessions(self, week: int | None) -> tuple[PlannedSession, ...]:
        """The sessions of a week: none before the start, after the last week, after leaving."""
        plan = self.plan(week) if week is not None else None
        if week is None or plan is None:
            return ()
        if self.left_on is not None and self.span(week).first > self.left_on:
            return ()
        return rules.week_sessions(protocol.current(), week, plan)

    def rates(self, on: date) -> HeartRates | None:
        """The heart rates in force on a day; they guide nothing while a medicine limits them."""
        found = self._assessment(on)
        if found is None or found.rates is None:
            return None
        limited = any(span.holds(on) for span in self.limited)
        return HeartRates(
            found.rates.resting, found.rates.maximum, found.rates.guides and not limited
        )

    def hr_bpm(self, session: PlannedSession, on: date) -> tuple[int, int] | None:
        """A session's beats a minute as of a day; None where beats cannot guide."""
        return rules.hr_target(self.rates(on), session.hrr_percent, limit_bpm=self.limit_bpm(on))

    def limit_bpm(self, on: date) -> int | None:
        """The clinician's limit of the heart rate in force on a day."""
        found = self._assessment(on)
        return found.limit_bpm if found else None

    def body(self, on: date) -> Body:
        """What a plan is made from as of a day: the assessment, and whether beats can guide."""
        found = self._assessment(on)
        rates = self.rates(on)
        guides = rates is not None and rates.guides and rates.maximum > rates.resting
        return replace(found.body if found else Body(), heart_rate=guides)

    def held(self, on: date) -> bool:
        """Whether a safety hold stands on a day."""
        return any(span.holds(on) for span in self.holds)

    def study_rests(self, on: date) -> bool:
        """Whether the whole study stands still on a day."""
        return any(span.holds(on) for span in self.rests)

    def _assessment(self, on: date) -> Assessed | None:
        return next((row for row in self.assessed if row.on <= on), None)
