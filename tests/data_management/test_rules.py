"""What an export may carry, and the names in it."""

from __future__ import annotations

import pytest

from data_management import codebook, rules
from data_management.rules import Kind

KEY, OTHER = b"k" * 32, b"o" * 32

# The lists of CONTRACT, "Export", for the tables whose rooms exist. Fitness assessments are
# reckoned for those who are asked to exercise, so that they tell the arm as well.
CONDUCT = {
    "participants", "screenings", "consents", "fitness_assessments", "prescriptions", "sessions",
    "workouts",
    "weeks",
    "strength_sets", "sleep_nights", "check_ins", "visits", "responses", "scores", "estimates",
    "withdrawals", "medications", "deviations", "contacts", "adverse_events",
    "voided_responses", "double_ratings", "arm_guesses",
}  # fmt: skip
BLINDED = {
    "participants", "screenings", "consents", "allocations", "sleep_nights", "visits",
    "responses", "scores",
    "withdrawals", "medications", "voided_responses", "double_ratings",
}  # fmt: skip
NEVER_WITH_ALLOCATIONS = {
    "prescriptions", "sessions", "workouts", "weeks", "strength_sets", "check_ins", "estimates",
    "adverse_events", "deviations", "contacts", "fitness_assessments", "arm_guesses",
}  # fmt: skip


def shown(kind: Kind) -> set[str]:
    return {t.name for t in codebook.tables() if t.shown(kind, identified=False)}


def test_the_tables_of_each_kind_are_pinned():
    assert shown(Kind.CONDUCT) == CONDUCT
    assert shown(Kind.BLINDED) == BLINDED


def test_what_tells_the_arm_is_pinned():
    assert rules.TELLS_THE_ARM == NEVER_WITH_ALLOCATIONS
    assert frozenset({"allocations"}) == rules.NAMES_THE_ARM


def test_who_stopped_exercise_is_not_in_a_blinded_export():
    withdrawals = next(t for t in codebook.tables() if t.name == "withdrawals")
    names = {c.name for c in withdrawals.shown(Kind.BLINDED, identified=False)}
    assert names == {"study_id", "study_day", "stop_contact", "stop_data_use"}


def test_dates_stand_in_identified_exports_only():
    dated = {(t.name, c.name) for t in codebook.tables() for c in t.columns if c.type == "date"}
    plain = {
        (t.name, c.name)
        for t in codebook.tables()
        for kind in Kind
        for c in t.shown(kind, identified=False)
    }
    assert dated
    assert not dated & plain


def test_a_pseudonym_is_stable_and_differs_between_kinds_and_keys():
    first = rules.pseudonym(KEY, Kind.CONDUCT, "EX-001")
    assert first == rules.pseudonym(KEY, Kind.CONDUCT, "EX-001")
    others = {
        rules.pseudonym(KEY, Kind.BLINDED, "EX-001"),
        rules.pseudonym(OTHER, Kind.CONDUCT, "EX-001"),
        rules.pseudonym(KEY, Kind.CONDUCT, "EX-002"),
    }
    assert len(others) == 3
    assert first not in others
    assert "EX" not in first[:2]


def test_the_letters_of_the_arms_depend_on_the_key_alone():
    keys = [bytes([number]) * 32 for number in range(40)]
    dealt = {rules.arm_letters(key, ["exercise", "control"])["exercise"] for key in keys}
    assert dealt == {"A", "B"}
    assert rules.arm_letters(KEY, ["exercise", "control"]) == rules.arm_letters(
        KEY, ["control", "exercise"]
    )


@pytest.mark.parametrize(
    ("kind", "identified", "file_format", "refused"),
    [
        (Kind.CONDUCT, True, "csv", False),
        (Kind.BLINDED, False, "csv", False),
        (Kind.BLINDED, True, "csv", True),
        (Kind.CONDUCT, False, "sav", True),
    ],
)
def test_what_stands_against_an_export(kind, identified, file_format, refused):
    problem = rules.why_not(kind, identified=identified, file_format=file_format)
    assert bool(problem) == refused
    assert problem is None or "\n" not in problem
