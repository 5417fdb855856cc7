"""Who may take part. Pure: the protocol's rule and what is known in, a verdict with reasons out.

Source: protocol, `[eligibility]`; clinical notes 0 and 1.7. A single reason against is enough;
without one, whatever is not known yet is missing; what contradicts itself is asked again. The
entry cut stands in no reason: raters must not learn it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from protocol import Eligibility, Exclusion


class Outcome(StrEnum):
    """What follows from all that is known."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    MISSING = "missing"


class Kind(StrEnum):
    """A reason against, something not known yet, or a contradiction to ask about."""

    AGAINST = "against"
    MISSING = "missing"
    ASK = "ask"


@dataclass(frozen=True)
class Reason:
    """`code` is "age", "severity", … or "exclusion:<code>"; `who` says whose half it is."""

    code: str
    kind: Kind
    who: str


@dataclass(frozen=True)
class Verdict:
    """The outcome with every reason, in the order of the form."""

    outcome: Outcome
    reasons: tuple[Reason, ...]

    def of(self, *kinds: Kind) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.kind in kinds)


@dataclass(frozen=True)
class Facts:
    """What is known. None, "" and absent keys mean: not yet.

    `today` is the day on which the participant answered whether they are of the study's age.
    `own` and `clinical` map the codes of exclusions to yes (True), no, or not known. `rated` says
    that a rater has scored the entry scale; its total can be missing even so.
    """

    today: date
    own_sent: bool = False
    birth_year: int | None = None
    in_age_range: bool | None = None
    treatment: str = ""
    own: Mapping[str, bool | None] = field(default_factory=dict)
    diagnosis_confirmed: bool | None = None
    clinical: Mapping[str, bool | None] = field(default_factory=dict)
    medication_stable: bool | None = None
    fitness_result: str = ""
    rated: bool = False
    total: int | None = None
    suicide_item: int | None = None


PARTICIPANT, CLINICIAN, RATER = "participant", "clinician", "rater"


def judge(rule: Eligibility, facts: Facts) -> Verdict:
    """The verdict on one person."""
    reasons = tuple(_reasons(rule, facts))
    if any(reason.kind is Kind.AGAINST for reason in reasons):
        return Verdict(Outcome.NOT_ELIGIBLE, reasons)
    return Verdict(Outcome.MISSING if reasons else Outcome.ELIGIBLE, reasons)


def _reasons(rule: Eligibility, facts: Facts) -> Iterator[Reason]:
    if not facts.own_sent:
        yield Reason("own_half", Kind.MISSING, PARTICIPANT)
    else:
        yield from _age(rule.age, facts)
    for exclusion in rule.exclusions:
        yield from _exclusion(exclusion, facts)
    yield from _yes_needed("diagnosis", facts.diagnosis_confirmed)
    yield from _medication(rule, facts)
    yield from _severity(rule, facts)
    yield from _fitness(facts)


def _age(age: tuple[int, int], facts: Facts) -> Iterator[Reason]:
    """The answer beside the birth year: a year leaves two possible ages, the answer settles it."""
    if facts.birth_year is None or facts.in_age_range is None:
        yield Reason("age", Kind.MISSING, PARTICIPANT)
        return
    oldest = facts.today.year - facts.birth_year
    within = [age[0] <= years <= age[1] for years in (oldest - 1, oldest)]
    if (facts.in_age_range and not any(within)) or (not facts.in_age_range and all(within)):
        yield Reason("age_contradiction", Kind.ASK, PARTICIPANT)
    elif not facts.in_age_range:
        yield Reason("age", Kind.AGAINST, PARTICIPANT)


def _exclusion(exclusion: Exclusion, facts: Facts) -> Iterator[Reason]:
    """Either one's yes excludes. Where both are asked, the clinician's no settles a "don't know"
    of the participant, never the other way round."""
    code = f"exclusion:{exclusion.code}"
    asked_own = exclusion.asked_of in ("participant", "both")
    asked_clinician = exclusion.asked_of in ("clinician", "both")
    own = facts.own.get(exclusion.code) if asked_own else False
    found = facts.clinical.get(exclusion.code) if asked_clinician else False
    if own or found:
        yield Reason(code, Kind.AGAINST, PARTICIPANT if own and not found else CLINICIAN)
    elif asked_clinician and found is None:
        yield Reason(code, Kind.MISSING, CLINICIAN)
    elif not asked_clinician and own is None and facts.own_sent:
        yield Reason(code, Kind.ASK, PARTICIPANT)


def _yes_needed(code: str, value: bool | None) -> Iterator[Reason]:
    if value is None:
        yield Reason(code, Kind.MISSING, CLINICIAN)
    elif not value:
        yield Reason(code, Kind.AGAINST, CLINICIAN)


def _medication(rule: Eligibility, facts: Facts) -> Iterator[Reason]:
    medicine = rule.medication
    if medicine is None:
        return
    if not medicine.allowed and facts.treatment == "medication":
        yield Reason("medication", Kind.AGAINST, PARTICIPANT)
    elif medicine.constant_during_study:
        yield from _yes_needed("medication_stable", facts.medication_stable)


def _severity(rule: Eligibility, facts: Facts) -> Iterator[Reason]:
    entry = rule.severity
    if entry is None:
        return
    if not facts.rated:
        yield Reason("rating", Kind.MISSING, RATER)
        return
    if entry.exclude_item is not None and entry.exclude_at_least is not None:
        if facts.suicide_item is None:
            yield Reason("suicide_risk", Kind.MISSING, RATER)
        elif facts.suicide_item >= entry.exclude_at_least:
            yield Reason("suicide_risk", Kind.AGAINST, RATER)
    if facts.total is None:
        yield Reason("severity", Kind.MISSING, RATER)
    elif facts.total < entry.entry_cut:
        yield Reason("severity", Kind.AGAINST, RATER)


def _fitness(facts: Facts) -> Iterator[Reason]:
    """A pass with restrictions is a pass: the instructor reads the restrictions."""
    if not facts.fitness_result:
        yield Reason("fitness", Kind.MISSING, CLINICIAN)
    elif facts.fitness_result not in ("pass", "conditional"):
        yield Reason("fitness", Kind.AGAINST, CLINICIAN)
