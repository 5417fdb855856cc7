"""Every stored field is exported, coarsened or withheld with a reason; none slips through."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from data_management import codebook
from data_management.codebook import WITHHELD

ROOMS = ("enrollment", "schedule", "safety", "logging_app", "assessments", "estimates")
TYPES = {"text", "integer", "number", "boolean", "time", "date"}


def stored() -> set[str]:
    own = [
        model
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        if not hasattr(model, "history_object")
    ]
    return codebook.all_fields(own)


def told() -> set[str]:
    return {field for t in codebook.tables() for c in t.columns for field in c.fields}


def test_every_field_is_classified():
    assert stored() - told() - set(WITHHELD) == set()


def test_no_field_is_both_told_and_withheld():
    assert told() & set(WITHHELD) == set()


def test_nothing_is_classified_that_does_not_exist():
    assert (told() | set(WITHHELD)) - stored() == set()


def test_a_new_field_fails(monkeypatch):
    model = apps.get_model("logging_app", "Workout")
    field = models.TextField(name="diary")
    field.set_attributes_from_name("diary")
    monkeypatch.setattr(
        model._meta, "concrete_fields", (*model._meta.concrete_fields, field), raising=False
    )
    assert stored() - told() - set(WITHHELD) == {"logging_app.Workout.diary"}


def test_free_text_and_identity_are_withheld():
    for name in (
        "enrollment.Participant.user", "enrollment.Withdrawal.reason", "logging_app.Workout.notes",
        "logging_app.Workout.void_reason",
    ):  # fmt: skip
        assert WITHHELD[name]


def test_coarsened_text_is_never_told_as_it_is():
    typed = {"logging_app.StrengthSet.exercise", "logging_app.StrengthSet.band_level",
             "assessments.Visit.missed_reason", "enrollment.Participant.birth_year"}  # fmt: skip
    exact = {
        field
        for t in codebook.tables()
        for c in t.columns
        if not c.coarse and not c.identified
        for field in c.fields
    }
    assert typed & exact == set()


def test_every_column_has_a_label_a_type_and_a_source():
    for table in codebook.tables():
        names = [column.name for column in table.columns]
        assert names[0] == "study_id"
        assert len(names) == len(set(names))
        for column in table.columns:
            assert column.label, (table.name, column.name)
            assert column.source, (table.name, column.name)
            assert column.type in TYPES


def test_ranges_are_the_fields_own():
    columns = {(t.name, c.name): c for t in codebook.tables() for c in t.columns}
    assert columns["workouts", "duration_min"].range == "1–240"
    assert columns["workouts", "feeling"].range == "-5–5"
    assert columns["sleep_nights", "quality"].range == "0–10"
    assert "female = female" in columns["participants", "sex"].values
