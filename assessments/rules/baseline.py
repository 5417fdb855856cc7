"""Where a baseline comes from, and what belongs to it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from protocol import Instrument, Study


def baseline_visit(study: Study, instrument: str) -> str | None:
    """The last visit before allocation that has `instrument`: where its baseline comes from."""
    found = [v.code for v in study.visits_before_allocation if instrument in v.instruments]
    return found[-1] if found else None


def entry_visit(study: Study) -> str | None:
    """The first visit before allocation at which a rater scores the entry scale."""
    entry = study.eligibility.severity
    early = study.visits_before_allocation
    found = [v.code for v in early if entry and entry.instrument in v.instruments]
    return found[0] if found else None


def own_baseline(study: Study, instruments: Mapping[str, Instrument]) -> frozenset[str]:
    """The self-answered questionnaires of the study's outcomes: their baseline must be there."""
    named = {outcome.instrument for outcome in study.outcomes if outcome.instrument}
    return frozenset(code for code in named if instruments[code].asked_of_participant)


def rated_baseline(study: Study, instruments: Mapping[str, Instrument]) -> frozenset[str]:
    """The outcomes' scales that staff bring to the baseline: rated, or scored on paper."""
    named = {outcome.instrument for outcome in study.outcomes if outcome.instrument}
    theirs = {code for code in named if not instruments[code].asked_of_participant}
    return frozenset(code for code in theirs if baseline_visit(study, code))
