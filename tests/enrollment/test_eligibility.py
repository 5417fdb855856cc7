"""Who may take part: every reason, nothing forgotten, and no eligible person with one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import protocol
from enrollment.models import BaselineRecord
from enrollment.rules.eligibility import Facts, Kind, Outcome, judge
from enrollment.screening.presenters import missing_words, reason_words
from tests.enrollment.stage import no_exclusions

RULE = protocol.load("exdep12").eligibility
GOOD = Facts(
    today=date(2026, 3, 18), own_sent=True, birth_year=1990, in_age_range=True, treatment="none",
    own=no_exclusions("participant"), diagnosis_confirmed=True,
    clinical=no_exclusions("clinician"), medication_stable=True, fitness_result="pass",
    rated=True, total=17, suicide_item=0,
)  # fmt: skip


def found(**changes):
    verdict = judge(RULE, replace(GOOD, **changes))
    return verdict.outcome.value, [f"{r.kind}:{r.code}" for r in verdict.reasons]


def test_everything_known_and_nothing_against_is_eligible():
    assert found() == ("eligible", [])


def test_nothing_known_names_everything_that_is_missing():
    outcome, reasons = judge(RULE, Facts(today=GOOD.today)).outcome, found_codes(Facts(GOOD.today))
    assert outcome == "missing"
    assert {"own_half", "diagnosis", "medication_stable", "rating", "fitness"} <= reasons
    assert {f"exclusion:{row.code}" for row in RULE.exclusions} <= reasons


def found_codes(facts):
    return {reason.code for reason in judge(RULE, facts).reasons}


# Born in 2008 one is 17 or 18 in 2026; in 1965, 60 or 61.
@pytest.mark.parametrize(
    ("year", "answer", "expected"),
    [
        (2008, True, ("eligible", [])),
        (2008, False, ("not_eligible", ["against:age"])),
        (1965, True, ("eligible", [])),
        (1965, False, ("not_eligible", ["against:age"])),
        (2007, False, ("missing", ["ask:age_contradiction"])),
        (2009, True, ("missing", ["ask:age_contradiction"])),
        (2009, False, ("not_eligible", ["against:age"])),
        (1964, True, ("missing", ["ask:age_contradiction"])),
        (1966, False, ("missing", ["ask:age_contradiction"])),
        (1990, None, ("missing", ["missing:age"])),
        (None, True, ("missing", ["missing:age"])),
    ],
)
def test_age_is_settled_by_the_answer_beside_the_year(year, answer, expected):
    assert found(birth_year=year, in_age_range=answer) == expected


@pytest.mark.parametrize("code", [row.code for row in RULE.exclusions])
def test_each_exclusion_excludes(code):
    clinical = {**GOOD.clinical, code: True}
    assert found(clinical=clinical) == ("not_eligible", [f"against:exclusion:{code}"])


@pytest.mark.parametrize("code", list(GOOD.own))
def test_what_the_participant_says_excludes_as_well(code):
    assert found(own={**GOOD.own, code: True})[0] == "not_eligible"


def test_a_clinicians_no_settles_i_am_not_sure():
    assert found(own={**GOOD.own, "heart_disease": None}) == ("eligible", [])
    unknown = {**GOOD.clinical, "heart_disease": None}
    assert found(clinical=unknown) == ("missing", ["missing:exclusion:heart_disease"])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"total": 16}, ("not_eligible", ["against:severity"])),
        ({"total": 17}, ("eligible", [])),
        ({"total": None}, ("missing", ["missing:severity"])),
        ({"suicide_item": 2}, ("eligible", [])),
        ({"suicide_item": 3}, ("not_eligible", ["against:suicide_risk"])),
        ({"suicide_item": None}, ("missing", ["missing:suicide_risk"])),
        ({"rated": False}, ("missing", ["missing:rating"])),
        ({"fitness_result": "conditional"}, ("eligible", [])),
        ({"fitness_result": "fail"}, ("not_eligible", ["against:fitness"])),
        ({"fitness_result": ""}, ("missing", ["missing:fitness"])),
        ({"diagnosis_confirmed": False}, ("not_eligible", ["against:diagnosis"])),
        ({"medication_stable": False}, ("not_eligible", ["against:medication_stable"])),
        ({"medication_stable": None}, ("missing", ["missing:medication_stable"])),
        ({"total": 9, "fitness_result": "fail", "medication_stable": None},
         ("not_eligible", ["missing:medication_stable", "against:severity", "against:fitness"])),
    ],
)  # fmt: skip
def test_each_finding_of_the_clinician_and_the_rater(changes, expected):
    assert found(**changes) == expected


def test_a_study_without_medicine_excludes_those_who_take_some():
    rule = replace(RULE, medication=replace(RULE.medication, allowed=False))
    facts = replace(GOOD, treatment="medication")
    assert [r.code for r in judge(rule, facts).reasons] == ["medication"]


def test_another_study_asks_only_what_its_file_has():
    rule = protocol.load("short6").eligibility
    facts = replace(GOOD, own={"heart_disease": False}, clinical={"heart_disease": False})
    verdict = judge(rule, replace(facts, rated=False, total=None, medication_stable=None))
    assert verdict.outcome is Outcome.ELIGIBLE


MAYBE = st.sampled_from([True, False, None])
CODES = [row.code for row in RULE.exclusions]
FACTS = st.builds(
    Facts,
    today=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    own_sent=st.booleans(),
    birth_year=st.none() | st.integers(1930, 2015),
    in_age_range=MAYBE,
    treatment=st.sampled_from(["", "none", "medication"]),
    own=st.dictionaries(st.sampled_from(CODES), MAYBE),
    diagnosis_confirmed=MAYBE,
    clinical=st.dictionaries(st.sampled_from(CODES), MAYBE),
    medication_stable=MAYBE,
    fitness_result=st.sampled_from(["", "pass", "conditional", "fail"]),
    rated=st.booleans(),
    total=st.none() | st.integers(0, 52),
    suicide_item=st.none() | st.integers(0, 4),
)


@given(facts=FACTS)
def test_the_outcome_follows_from_the_reasons(facts):
    verdict = judge(RULE, facts)
    kinds = {reason.kind for reason in verdict.reasons}
    assert (verdict.outcome is Outcome.ELIGIBLE) == (not kinds)
    assert (verdict.outcome is Outcome.NOT_ELIGIBLE) == (Kind.AGAINST in kinds)
    codes = [reason.code for reason in verdict.reasons]
    assert len(codes) == len(set(codes))


@given(facts=FACTS)
def test_nobody_is_eligible_with_anything_open_or_against(facts):
    if judge(RULE, facts).outcome is not Outcome.ELIGIBLE:
        return
    assert facts.own_sent
    assert facts.in_age_range
    assert facts.diagnosis_confirmed
    assert facts.medication_stable
    assert facts.fitness_result in ("pass", "conditional")
    assert facts.total >= 17
    assert facts.suicide_item < 3
    assert all(facts.clinical[code] is False for code in CODES)
    assert True not in facts.own.values()


@given(facts=FACTS, code=st.sampled_from(CODES))
def test_one_more_yes_never_makes_anyone_eligible(facts, code):
    worse = replace(facts, clinical={**facts.clinical, code: True})
    assert judge(RULE, worse).outcome is Outcome.NOT_ELIGIBLE


@given(facts=FACTS)
def test_every_reason_has_its_words_and_none_tells_the_cut(facts):
    for reason in judge(RULE, facts).reasons:
        words = reason_words(reason)
        assert words
        assert words != reason.code
        assert "17" not in words


def test_everything_that_can_be_missing_has_its_words():
    codes = ("consent", "countersignature", "eligibility", "baseline_lock", "list", "place")
    assert all(
        missing_words((*codes, *(f"baseline:{part}" for part in BaselineRecord.Part.values)))
    )
