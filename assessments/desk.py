"""Answers and scores in words, for staff only: participants and raters never see these."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

import protocol
from assessments.models import Response
from assessments.rules import extra_of
from assessments.scoring import ItemState, item_state, score
from assessments.selectors import PaperForm
from protocol import Item, UnknownNameError


@dataclass(frozen=True)
class Line:
    """One question and what was answered."""

    question: str
    answer: str


def visit_name(code: str) -> str:
    """A visit's name; one that the protocol does not plan is called by its code."""
    study = protocol.current()
    if (extra := extra_of(study, code)) is not None:
        return f"{extra.label} {code.removeprefix(extra.code).removeprefix('-')}".strip()
    try:
        return str(study.visit(code).label)
    except UnknownNameError:
        return code


def paper_line(form: PaperForm) -> str:
    """A form on paper with its visit and its range."""
    low, high = form.instrument.scoring.total_range or (0, 0)
    words = {"visit": form.plan.label, "title": form.instrument.title, "low": low, "high": high}
    return _("%(visit)s: %(title)s, %(low)d to %(high)d") % words


def told(response: Response) -> str:
    """A kept total with whose it is."""
    return f"{response.participant} · {visit_name(response.visit.code)} · {score_line(response)}"


def standing_words(response: Response) -> str:
    """Why a row counts nowhere; empty where it counts."""
    if response.voided_at is not None:
        return _("voided: %(reason)s") % {"reason": response.void_reason}
    if response.superseded_at is not None:
        return _("corrected by a later version")
    return _("second reading") if response.reading > 1 else ""


def may_be_voided(response: Response) -> bool:
    """Whether staff may take these answers out: a rating is corrected by its rater instead."""
    instrument = response.questionnaire
    rated = instrument.mode == "rater" and not instrument.score_only
    return response.submitted_at is not None and response.voided_at is None and not rated


def score_line(response: Response) -> str:
    """The total where there is one; otherwise how many questions were answered."""
    if response.submitted_at is None:
        return _("a draft")
    instrument = response.questionnaire
    found = score(instrument, response.answers)
    highest = instrument.scoring.total_range
    if found.total is not None and highest is not None:
        line = _("%(total)d of %(highest)d") % {"total": found.total, "highest": highest[1]}
        return _("%(line)s; weight not assessed") % {"line": line} if found.not_assessed else line
    answered = {"answered": found.answered, "questions": found.questions}
    if highest is not None:
        return _("no total: %(answered)d of %(questions)d answered") % answered
    return _("%(answered)d of %(questions)d answered") % answered


def answers(response: Response) -> list[Line]:
    """Each question of the instrument with its answer in words; of a paper form its total."""
    instrument = response.questionnaire
    if instrument.score_only:
        return [Line(_("Total, from a paper form"), score_line(response))]
    return [
        Line(f"{item.key}. {item.text}", _answer(response, item))
        for item in instrument.items
        if item_state(instrument, response.answers, item.key) is not ItemState.SKIPPED
    ]


def _answer(response: Response, item: Item) -> str:
    state = item_state(response.questionnaire, response.answers, item.key)
    if state is ItemState.DECLINED:
        return _("would rather not answer")
    if state is ItemState.MISSING:
        return "–"
    value = response.answers[item.key]
    label = next((str(o.label) for o in item.options if o.value == value), "")
    return f"{value} · {label}" if label else str(value)
