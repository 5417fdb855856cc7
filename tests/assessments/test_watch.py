"""Which answers and totals raise which alert, before allocation and after it."""

from __future__ import annotations

from datetime import timedelta

import pytest

import protocol
from accounts.roles import Role
from assessments.models import Response, Visit
from assessments.watch import watch
from safety.models import SafetyAlert
from safety.rules.worsening import is_worse
from tests import cast

Kind = SafetyAlert.Kind
STUDY = protocol.load("exdep12")
HDRS, PHQ = (next(r for r in STUDY.worsening if r.instrument == c) for c in ("hdrs17", "phq9"))


@pytest.fixture
def patient(db):
    return cast.participant()


def answered(patient, visit, code, answers, *, sent=True, days=0):
    """What a service does once it has kept answers."""
    row, _new = Visit.objects.get_or_create(participant=patient, code=visit)
    at = cast.NOW - timedelta(days=days)
    response = Response.objects.create(
        visit=row, participant=patient, instrument=code, answers=answers,
        instrument_version=protocol.instrument(code).version, answered_by=patient.user,
        submitted_at=at if sent else None, updated_at=at,
    )  # fmt: skip
    watch(response, protocol.instrument(code), list(answers), by=patient.user)
    return response


def total(points):
    """A whole HDRS-17 with this total and nothing in item 3."""
    left, answers = points, {}
    for item in protocol.instrument("hdrs17").items:
        if item.key in ("3", "16B"):
            continue
        answers[item.key] = min(left, item.range[1])
        left -= answers[item.key]
    return {**answers, "3": 0}


def phq(points, *, item_nine=0):
    answers = {str(n): 0 for n in range(1, 9)} | {"9": item_nine, "10": 0}
    for key in answers:
        if key not in ("9", "10"):
            answers[key] = min(3, points - sum(answers[str(n)] for n in range(1, 10)))
    return answers


def raised():
    return sorted(SafetyAlert.objects.values_list("kind", "tier"))


def test_before_allocation_the_lowest_tier_makes_one_review_of_eligibility(patient):
    answered(patient, "week-0", "hdrs17-self", {"3": 1}, sent=False)
    answered(patient, "week-0", "phq9", {"9": 1}, sent=False)
    answered(patient, "screening", "hdrs17", {"3": 1})
    assert raised() == [(Kind.ELIGIBILITY, "review")]


@pytest.mark.parametrize(("value", "tier"), [(2, "same_day"), (3, "immediate"), (4, "immediate")])
def test_before_allocation_a_higher_tier_alerts(patient, value, tier):
    answered(patient, "week-0", "hdrs17-self", {"3": value}, sent=False)
    assert raised() == [(Kind.RISK_ANSWER, tier)]


def test_before_allocation_a_rise_alerts(patient):
    answered(patient, "screening", "hdrs17", {"3": 0}, days=7)
    answered(patient, "week-0", "hdrs17", {"3": 1})
    assert raised() == [(Kind.RISK_ANSWER, "same_day")]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (None, 1, [(Kind.RISK_ANSWER, "review")]),
        (0, 1, [(Kind.RISK_ANSWER, "same_day")]),
        (1, 1, []),
        (2, 1, []),
        (2, 2, [(Kind.RISK_ANSWER, "same_day")]),
        (4, 3, [(Kind.RISK_ANSWER, "immediate")]),
    ],
)
def test_later_a_rise_or_a_higher_tier_alerts_and_danger_always(patient, before, now, expected):
    if before is not None:
        answered(patient, "week-0", "hdrs17-self", {"3": before}, days=42)
    known = set(SafetyAlert.objects.values_list("pk", flat=True))
    answered(patient, "week-6", "hdrs17-self", {"3": now}, sent=False)
    later = SafetyAlert.objects.exclude(pk__in=known)
    assert list(later.values_list("kind", "tier")) == expected


@pytest.mark.parametrize(
    ("rule", "now", "baseline", "worse"),
    [
        (HDRS, 25, 20, True),  # 5 points, 25 %
        (HDRS, 24, 20, False),  # 4 points, 20 %
        (HDRS, 15, 12, True),  # 3 points are 25 %
        (HDRS, 14, 12, False),
        (HDRS, 4, 0, False),  # of nothing there is no percent
        (HDRS, 5, 0, True),
        (HDRS, 52, None, False),  # nothing to compare with
        (HDRS, 10, 20, False),
        (PHQ, 20, None, True),
        (PHQ, 20, 27, True),
        (PHQ, 19, 0, False),
    ],
)
def test_worse_by_the_protocols_limits(rule, now, baseline, worse):
    assert (HDRS.points, HDRS.percent, PHQ.at_least) == (5, 25, 20)
    assert is_worse(rule, now, baseline) is worse


def test_a_total_beyond_the_limit_alerts_once_and_holds_no_number(patient):
    answered(patient, "week-0", "hdrs17", total(20), days=42)
    response = answered(patient, "week-6", "hdrs17", total(25))
    watch(response, protocol.instrument("hdrs17"), [], by=patient.user)
    alert = SafetyAlert.objects.get()
    assert (alert.kind, alert.tier) == (Kind.WORSENING, "review")
    assert alert.detail == {"instrument": "hdrs17", "visit": "week-6"}


def test_a_total_is_judged_when_it_is_sent_and_whole(patient):
    answered(patient, "week-6", "phq9", phq(24), sent=False)
    answered(patient, "week-12", "phq9", {**phq(24), "1": None})
    assert not SafetyAlert.objects.exists()
    answered(patient, "early-termination", "phq9", phq(24))
    assert raised() == [(Kind.WORSENING, "review")]


def test_before_allocation_a_high_total_is_part_of_the_one_review(patient):
    answered(patient, "week-0", "phq9", phq(22, item_nine=1))
    assert raised() == [(Kind.ELIGIBILITY, "review")]


def test_a_second_raters_total_raises_nothing(patient):
    answered(patient, "week-0", "hdrs17", total(20), days=42)
    response = answered(patient, "week-6", "hdrs17", total(20))
    response.reading, response.answers = 2, total(40)
    watch(response, protocol.instrument("hdrs17"), [], by=cast.staff(Role.RATER))
    assert not SafetyAlert.objects.exists()
