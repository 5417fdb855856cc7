"""The sentences of the questionnaires. None of them holds a total, a band or a trend."""

from __future__ import annotations

from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

import protocol
from assessments.models import Response
from assessments.rules import Due, unanswered
from protocol import Instrument, Item, VisitPlan


def due_line(due: Due, started: bool) -> dict[str, Any]:
    """One open questionnaire on Today and in the list."""
    questionnaire = protocol.instrument(due.instrument)
    closes = formats.date_format(due.closes, "j F")
    count = len(questionnaire.items)
    begun = _("Begun. Until %(day)s.") if started else _("%(count)d questions. Until %(day)s.")
    return {
        "title": str(questionnaire.title),
        "text": begun % {"day": closes, "count": count},
        "visit": due.visit,
        "instrument": due.instrument,
    }


def intro(plan: VisitPlan, questionnaire: Instrument, response: Response | None) -> dict[str, Any]:
    """The page before the first question, or the one that says where the person stopped."""
    answers = response.answers if response else {}
    left = unanswered(questionnaire, answers)
    return {
        "title": str(questionnaire.title),
        "visit": plan.code,
        "instrument": questionnaire.code,
        "time_frame": str(questionnaire.time_frame),
        "note": str(questionnaire.note or ""),
        "count": len(questionnaire.items),
        "begun": bool(answers),
        "next": questionnaire.keys.index(left[0]) + 1 if left else None,
    }


def question(questionnaire: Instrument, number: int) -> dict[str, Any]:
    """Where a question stands among the others, in words."""
    count = len(questionnaire.items)
    return {
        "title": str(questionnaire.title),
        "number": number,
        "count": count,
        "place": _("Question %(number)d of %(count)d") % {"number": number, "count": count},
        "time_frame": str(questionnaire.time_frame),
        "previous": number - 1 or None,
    }


def risk_values(questionnaire: Instrument, item: Item) -> str:
    """The answers that show help at once, as the page's script reads them: `1 2 3 4`."""
    return " ".join(
        str(option.value)
        for option in item.options
        if questionnaire.alert_tiers(item.key, option.value)
    )


def answer_rows(questionnaire: Instrument, answers: dict[str, int | None]) -> list[dict[str, Any]]:
    """Every question with the words that were chosen, to be looked at before sending."""
    return [
        {"number": number, "text": str(item.text), "answer": answer_words(item, answers)}
        for number, item in enumerate(questionnaire.items, start=1)
    ]


def answer_words(item: Item, answers: dict[str, int | None]) -> str:
    """The chosen words, never their score where the item has words."""
    if item.key not in answers:
        return ""
    value = answers[item.key]
    if value is None:
        return _("rather not answered")
    chosen = next((option for option in item.options if option.value == value), None)
    return str(chosen.label) if chosen else str(value)


def sent_line(response: Response) -> dict[str, str]:
    """A questionnaire that was sent, with its day."""
    assert response.submitted_at is not None
    return {
        "title": str(protocol.instrument(response.instrument).title),
        "text": _("Sent on %(day)s") % {"day": formats.date_format(response.submitted_at, "j F")},
    }
