"""Who takes part in the demo: the source paper's counts for 100, the nearest ones for others."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from exdep_site.demo.people import SMALLEST, Stage, cohort, quota

SEED = 20230101


@pytest.fixture(scope="module")
def hundred():
    return cohort(100, SEED)


def band(value, *edges):
    """The index of the first edge that `value` does not pass."""
    return next(i for i, edge in enumerate(edges) if value <= edge)


def test_cohort_of_100_has_25_of_each_sex_and_arm(hundred):
    cells = Counter((person.sex, person.arm) for person in hundred)
    assert cells == {
        ("female", "exercise"): 25,
        ("female", "control"): 25,
        ("male", "exercise"): 25,
        ("male", "control"): 25,
    }


def test_cohort_of_100_has_the_papers_ages(hundred):
    assert min(person.age for person in hundred) >= 18
    ages = Counter(band(person.age, 30, 40, 50, 60) for person in hundred)
    assert [ages[i] for i in range(4)] == [30, 35, 25, 10]


def test_cohort_of_100_has_the_papers_education(hundred):
    assert Counter(person.education for person in hundred) == {
        "high_school": 20, "college": 20, "undergraduate": 40, "graduate": 20,
    }  # fmt: skip


def test_cohort_of_100_has_the_papers_illness_duration(hundred):
    years = [person.illness_years for person in hundred]
    assert min(years) >= Decimal("0.8")
    edges = (Decimal("0.9"), Decimal("1.9"), 3, Decimal("4.2"))
    found = Counter(band(value, *edges) for value in years)
    assert [found[i] for i in range(4)] == [10, 25, 30, 35]


def test_cohort_of_100_has_the_papers_treatment_history(hundred):
    assert Counter(person.treatment for person in hundred) == {
        "medication": 40, "counselling": 30, "none": 30,
    }  # fmt: skip


def test_cohort_of_100_is_half_at_each_site(hundred):
    assert Counter(person.site for person in hundred) == {0: 50, 1: 50}


def test_cohort_of_100_has_finished_midway_and_left_in_both_arms(hundred):
    stages = Counter((person.arm, person.stage) for person in hundred)
    for arm in ("exercise", "control"):
        assert stages[arm, Stage.FINISHED] >= 30
        assert stages[arm, Stage.LEFT] == 5
        assert stages[arm, Stage.MIDWAY] >= 10
    weeks = {(person.day - 1) // 7 + 1 for person in hundred if person.stage is Stage.MIDWAY}
    assert len(weeks) >= 8


@pytest.mark.parametrize("size", [SMALLEST, 7, 12, 33, 250])
def test_cohort_of_another_size_keeps_the_nearest_shares(size):
    people = cohort(size, SEED)
    assert [person.number for person in people] == list(range(1, size + 1))
    for field, shares in (
        ("education", {"high_school": 0.2, "college": 0.2, "undergraduate": 0.4, "graduate": 0.2}),
        ("treatment", {"medication": 0.4, "counselling": 0.3, "none": 0.3}),
        ("sex", {"female": 0.5, "male": 0.5}),
    ):
        counts = Counter(getattr(person, field) for person in people)
        for value, share in shares.items():
            assert abs(counts[value] - size * share) < 1, (field, value)
    assert Counter(person.account for person in people)["participant"] == 1
    assert Counter(person.account for person in people)["control"] == 1


def test_cohort_below_the_smallest_is_refused():
    with pytest.raises(ValueError, match="at least 4"):
        cohort(SMALLEST - 1, SEED)


def test_cohort_demo_accounts_are_in_week_7_at_the_first_site(hundred):
    shown = {person.account: person for person in hundred if person.account}
    assert shown["participant"].arm == "exercise"
    assert shown["control"].arm == "control"
    for person in shown.values():
        assert 43 <= person.day <= 49
        assert person.site == 0
        assert person.left_on is None


def test_quota_rounds_by_largest_remainder():
    # 7 × (0.5, 0.3, 0.2) = 3.5, 2.1, 1.4: the one place left goes to 3.5.
    assert quota(7, {"a": 0.5, "b": 0.3, "c": 0.2}) == {"a": 4, "b": 2, "c": 1}
    assert quota(100, {"a": 0.3, "b": 0.35, "c": 0.25, "d": 0.1}) == {
        "a": 30, "b": 35, "c": 25, "d": 10,
    }  # fmt: skip
