"""Rules about visits, windows, the diary, outcomes, check-ins and estimates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from protocol.questionnaire import Instrument
from protocol.rules.common import Problem, StudyRule, listed, spoken, twice
from protocol.study import Outcome, Study

Instruments = Mapping[str, Instrument]
GRACE_DAYS = 14
DIARY_RANGE = (0, 10)


def visits_once(study: Study, _: Instruments) -> Iterator[Problem]:
    """No visit's code stands twice."""
    for code in twice(visit.code for visit in study.visits):
        yield f"visits[{code}].code", "stands there twice"


def visits_named(study: Study, _: Instruments) -> Iterator[Problem]:
    """The codes are those of addresses and exports, and week-N is in week N."""
    for visit in study.visits:
        key = f"visits[{visit.code}]"
        match = re.fullmatch(r"week-(\d+)", visit.code)
        if visit.code != "screening" and match is None:
            yield f"{key}.code", "must be screening or week-N"
        elif match is not None and int(match.group(1)) != visit.week:
            yield f"{key}.week", f"must be {int(match.group(1))}, as the code says"


def visits_target(study: Study, _: Instruments) -> Iterator[Problem]:
    """The target day is in the window, and after week 0 it is the week's last day."""
    for visit in study.visits:
        key = f"visits[{visit.code}]"
        if not visit.window[0] <= visit.target_day <= visit.window[1]:
            yield f"{key}.target_day", f"is outside the window {spoken(visit.window)}"
        elif visit.week > 0 and visit.target_day != visit.week * 7:
            yield f"{key}.target_day", f"must be {visit.week * 7}, the last day of the week"


def visits_no_day_zero(study: Study, _: Instruments) -> Iterator[Problem]:
    """Day 1 is the day of allocation and day −1 the day before: there is no day 0."""
    for visit in study.visits:
        for name, day in (
            ("target_day", visit.target_day),
            ("window", visit.window[0]),
            ("window", visit.window[1]),
        ):
            if day == 0:
                yield f"visits[{visit.code}].{name}", "there is no day 0"


def visits_before_allocation(study: Study, _: Instruments) -> Iterator[Problem]:
    """A visit before allocation ends on day 1 at the latest, any other begins after it."""
    for visit in study.visits:
        key = f"visits[{visit.code}].window"
        if visit.before_allocation and visit.window[1] > 1:
            yield key, "must end on day 1 at the latest: the visit is before allocation"
        if not visit.before_allocation and visit.window[0] <= 1:
            yield key, "must begin after day 1: the visit is after allocation"


def visits_baseline(study: Study, _: Instruments) -> Iterator[Problem]:
    """There is a baseline before allocation."""
    baseline = next((v for v in study.visits if v.code == "week-0"), None)
    if baseline is None:
        yield "visits", "there must be a visit week-0"
    elif not (baseline.before_allocation and baseline.enabled):
        yield "visits[week-0].before_allocation", "must be true, and the visit enabled"


def visits_in_order(study: Study, _: Instruments) -> Iterator[Problem]:
    """The visits stand in the order of their target days."""
    for earlier, later in pairwise(study.visits):
        if later.target_day <= earlier.target_day:
            rule = f"is not after {earlier.code}'s day {earlier.target_day}"
            yield f"visits[{later.code}].target_day", rule


def visits_apart(study: Study, _: Instruments) -> Iterator[Problem]:
    """Windows after allocation do not overlap (before it, one day may serve two visits)."""
    after = [visit for visit in study.visits if not visit.before_allocation]
    for earlier, later in pairwise(after):
        if later.window[0] <= earlier.window[1]:
            rule = f"overlaps the window of {earlier.code}, {spoken(earlier.window)}"
            yield f"visits[{later.code}].window", rule


def visits_within_study(study: Study, _: Instruments) -> Iterator[Problem]:
    """Only an optional visit (a follow-up) lies beyond the programme."""
    for visit in study.visits:
        if visit.optional:
            continue
        if visit.week > study.weeks or visit.window[1] > study.days + GRACE_DAYS:
            rule = f"exceeds the study's {study.weeks} weeks by more than {GRACE_DAYS} days"
            yield f"visits[{visit.code}].window", rule
        if not visit.enabled:
            yield f"visits[{visit.code}].enabled", "only an optional visit can be off"


def visits_instruments(study: Study, instruments: Instruments) -> Iterator[Problem]:
    """A visit asks instruments that there are."""
    for visit in study.visits:
        for code in visit.instruments:
            if code not in instruments:
                known = listed(instruments)
                rule = f"no instrument {code!r}; there are {known}"
                yield f"visits[{visit.code}].instruments", rule


def extra_visits_possible(study: Study, instruments: Instruments) -> Iterator[Problem]:
    """A visit that no calendar plans stands once, asks what there is, and stays open a while."""
    for code in twice(visit.code for visit in study.extra_visits):
        yield f"extra_visits[{code}].code", "stands there twice"
    for visit in study.extra_visits:
        key = f"extra_visits[{visit.code}]"
        if visit.days_open < 1:
            yield f"{key}.days_open", "must be 1 or more"
        for code in visit.instruments:
            if code not in instruments:
                known = listed(instruments)
                yield f"{key}.instruments", f"no instrument {code!r}; there are {known}"


