"""Rows as an analyst reads them, on a study small enough to reckon by hand."""

from __future__ import annotations

import pytest

from data_management.rules import Kind
from tests.data_management import study

pytestmark = pytest.mark.django_db


@pytest.fixture
def conduct(tmp_path):
    people = study.small_study()
    study.export(tmp_path, identified=True)
    return people, tmp_path / "out"


def rows(folder, name, study_id=None):
    found = study.table(folder, name).to_dict("records")
    return [row for row in found if study_id is None or row["study_id"] == study_id]


def test_sleep_is_reckoned_as_the_contract_says(conduct):
    (night,) = rows(conduct[1], "sleep_nights")
    assert float(night["time_in_bed_min"]) == 510
    assert float(night["total_sleep_min"]) == 375
    assert float(night["sleep_efficiency_percent"]) == 73.5
    assert float(night["sleep_efficiency_attempt_percent"]) == 78.1
    assert (night["in_bed_at"], night["study_day"], night["late_entry"]) == ("22:30", "1", "0")


def test_a_workout_has_its_day_week_session_and_share_of_the_reserve(conduct):
    first, second, third = rows(conduct[1], "workouts", "EX-mover")
    # Karvonen: (130 − 70) / (190 − 70) = 50 %, (160 − 70) / 120 = 75 %
    assert (first["hr_reserve_percent_mean"], first["hr_reserve_percent_max"]) == ("50.0", "75.0")
    assert (first["study_day"], first["study_week"], first["started_time"]) == ("1", "1", "18:30")
    assert (first["session_key"], third["session_key"]) == ("w01-aerobic-1", "")
    assert (second["study_day"], third["study_week"]) == ("7", "2")
    assert (first["symptoms"], second["symptoms"], third["symptoms"]) == ("none", "dizziness", "")
    assert first["tracker_fields"] == "notes+steps"


def test_a_week_sums_minutes_energy_load_and_attendance(conduct):
    weeks = rows(conduct[1], "weeks", "EX-mover")
    first, second = weeks[0], weeks[1]
    assert (first["workouts"], first["minutes"]) == ("2", "70")
    assert (first["load"], first["workouts_with_effort"]) == ("240", "2")  # 4 × 30 + 3 × 40
    # 120 on two days of seven: mean 34.286, standard deviation 58.554.
    assert (first["monotony"], first["strain"]) == ("0.586", "140.5")
    assert (first["energy_kcal"], first["workouts_with_energy"]) == ("200.5", "1")
    assert (first["sessions_asked"], first["sessions_done"], first["attendance"]) == (
        "5",
        "2",
        "0.4",
    )
    assert (second["minutes"], second["load"], second["energy_kcal"]) == ("20", "", "")
    assert (second["monotony"], second["strain"]) == ("", "")


def test_only_weeks_reached_are_told_and_the_running_one_has_no_attendance(conduct):
    weeks = rows(conduct[1], "weeks", "EX-mover")
    assert [week["study_week"] for week in weeks] == [str(n) for n in range(1, 8)]
    assert [week["complete"] for week in weeks] == ["1"] * 6 + ["0"]
    assert weeks[6]["attendance"] == ""


def test_the_control_arm_is_asked_for_nothing(conduct):
    assert rows(conduct[1], "sessions", "EX-usual") == []
    week = rows(conduct[1], "weeks", "EX-usual")[0]
    assert (week["sessions_asked"], week["attendance"], week["minutes"]) == ("0", "", "0")


def test_sessions_hold_what_was_planned_and_what_was_done(conduct):
    sessions = {row["session_key"]: row for row in rows(conduct[1], "sessions", "EX-mover")}
    assert len(sessions) == 35
    done = sessions["w01-aerobic-1"]
    assert (done["minutes_low"], done["hrr_percent_high"], done["done"]) == ("30", "45", "1")
    assert done["duration_min"] == "30"
    missed = sessions["w01-aerobic-2"]
    assert (missed["done"], missed["workout_id"], missed["duration_min"]) == ("0", "", "")


def test_a_workout_taken_back_is_left_out(conduct):
    assert len(rows(conduct[1], "workouts", "EX-mover")) == 3


def test_scores_and_items(conduct):
    scores = {row["instrument"]: row for row in rows(conduct[1], "scores", "EX-mover")}
    assert (scores["hdrs17"]["total"], scores["hdrs17"]["answered"]) == ("52", "17")
    assert (scores["wellbeing"]["total"], scores["wellbeing"]["submitted"]) == ("", "0")
    items = {
        (row["instrument"], row["item"]): row for row in rows(conduct[1], "responses", "EX-mover")
    }
    assert items["hdrs17", "16B"]["state"] == "skipped"
    assert (items["hdrs17", "3"]["value"], items["hdrs17", "3"]["standard_code"]) == (
        "4",
        "HAMD103",
    )
    states = [items["wellbeing", key]["state"] for key in ("mood", "cognition", "sleep_quality")]
    assert states == ["answered", "declined", "missing"]
    assert items["wellbeing", "cognition"]["value"] == ""


def test_visits_say_whether_they_were_in_the_window(conduct):
    visits = {row["visit"]: row for row in rows(conduct[1], "visits", "EX-mover")}
    assert (visits["week-0"]["in_window"], visits["week-0"]["study_day"]) == ("1", "1")
    assert (visits["week-6"]["missed"], visits["week-6"]["in_window"]) == ("1", "")


def test_who_stopped_the_use_of_data_is_only_in_the_flow(conduct):
    _, folder = conduct
    (person,) = rows(folder, "participants", "EX-gone")
    assert (person["state"], person["sex"], person["age_years"]) == ("allocated", "", "")
    assert len(rows(folder, "withdrawals", "EX-gone")) == 1
    assert len(rows(folder, "consents", "EX-gone")) == 1
    for name in ("workouts", "weeks", "sessions", "sleep_nights", "visits", "responses", "scores"):
        assert rows(folder, name, "EX-gone") == [], name


def test_age_is_told_in_years_and_birth_year_not_at_all(conduct):
    (person,) = rows(conduct[1], "participants", "EX-mover")
    assert person["age_years"] == "40"  # 2026 − 1986
    assert "birth_year" not in person


def test_someone_not_allocated_has_no_study_days(conduct):
    (person,) = rows(conduct[1], "participants", "EX-new")
    assert (person["allocated"], person["day_one"]) == ("0", "")


def test_typed_words_are_no_formulas_for_a_spreadsheet(tmp_path):
    people = study.small_study()
    people["mover"].strength_sets.update(exercise="=HYPERLINK(1)", band_level="")
    study.export(tmp_path, identified=True)
    (line,) = rows(tmp_path / "out", "strength_sets")
    assert (line["exercise"], line["band_level"], line["band_level_code"]) == (
        "'=HYPERLINK(1)", "", "",
    )  # fmt: skip
    assert line["equipment"] == "elastic_bands"


def test_a_blinded_export_names_groups_by_letter_only(tmp_path):
    study.small_study()
    study.export(tmp_path, Kind.BLINDED)
    arms = study.table(tmp_path / "out", "allocations")
    assert sorted(arms["arm"]) in (["A", "A", "B"], ["A", "B", "B"])
    for name, text in study.texts(tmp_path / "out"):
        if name != "manifest.json":
            assert "exercise" not in text.replace("exercise_code", ""), name
            assert "control" not in text, name
