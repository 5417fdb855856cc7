"""Rules about arms, strata and who may take part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from protocol.questionnaire import Instrument
from protocol.rules.common import Problem, StudyRule, listed, twice
from protocol.study import Study

Instruments = Mapping[str, Instrument]


def arms_at_least_two(study: Study, _: Instruments) -> Iterator[Problem]:
    """A comparison needs two arms."""
    if len(study.arms) < 2:
        yield "arms", "there must be at least two arms"


def arms_once(study: Study, _: Instruments) -> Iterator[Problem]:
    """No arm's code stands twice."""
    for code in twice(arm.code for arm in study.arms):
        yield f"arms[{code}].code", "stands there twice"


def arms_ratio(study: Study, _: Instruments) -> Iterator[Problem]:
    """Every arm gets someone."""
    for arm in study.arms:
        if arm.ratio <= 0:
            yield f"arms[{arm.code}].ratio", "must be 1 or more"


def arms_one_exercises(study: Study, _: Instruments) -> Iterator[Problem]:
    """The study is about exercise."""
    if not any(arm.exercises for arm in study.arms):
        yield "arms", "at least one arm must have exercises = true"


def size_positive(study: Study, _: Instruments) -> Iterator[Problem]:
    """A study has people and weeks."""
    for key, value in (("weeks", study.weeks), ("target_size", study.target_size)):
        if value <= 0:
            yield key, "must be 1 or more"
    if study.retention_years is not None and study.retention_years <= 0:
        yield "retention_years", "must be 1 or more"


def size_fits_ratio(study: Study, _: Instruments) -> Iterator[Problem]:
    """The target size divides by the sum of the ratios, so that the ratio can be met."""
    whole = sum(arm.ratio for arm in study.arms)
    if whole > 0 and study.target_size % whole:
        yield "target_size", f"must be a multiple of {whole}, the sum of the arms' ratios"


def strata_known(study: Study, _: Instruments) -> Iterator[Problem]:
    """Only factors that are asked at enrollment can stratify."""
    for factor in study.strata.factors if study.strata else ():
        if factor not in ("sex", "site"):
            yield "strata.factors", f"{factor!r} is not one of sex, site"


def strata_caps(study: Study, _: Instruments) -> Iterator[Problem]:
    """The strata's places are positive and add up to the target size."""
    if study.strata is None or not study.strata.caps:
        return
    for stratum, places in study.strata.caps.items():
        if places <= 0:
            yield f"strata.caps.{stratum}", "must be 1 or more"
    total = sum(study.strata.caps.values())
    if total != study.target_size:
        yield "strata.caps", f"add up to {total}, not to target_size = {study.target_size}"


def age_adult(study: Study, _: Instruments) -> Iterator[Problem]:
    """Consent is an adult's own."""
    low, high = study.eligibility.age
    if low < 18 or high > 120:
        yield "eligibility.age", "must lie within [18, 120]"


def exclusions_once(study: Study, _: Instruments) -> Iterator[Problem]:
    """No exclusion's code stands twice."""
    for code in twice(row.code for row in study.eligibility.exclusions):
        yield f"eligibility.exclusions[{code}].code", "stands there twice"


def severity_known(study: Study, instruments: Instruments) -> Iterator[Problem]:
    """The entry cut names an instrument, a scheme of it, and where a band begins."""
    rule = study.eligibility.severity
    if rule is None:
        return
    key = "eligibility.severity"
    instrument = instruments.get(rule.instrument)
    if instrument is None:
        known = listed(instruments)
        yield f"{key}.instrument", f"no instrument {rule.instrument!r}; there are {known}"
        return
    schemes = {scheme.scheme: scheme for scheme in instrument.schemes}
    if rule.scheme not in schemes:
        yield f"{key}.scheme", f"{rule.instrument} has no {rule.scheme!r} but {listed(schemes)}"
        return
    starts = [band.range[0] for band in schemes[rule.scheme].bands]
    if rule.entry_cut not in starts:
        begins = ", ".join(map(str, starts))
        yield f"{key}.entry_cut", f"must be where a band of {rule.scheme} begins: {begins}"


def severity_item_known(study: Study, instruments: Instruments) -> Iterator[Problem]:
    """The item that excludes is one of the instrument's, with a score that it can have."""
    rule = study.eligibility.severity
    if rule is None or rule.instrument not in instruments:
        return
    key = "eligibility.severity"
    if (rule.exclude_item is None) != (rule.exclude_at_least is None):
        yield f"{key}.exclude_item", "exclude_item and exclude_at_least stand together"
        return
    if rule.exclude_item is None or rule.exclude_at_least is None:
        return
    items = {item.key: item for item in instruments[rule.instrument].items}
    if rule.exclude_item not in items:
        yield f"{key}.exclude_item", f"{rule.instrument} has no item {rule.exclude_item!r}"
    elif not items[rule.exclude_item].is_scored(rule.exclude_at_least):
        yield f"{key}.exclude_at_least", "is outside the item's range"


PEOPLE_RULES: tuple[StudyRule, ...] = (
    arms_at_least_two,
    arms_once,
    arms_ratio,
    arms_one_exercises,
    size_positive,
    size_fits_ratio,
    strata_known,
    strata_caps,
    age_adult,
    exclusions_once,
    severity_known,
    severity_item_known,
)
