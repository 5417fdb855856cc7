"""PHQ-9 at the visits, where the study asks it. Pure; the item on suicide is 0, as everywhere here.

It came into the demo after everything else, and draws from a stream of its own: what the others
draw stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from exdep_site.demo.course import Calendar, ResponseDraw, VisitDraw, gained, whole
from exdep_site.demo.people import Person
from protocol import Instrument, Study

CODE = "phq9"
STREAM = 41
SUICIDE_ITEM, FUNCTIONAL_ITEM = "9", "10"
# Eight items of 0–3 are drawn; of the 27 points those of item 9 are never given.
HIGHEST = 24
ANSWERED = 0.94
# Points of PHQ-9 for each point of the HDRS-17, as totals of outpatients lie.
FOR_EACH_HDRS_POINT = 0.68
# How readily a depressed person scores on an item; every other item counts 1.
READINESS = {"1": 1.4, "2": 1.5, "3": 1.3, "4": 1.5, "8": 0.6}


def add_phq9(
    person: Person, calendar: Calendar, study: Study, instruments: Mapping[str, Instrument],
    came: Sequence[VisitDraw], seed: int,
) -> None:  # fmt: skip
    """Put this person's answers to PHQ-9 into the visits they came to."""
    rng = np.random.default_rng([seed, person.number, STREAM])
    asking = [plan.code for plan in study.enabled_visits if CODE in plan.instruments]
    for visit in came:
        answered = rng.random() < ANSWERED or bool(person.account)
        answers = _answers(person, visit.offset or 0, instruments[CODE], rng)
        if visit.code in asking and visit.offset is not None and answered:
            at = calendar.moment(visit.offset, 16 + 5 * rng.random())
            visit.responses.append(
                ResponseDraw(CODE, instruments[CODE].version, answers, at, by_rater=False)
            )


def _answers(
    person: Person, offset: int, instrument: Instrument, rng: np.random.Generator
) -> dict[str, int | None]:
    traits = person.traits
    as_hdrs = traits.hdrs_start - traits.hdrs_fall * gained(offset)
    total = whole(FOR_EACH_HDRS_POINT * as_hdrs + rng.normal(0, 2), 0, HIGHEST)
    keys = [key for key in instrument.keys if key not in (SUICIDE_ITEM, FUNCTIONAL_ITEM)]
    slots = [key for key in keys for _point in range(instrument.item(key).range[1])]
    weights = np.array([READINESS.get(key, 1.0) for key in slots])
    chosen = rng.choice(len(slots), size=total, replace=False, p=weights / weights.sum())
    scored = [slots[int(place)] for place in chosen]
    answers: dict[str, int | None] = {key: scored.count(key) for key in instrument.keys}
    answers[FUNCTIONAL_ITEM] = whole(total / 8 + rng.normal(0, 0.5), 0, 3)
    if rng.random() < 0.02:
        answers[str(rng.choice(keys))] = None
    return answers
