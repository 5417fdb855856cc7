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
        if instruments[code].asked_of_participant and (window.visit.code, code) not in submitted
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


def baseline_visit(study: Study, instrument: str) -> str | None:
    """The last visit before allocation that has `instrument`: where its baseline comes from."""
    found = [v.code for v in _before(study) if instrument in v.instruments]
    return found[-1] if found else None


def entry_visit(study: Study) -> str | None:
    """The first visit before allocation at which a rater scores the entry scale."""
    entry = study.eligibility.severity
    found = [v.code for v in _before(study) if entry and entry.instrument in v.instruments]
    return found[0] if found else None


def _before(study: Study) -> list[VisitPlan]:
    return [visit for visit in study.enabled_visits if visit.before_allocation]


def own_baseline(study: Study, instruments: Mapping[str, Instrument]) -> frozenset[str]:
    """The self-answered questionnaires of the study's outcomes: their baseline must be there."""
    named = {outcome.instrument for outcome in study.outcomes if outcome.instrument}
    return frozenset(code for code in named if instruments[code].asked_of_participant)


def rated_baseline(study: Study, instruments: Mapping[str, Instrument]) -> frozenset[str]:
    """The outcomes' scales that staff bring to the baseline: rated, or scored on paper."""
    named = {outcome.instrument for outcome in study.outcomes if outcome.instrument}
    theirs = {code for code in named if not instruments[code].asked_of_participant}
    return frozenset(code for code in theirs if baseline_visit(study, code))


def may_be_filled_in(visit: VisitPlan, *, on: date, day_one: date | None) -> bool:
    """Whether a form on paper of `visit` can be from the day `on`. It may be entered later."""
    if visit.before_allocation:
        return day_one is None or on <= day_one
    return is_open(visit, today=on, day_one=day_one)


def total_problems(
    visit: VisitPlan, instrument: Instrument, total: int, *, on: date, today: date,
    day_one: date | None,
) -> dict[str, str]:  # fmt: skip
    """Why the total of a score-only instrument may not be kept: `total`, `filled_in_on`."""
    found = {}
    low, high = instrument.scoring.total_range or (0, 0)
    if not low <= total <= high:
        words = _("Write a whole number from %(low)d to %(high)d.")
        found["total"] = words % {"low": low, "high": high}
    if on > today:
        found["filled_in_on"] = _("This is in the future.")
    elif not may_be_filled_in(visit, on=on, day_one=day_one):
        found["filled_in_on"] = _("On this day the visit could not take place.")
    return found


def rating_problems(instrument: Instrument, answers: Mapping[str, object]) -> dict[str, list[str]]:
    """Why a rating may not be stored: an illegal score, an item left out, or both (or none) of
    items of which exactly one is rated (16A and 16B). Null is "could not be rated"."""
    found = answer_problems(instrument, answers)
    groups = instrument.scoring.one_of
    alone = {key for group in groups for key in group}
    for key in unanswered(instrument, answers):
        if key not in alone:
            found[f"answers.{key}"] = [_("Please score this item.")]
    for group in groups:
        rated = [key for key in group if key in answers]
        if len(rated) != 1:
            text = _("Please rate exactly one of %(items)s.") % {"items": ", ".join(group)}
            found[f"answers.{group[0]}"] = [text]
    return found
