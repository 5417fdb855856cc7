"""Rules about the stop list, readiness, the safety tiers and the crisis lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from protocol.questionnaire import Instrument
from protocol.rules.common import Problem, StudyRule, listed, twice
from protocol.study import Study

Instruments = Mapping[str, Instrument]
GENERAL_REGION = "INTL"
COUNTRIES = ("CN", "GB", "IE", "US")
PHONE = re.compile(r"\+?[0-9][0-9 -]{1,18}")


def stop_list_once(study: Study, _: Instruments) -> Iterator[Problem]:
    """No code of the stop list or of the readiness questions stands twice."""
    for code in twice(row.code for row in study.stop_list):
        yield f"stop_list[{code}].code", "stands there twice"
    for code in twice(row.code for row in study.readiness):
        yield f"readiness[{code}].code", "stands there twice"


def stop_list_red(study: Study, _: Instruments) -> Iterator[Problem]:
    """A study of exercise names what must stop a session at once."""
    if not any(row.severity == "red" for row in study.stop_list):
        yield "stop_list", "at least one symptom must be red"


def tiers_once(study: Study, _: Instruments) -> Iterator[Problem]:
    """Tiers have their own codes and ranks."""
    for code in twice(tier.code for tier in study.safety_tiers):
        yield f"safety_tiers[{code}].code", "stands there twice"
    for rank in twice(str(tier.rank) for tier in study.safety_tiers):
        yield "safety_tiers", f"rank {rank} stands there twice"


def tiers_some(study: Study, _: Instruments) -> Iterator[Problem]:
    """An alert needs a clock."""
    if not study.safety_tiers:
        yield "safety_tiers", "there must be at least one tier"


def tiers_times(study: Study, _: Instruments) -> Iterator[Problem]:
    """Each tier has times, in order: acknowledged, then passed on, then assessed."""
    for tier in study.safety_tiers:
        key = f"safety_tiers[{tier.code}]"
        if tier.acknowledge_minutes < 1:
            yield f"{key}.acknowledge_minutes", "must be 1 or more"
        if not tier.escalate_minutes:
            yield f"{key}.escalate_minutes", "must name at least one time"
        elif tier.escalate_minutes[0] < tier.acknowledge_minutes:
            yield f"{key}.escalate_minutes", "must not begin before acknowledge_minutes"
        if any(later <= earlier for earlier, later in pairwise(tier.escalate_minutes)):
            yield f"{key}.escalate_minutes", "must rise"
        if tier.assess_minutes < tier.acknowledge_minutes:
            yield f"{key}.assess_minutes", "must not be before acknowledge_minutes"


def tiers_faster_by_rank(study: Study, _: Instruments) -> Iterator[Problem]:
    """A higher rank is answered sooner."""
    for lower, higher in pairwise(sorted(study.safety_tiers, key=lambda tier: tier.rank)):
        if higher.acknowledge_minutes >= lower.acknowledge_minutes:
            rule = f"must be less than that of {lower.code}, which ranks lower"
            yield f"safety_tiers[{higher.code}].acknowledge_minutes", rule


def tiers_of_instruments(study: Study, instruments: Instruments) -> Iterator[Problem]:
    """Every alert of the instruments asked here has its tier here."""
    known = {tier.code for tier in study.safety_tiers}
    asked = {code for visit in study.visits for code in visit.instruments}
    for code in sorted(asked & instruments.keys()):
        for rule in instruments[code].alerts:
            if rule.tier not in known:
                fault = f"lacks the tier {rule.tier!r}, which item {rule.item} of {code} raises"
                yield "safety_tiers", fault


def worsening_known(study: Study, instruments: Instruments) -> Iterator[Problem]:
    """A limit is set for a total that a visit asks for, and says what calls for a review."""
    known = {tier.code for tier in study.safety_tiers}
    asked = {code for visit in study.visits for code in visit.instruments}
    for code in twice(rule.instrument for rule in study.worsening):
        yield f"worsening[{code}].instrument", "stands there twice"
    for rule in study.worsening:
        key = f"worsening[{rule.instrument}]"
        instrument = instruments.get(rule.instrument)
        if instrument is None or rule.instrument not in asked:
            yield f"{key}.instrument", "is asked at no visit"
        elif instrument.scoring.total_range is None:
            yield f"{key}.instrument", "has no total"
        if rule.points is None and rule.percent is None and rule.at_least is None:
            yield f"{key}.points", "give points, percent or at_least"
        if rule.tier not in known:
            yield f"{key}.tier", f"{rule.tier!r} is none of the safety tiers"


def keywords_of_tiers(study: Study, _: Instruments) -> Iterator[Problem]:
    """Words in a note have a tier of the study, and stand in both languages."""
    known = {tier.code for tier in study.safety_tiers}
    for number, row in enumerate(study.keywords, start=1):
        if row.tier not in known:
            yield f"keywords[{number}].tier", f"{row.tier!r} is none of the safety tiers"
        for language, words in (("en", row.en), ("zh", row.zh)):
            if not words:
                yield f"keywords[{number}].{language}", "must name at least one word"
    for word in twice(word for row in study.keywords for word in (*row.en, *row.zh)):
        yield "keywords", f"{word!r} stands there twice"


def crisis_regions(study: Study, _: Instruments) -> Iterator[Problem]:
    """Regions are countries or their parts (ISO 3166), and one is for everywhere else."""
    for region in study.crisis:
        if region != GENERAL_REGION and region.split("-")[0] not in COUNTRIES:
            known = listed((*COUNTRIES, GENERAL_REGION))
            yield f"crisis[{region}].region", f"unknown region; it begins with one of {known}"
    if GENERAL_REGION not in study.crisis:
        yield "crisis", f"there must be a region {GENERAL_REGION}, for everywhere else"


def crisis_parents(study: Study, _: Instruments) -> Iterator[Problem]:
    """A part of a country falls back to its country."""
    for region in study.crisis:
        country = region.split("-")[0]
        if country not in study.crisis:
            yield f"crisis[{region}].region", f"needs a region {country} to fall back to"


def crisis_lines(study: Study, _: Instruments) -> Iterator[Problem]:
    """Every region has a line, and every line a number that can be called."""
    for region, lines in study.crisis.items():
        if not lines:
            yield f"crisis[{region}].lines", "must name at least one line"
        for number, line in enumerate(lines, start=1):
            if not PHONE.fullmatch(line.phone):
                rule = f"{line.phone!r} is not a number: digits, spaces, hyphens, a leading +"
                yield f"crisis[{region}].lines[{number}].phone", rule
    if study.crisis_valid_days < 1:
        yield "crisis_valid_days", "must be 1 or more"


SAFETY_RULES: tuple[StudyRule, ...] = (
    stop_list_once,
    stop_list_red,
    tiers_some,
    tiers_once,
    tiers_times,
    tiers_faster_by_rank,
    tiers_of_instruments,
    worsening_known,
    keywords_of_tiers,
    crisis_regions,
    crisis_parents,
    crisis_lines,
)
