"""When a visit is due and what it asks of the participant. Pure; windows are the protocol's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

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
    """A questionnaire the participant may answer now."""

    visit: str
    instrument: str
    opens: date
    closes: date


def windows(study: Study, day_one: date) -> list[Window]:
    """The windows of every visit after allocation, in order."""
    return [
        Window(
            visit,
            opens=date_of_study_day(visit.window[0], day_one),
            target=date_of_study_day(visit.target_day, day_one),
            closes=date_of_study_day(visit.window[1], day_one),
        )
        for visit in study.enabled_visits
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
        for code in window.visit.instruments
        if instruments[code].mode == "self" and (window.visit.code, code) not in submitted
    ]


def answer_problems(instrument: Instrument, answers: Mapping[str, object]) -> dict[str, list[str]]:
    """Every answer that may not be stored, as `answers.<key>`; null is "I'd rather not answer"."""
    found: dict[str, list[str]] = {}
    for key, value in answers.items():
        if key not in instrument.keys:
            found[f"answers.{key}"] = [_("This questionnaire has no such question.")]
        elif value is not None and not _legal(instrument, key, value):
            found[f"answers.{key}"] = [_legal_words(instrument, key)]
    return found


def _legal(instrument: Instrument, key: str, value: object) -> bool:
    return type(value) is int and instrument.item(key).is_legal(value)


def _legal_words(instrument: Instrument, key: str) -> str:
    low, high = instrument.item(key).range
    return _("Write a whole number from %(low)d to %(high)d, or null.") % {"low": low, "high": high}


def unanswered(instrument: Instrument, answers: Mapping[str, object]) -> list[str]:
    """The keys that have no answer yet; declining (null) is an answer."""
    return [key for key in instrument.keys if key not in answers]


def is_open(visit: VisitPlan, *, today: date, day_one: date | None) -> bool:
    """Whether a visit's questionnaires may be answered: baseline before allocation only, others
    from the first day of their window on. A late answer is kept, and its date tells it is late."""
    if visit.before_allocation:
        return day_one is None
    return day_one is not None and today >= date_of_study_day(visit.window[0], day_one)
