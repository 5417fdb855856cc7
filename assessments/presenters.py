"""The sentences of the questionnaires. None of them holds a total, a band or a trend."""

from __future__ import annotations

from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

import protocol
from assessments.models import Response
from assessments.rules import Due, unanswered
from assessments.selectors import Asked
from protocol import Instrument, Item


def due_line(due: Due, begun: Instrument | None = None) -> dict[str, Any]:
    """One open questionnaire on Today and in the list, by the version that it was `begun` with."""
    questionnaire = begun or protocol.instrument(due.instrument)
    return {
        "title": str(questionnaire.title),
        "text": _until(due, begun is not None) % {
            "day": formats.date_format(due.closes, "j F") if due.closes else "",
            "count": len(questionnaire.items),
        },
        "visit": due.visit,
        "instrument": due.instrument,
    }  # fmt: skip


def _until(due: Due, started: bool) -> str:
    if due.closes is not None:
        return _("Begun. Until %(day)s.") if started else _("%(count)d questions. Until %(day)s.")
    if started:
        return _("Begun. To finish before the start.")
    return _("%(count)d questions, before the start.")


def intro(asked: Asked) -> dict[str, Any]:
    """The page before the first question, or the one that says where the person stopped."""
    questionnaire = asked.questionnaire
    left = unanswered(questionnaire, asked.answers)
    return {
        "title": str(questionnaire.title),
        **asked.place,
        "time_frame": str(questionnaire.time_frame),
        "note": str(questionnaire.note or ""),
        "count": len(questionnaire.items),
        "begun": bool(asked.answers),
        "next": questionnaire.keys.index(left[0]) + 1 if left else None,
    }


def item_at(questionnaire: Instrument, number: int) -> Item | None:
    """The item of question `number`, counted from 1."""
    return questionnaire.items[number - 1] if 1 <= number <= len(questionnaire.items) else None


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


def risk_values(questionnaire: Instrument, item: Item) -> list[str]:
    """The answers that show help at once, as the form has them."""
    return [
        str(option.value)
        for option in item.options
        if questionnaire.alert_tiers(item.key, option.value)
    ]


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
        return _("I’d rather not answer")
    chosen = next((option for option in item.options if option.value == value), None)
    return str(chosen.label) if chosen else str(value)


def sent_line(response: Response) -> dict[str, str]:
    """A questionnaire that was sent, with its day."""
    assert response.submitted_at is not None
    return {
        "title": str(response.questionnaire.title),
        "text": _("Sent on %(day)s") % {"day": formats.date_format(response.submitted_at, "j F")},
    }
