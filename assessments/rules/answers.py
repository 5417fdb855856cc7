"""Which answers, ratings and totals may be kept. Pure; ranges are the instrument's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from assessments.rules.windows import is_open
from protocol import Instrument, VisitPlan


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
