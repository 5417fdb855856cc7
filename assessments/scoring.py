"""Scores of a questionnaire by its own published rule. Pure: an instrument and answers in.

Source: the instrument's file (`protocol/instruments`). HDRS-17 as Guy 1976 printed it: nine items
of 0–4 and eight of 0–2, highest total 52; item 16 is rated as A or as B; "not assessed" is stored
and never summed; one missing item leaves no total. No published rule imputes an item, so that a
prorated total stands apart, for sensitivity analyses only, and there "not assessed" counts as
missing. Items that stand apart (PHQ-9's tenth) are asked with the others and never summed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from protocol import Instrument, Item

Answers = Mapping[str, int | None]
# Where a score-only instrument, which has no items, keeps its total.
TOTAL = "total"


class ItemState(StrEnum):
    """What became of one item. Only `answered` is ever summed."""

    ANSWERED = "answered"
    DECLINED = "declined"
    MISSING = "missing"
    NOT_ASSESSED = "not_assessed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Score:
    """A questionnaire's score. Counts are of questions that are summed: 16A and 16B are one.

    `total` is None where the instrument has none, or where a question is missing. Where an item
    was not assessed the total stands without it. `total_prorated` is filled only where few enough
    questions are without a score: sum × highest total / highest sum of the answered ones.
    """

    questions: int
    answered: int
    not_assessed: int
    missing: int
    total: int | None
    total_prorated: float | None


def item_state(instrument: Instrument, answers: Answers, key: str) -> ItemState:
    """Whether item `key` was answered, declined (null), left out, or logically skipped."""
    item = instrument.item(key)
    if key not in answers:
        rated = any(other in answers for other in _alternatives(instrument, key))
        return ItemState.SKIPPED if rated else ItemState.MISSING
    value = answers[key]
    if value is None:
        return ItemState.DECLINED
    if value == item.not_assessed:
        return ItemState.NOT_ASSESSED
    return ItemState.ANSWERED if item.is_scored(value) else ItemState.MISSING


def score(instrument: Instrument, answers: Answers) -> Score:
    """The score of one set of answers (item key to value, null for "I'd rather not answer").

    Of a score-only instrument it is the total that staff entered; there are no questions.
    """
    if instrument.score_only:
        return _as_entered(instrument, answers)
    found = [_question(instrument, answers, items) for items in _questions(instrument)]
    scored = [(item, value) for item, value, state in found if state is ItemState.ANSWERED]
    not_assessed = sum(state is ItemState.NOT_ASSESSED for *_, state in found)
    missing = len(found) - len(scored) - not_assessed
    summed = sum(value for _, value in scored if value is not None)
    is_sum = instrument.scoring.kind == "sum"
    unscored = [item.key for item, _, state in found if state is not ItemState.ANSWERED]
    return Score(
        questions=len(found),
        answered=len(scored),
        not_assessed=not_assessed,
        missing=missing,
        total=summed if is_sum and not missing else None,
        total_prorated=(
            _prorated(instrument, summed, [item for item, _ in scored], unscored)
            if is_sum
            else None
        ),
    )


def part_total(instrument: Instrument, answers: Answers, code: str) -> int | None:
    """The total without some items, by its name in the instrument's file; None where one of the
    others is missing. Raises `UnknownNameError`."""
    without = instrument.part_total(code).without
    found = [
        (value, state)
        for items in _questions(instrument)
        if not {item.key for item in items} & {*without}
        for _item, value, state in [_question(instrument, answers, items)]
    ]
    if any(state in (ItemState.MISSING, ItemState.DECLINED) for _value, state in found):
        return None
    return sum(value or 0 for value, _state in found)


def _as_entered(instrument: Instrument, answers: Answers) -> Score:
    total, rule = answers.get(TOTAL), instrument.scoring.total_range
    fits = total is not None and rule is not None and rule[0] <= total <= rule[1]
    return Score(
        questions=0, answered=0, not_assessed=0, missing=0, total=total if fits else None,
        total_prorated=None,
    )  # fmt: skip


def _prorated(
    instrument: Instrument, summed: int, scored: list[Item], unscored: list[str]
) -> float | None:
    rule = instrument.scoring
    highest = sum(item.range[1] for item in scored)
    few = 1 <= len(unscored) <= rule.prorate_missing_at_most
    if not few or set(unscored) & set(rule.never_impute) or rule.total_range is None:
        return None
    return round(summed * rule.total_range[1] / highest, 2)


def _question(
    instrument: Instrument, answers: Answers, items: tuple[Item, ...]
) -> tuple[Item, int | None, ItemState]:
    """The one item of a question that was rated. Two rated ones contradict: that is missing."""
    states = [(item, item_state(instrument, answers, item.key)) for item in items]
    scored = [item for item, state in states if state is ItemState.ANSWERED]
    if len(scored) == 1:
        return scored[0], answers[scored[0].key], ItemState.ANSWERED
    if not scored and any(state is ItemState.NOT_ASSESSED for _, state in states):
        return items[0], None, ItemState.NOT_ASSESSED
    return items[0], None, ItemState.MISSING


def _questions(instrument: Instrument) -> list[tuple[Item, ...]]:
    """The items that count, those of which only one is rated together, in order."""
    seen: set[str] = set(instrument.scoring.apart)
    questions = []
    for item in instrument.items:
        if item.key in seen:
            continue
        group = next((g for g in instrument.scoring.one_of if item.key in g), (item.key,))
        seen.update(group)
        questions.append(tuple(instrument.item(key) for key in group))
    return questions


def _alternatives(instrument: Instrument, key: str) -> tuple[str, ...]:
    return next((g for g in instrument.scoring.one_of if key in g), ())
