"""Guesses of the group, as a statistician reads them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assessments.models import ArmGuess
from assessments.rater import services as rater_services
from data_management.rules import Kind
from tests import cast
from tests.assessments import rated
from tests.data_management import study

pytestmark = pytest.mark.django_db


def test_guesses_say_who_guessed_what_and_whether_the_group_was_told(guessed, tmp_path):
    first, second = study.rows(study.exported(tmp_path), "arm_guesses")
    assert (first["visit"], first["guess"], first["group_revealed"]) == ("week-12", "exercise", "1")
    assert (second["guess"], second["group_revealed"]) == ("dont_know", "0")
    assert first["study_day"] == second["study_day"] == "80"
    assert first["rater_code"] != second["rater_code"]
    assert "date" not in first
    for _name, text in study.texts(tmp_path / "conduct-False"):
        assert "Wang" not in text


@pytest.mark.parametrize(("days_before", "revealed"), [(1, "1"), (-1, "0")])
def test_what_was_told_in_a_draft_given_back_counts_from_then_on(tmp_path, days_before, revealed):
    person, rater = cast.participant("guessed"), rated.rater()
    rated.draft(person, "week-6", by=rater)
    rater_services.give_back(
        participant=person, visit="week-6", reason="told", revealed_how="at the door", by=rater,
        now=cast.NOW,
    )  # fmt: skip
    ArmGuess.objects.create(
        participant=person, visit="week-12", guess="control", by=rater,
        at=cast.NOW + timedelta(days=days_before),
    )  # fmt: skip
    (guess,) = study.rows(study.exported(tmp_path), "arm_guesses")
    assert guess["group_revealed"] == revealed


def test_no_guess_is_beside_the_groups_letters(guessed, tmp_path):
    folder = study.exported(tmp_path, Kind.BLINDED)
    assert not (folder / "arm_guesses.csv").exists()
    assert (folder / "allocations.csv").exists()
    for name, text in study.texts(folder):
        if name != "codebook.csv":
            assert "dont_know" not in text, name
