"""The rules a protocol file must keep, one pure function each.

A rule takes a read file and yields what breaks it as (key, rule): the key as it stands in
the file, the rule as one clause a person can act on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from protocol.questionnaire import Instrument
from protocol.rules.common import Problem
from protocol.rules.instruments import INSTRUMENT_RULES
from protocol.rules.people import PEOPLE_RULES
from protocol.rules.safety import SAFETY_RULES
from protocol.rules.sessions import SESSION_RULES
from protocol.rules.visits import VISIT_RULES
from protocol.study import Study

STUDY_RULES = PEOPLE_RULES + SESSION_RULES + VISIT_RULES + SAFETY_RULES


def study_problems(study: Study, instruments: Mapping[str, Instrument]) -> Iterator[Problem]:
    """Everything that a study file contradicts, in the order of the tables of rules."""
    for rule in STUDY_RULES:
        yield from rule(study, instruments)


def instrument_problems(instrument: Instrument) -> Iterator[Problem]:
    """Everything that an instrument file contradicts."""
    for rule in INSTRUMENT_RULES:
        yield from rule(instrument)


__all__ = ["INSTRUMENT_RULES", "STUDY_RULES", "instrument_problems", "study_problems"]