def rating_possible(study: Study, _: Instruments) -> Iterator[Problem]:
    """A share lies between none and all, and the arm is guessed at visits that there are."""
    rule = study.rating
    if rule is None:
        return
    if not 0 <= rule.double_share <= 1:
        yield "rating.double_share", "must lie from 0 to 1"
    if rule.discrepancy_points < 1:
        yield "rating.discrepancy_points", "must be 1 or more"
    after = [visit.code for visit in study.visits if not visit.before_allocation]
    for code in rule.guess_at:
        if code not in after:
            rule_broken = f"no visit {code!r} after allocation; there are {listed(after)}"
            yield "rating.guess_at", rule_broken


def diary_possible(study: Study, _: Instruments) -> Iterator[Problem]:
    """The diary's visits exist, and its least nights are among those asked."""
    if study.diary is None:
        return
    known = {visit.code for visit in study.visits}
    for code in study.diary.visits:
        if code not in known:
            yield "diary.visits", f"no visit {code!r}; there are {listed(known)}"
    if not 1 <= study.diary.nights_at_least <= study.diary.nights_before:
        yield "diary.nights_at_least", "must be from 1 to nights_before"


def outcomes_once(study: Study, _: Instruments) -> Iterator[Problem]:
    """No outcome's code stands twice, and one of them is primary."""
    for code in twice(outcome.code for outcome in study.outcomes):
        yield f"outcomes[{code}].code", "stands there twice"
    if sum(outcome.primary for outcome in study.outcomes) != 1:
        yield "outcomes", "exactly one outcome must have primary = true"


def outcomes_known(study: Study, instruments: Instruments) -> Iterator[Problem]:
    """An outcome names what its source needs, and its range is the source's."""
    for outcome in study.outcomes:
        faults = (
            _diary_faults(outcome, study)
            if outcome.source == "diary"
            else _instrument_faults(outcome, study, instruments)
        )
        for name, rule in faults:
            yield f"outcomes[{outcome.code}].{name}", rule


def _diary_faults(outcome: Outcome, study: Study) -> Iterator[Problem]:
    if study.diary is None:
        yield "source", "the study has no diary"
    elif outcome.range != DIARY_RANGE:
        yield "range", f"must be {spoken(DIARY_RANGE)}, as the diary's quality has it"


def _instrument_faults(
    outcome: Outcome, study: Study, instruments: Instruments
) -> Iterator[Problem]:
    instrument = instruments.get(outcome.instrument or "")
    if instrument is None:
        yield "instrument", f"no instrument {outcome.instrument!r}; there are {listed(instruments)}"
        return
    if not any(instrument.code in visit.instruments for visit in study.visits):
        yield "instrument", f"no visit asks {instrument.code}"
    source = instrument.scoring.total_range
    if outcome.source == "item":
        source = next((i.range for i in instrument.items if i.key == outcome.item), None)
        if source is None:
            yield "item", f"{instrument.code} has no item {outcome.item!r}"
            return
    if source != outcome.range:
        found = spoken(source) if source else "no total"
        yield "range", f"is not that of {instrument.code}, which has {found}"


def outcome_primary_rated(study: Study, instruments: Instruments) -> Iterator[Problem]:
    """A self-report is never the primary outcome in place of the rater's scale."""
    for outcome in study.outcomes:
        instrument = instruments.get(outcome.instrument or "")
        if outcome.primary and instrument is not None and not instrument.validated:
            key = f"outcomes[{outcome.code}].instrument"
            yield key, f"{instrument.code} is not validated and cannot be primary"


def check_ins_possible(study: Study, _: Instruments) -> Iterator[Problem]:
    """A check-in comes at least once in the study."""
    every = study.check_in_every_weeks
    if every is not None and not 1 <= every <= study.weeks:
        yield "check_in_every_weeks", f"must be from 1 to {study.weeks}"


def estimates_possible(study: Study, _: Instruments) -> Iterator[Problem]:
    """The least amounts fit into their windows."""
    rule = study.estimates
    if rule is None:
        return
    if rule.window_days < 1:
        yield "estimates.window_days", "must be 1 or more"
    if rule.hr_pairs_at_least < 1:
        yield "estimates.hr_pairs_at_least", "must be 1 or more"
    if not 1 <= rule.nights_at_least <= rule.window_days:
        yield "estimates.nights_at_least", "must be from 1 to window_days"
    if not 1 <= rule.baseline_nights_at_least <= rule.baseline_nights:
        yield "estimates.baseline_nights_at_least", "must be from 1 to baseline_nights"
    if not 0 < rule.coverage < 1:
        yield "estimates.coverage", "must lie between 0 and 1"
    if rule.training_participants_at_least < 1:
        yield "estimates.training_participants_at_least", "must be 1 or more"


VISIT_RULES: tuple[StudyRule, ...] = (
    visits_once,
    visits_named,
    visits_no_day_zero,
    visits_target,
    visits_baseline,
    visits_before_allocation,
    visits_in_order,
    visits_apart,
    visits_within_study,
    visits_instruments,
    extra_visits_possible,
    rating_possible,
    diary_possible,
    outcomes_once,
    outcomes_known,
    outcome_primary_rated,
    check_ins_possible,
    estimates_possible,
)
