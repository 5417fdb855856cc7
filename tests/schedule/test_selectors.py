"""A participant's day, sessions and heart rates, read from rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from schedule import selectors
from schedule.models import FitnessAssessment
from tests import cast

NOW = cast.NOW


@pytest.fixture
def patient(db):
    return cast.participant()  # born 1990, study week 7, day 45, Asia/Shanghai


def test_study_day_is_counted_in_the_participants_own_zone(patient):
    assert (selectors.study_day(patient, NOW).day, selectors.study_day(patient, NOW).week) == (
        45,
        7,
    )
    late = datetime(2026, 3, 18, 16, 30, tzinfo=UTC)  # half past midnight in Shanghai
    assert selectors.study_day(patient, late).date == date(2026, 3, 19)
    assert selectors.study_day(patient, late).day == 46
    patient.zone = "America/New_York"
    assert selectors.study_day(patient, NOW).date == date(2026, 3, 18)
    assert selectors.study_day(patient, NOW - timedelta(hours=1)).date == date(2026, 3, 17)


def test_study_day_before_allocation_is_unknown(db):
    found = selectors.study_day(cast.participant(week=None), NOW)
    assert (found.date, found.day, found.week) == (date(2026, 3, 18), None, None)


def test_sessions_of_week_are_for_the_exercising_arm_only(patient):
    assert len(selectors.sessions_of_week(patient, 7)) == 5
    assert selectors.sessions_of_week(cast.participant("control", arm="control"), 7) == ()
    assert selectors.sessions_of_week(cast.participant("new", week=None), 7) == ()


@pytest.mark.parametrize("week", [None, -1, 0, 13])
def test_sessions_of_week_outside_the_programme_are_none(patient, week):
    assert selectors.sessions_of_week(patient, week) == ()


# --- heart rates


def test_heart_rates_without_an_assessment_are_unknown(patient):
    assert selectors.heart_rates(patient, date(2026, 3, 18)) is None


def test_heart_rates_by_tanaka_use_the_age_at_the_assessment(patient):
    cast.fitness(patient, resting=70, assessed_on=date(2020, 5, 1))  # aged 30
    found = selectors.heart_rates(patient, date(2026, 3, 18))
    assert (found.resting, found.maximum, found.guides) == (70, 187.0, True)


def test_heart_rates_are_those_of_the_newest_assessment_up_to_that_day(patient):
    cast.fitness(patient, resting=70, assessed_on=date(2026, 1, 10))
    cast.fitness(patient, resting=62, assessed_on=date(2026, 3, 1))
    seen = {day: selectors.heart_rates(patient, day) for day in (
        date(2026, 1, 9), date(2026, 1, 10), date(2026, 2, 28), date(2026, 3, 1),
    )}  # fmt: skip
    assert [found and found.resting for found in seen.values()] == [None, 70, 70, 62]


def test_heart_rates_of_two_assessments_on_one_day_are_the_later_ones(patient):
    cast.fitness(patient, resting=70)
    cast.fitness(patient, resting=64)
    assert selectors.heart_rates(patient, date(2026, 3, 18)).resting == 64


def test_heart_rates_measured_need_no_age(patient):
    patient.birth_year = None
    cast.fitness(patient, max_hr_source="measured", max_hr_measured_bpm=181)
    assert selectors.heart_rates(patient, date(2026, 3, 18)).maximum == 181


@pytest.mark.parametrize("formula", ["tanaka", "fox"])
def test_heart_rates_by_a_formula_without_an_age_are_unknown(patient, formula):
    patient.birth_year = None
    cast.fitness(patient, max_hr_source=formula)
    assert selectors.heart_rates(patient, date(2026, 3, 18)) is None


def test_heart_rates_under_rate_limiting_medicine_do_not_guide(patient):
    cast.fitness(patient, rate_limiting_drug=True)
    assert selectors.heart_rates(patient, date(2026, 3, 18)).guides is False


def test_measured_maximum_needs_its_number(patient):
    row = FitnessAssessment(
        participant=patient, assessed_on=date(2026, 1, 1), resting_hr_bpm=70,
        max_hr_source="measured", by=patient.user,
    )  # fmt: skip
    with pytest.raises(ValidationError, match="measured maximum"):
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
