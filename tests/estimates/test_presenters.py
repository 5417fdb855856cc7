"""What an estimate says, in whole sentences."""

from __future__ import annotations

import pytest

from estimates import presenters, wording
from estimates.models import Estimate, EstimatorVersion
from estimates.rules import Why

NUMBERS = {"found": 2, "needed": 5, "days": 14, "low": -1.25, "high": 6.04}


def estimate(change: float, *, origin: str = "study", **fields) -> Estimate:
    return Estimate(
        change=change, low=change - 1.5, high=change + 1.5, coverage=0.9,
        version=EstimatorVersion(data_origin=origin), **fields,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "origin", "expected"),
    [
        (
            1.26,
            "study",
            "Among people in the study before you, changes like yours were associated with a "
            "self-rated mood about 1.3 of 10 points higher than at the start.",
        ),
        (
            -0.44,
            "study",
            "Among people in the study before you, changes like yours were associated with a "
            "self-rated mood about 0.4 of 10 points lower than at the start.",
        ),
        (
            0.04,
            "simulated",
            "In simulated data, changes like yours were associated with a self-rated mood "
            "about as at the start.",
        ),
    ],
)
def test_text_by_direction_and_origin(change, origin, expected):
    assert presenters.text(estimate(change, origin=origin)) == expected


def test_range_sentence_names_the_coverage_and_both_ends():
    assert presenters.range_sentence(estimate(1.0)) == (
        "The range is wide: for about 90 % of similar past participants such a range held what "
        "they said. Here it goes from −0.5 to +2.5."
    )


@pytest.mark.parametrize(
    ("value", "shown"), [(1.25, "+1.2"), (-0.04, "0.0"), (0.05, "+0.1"), (-1.5, "−1.5"), (0, "0.0")]
)
def test_signed_rounds_and_has_a_real_minus(value, shown):
    assert presenters.signed(value) == shown


def test_decimal_rounds_and_does_not_cut():
    assert wording.decimal(0.7574, 2) == "0.76"


def test_range_bar_keeps_everything_inside_the_drawing():
    bar = presenters.range_bar(estimate(9.0))
    assert 8 <= bar["from"] < bar["at"] < bar["from"] + bar["width"] <= 312
    middle = presenters.range_bar(estimate(0.0))
    assert middle["at"] == 160


def test_dates_in_a_row_are_said_by_their_ends():
    days = ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-05", "2026-03-05"]
    assert presenters._dates(days) == "1 Mar–3 Mar, 5 Mar"


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("why", list(Why))
def test_every_reason_has_a_sentence_without_blame_or_promise(why, active):
    said = wording.sentence(why.value, NUMBERS, active=active)
    assert said.endswith(".")
    assert "%(" not in said
    for word in (
        "treat",
        "cure",
        "prove",
        "risk",
        "fail",
        "missed",
        "should",
        "must",
        "significant",
    ):
        assert word not in said.lower()


def test_only_those_who_exercise_are_told_how_to_add_heart_rates():
    told = wording.sentence("no_workouts", NUMBERS, active=True)
    others = wording.sentence("no_workouts", NUMBERS, active=False)
    assert "add both when you log" in told
    assert others.endswith("Please change nothing for it: your days are fine as they are.")
