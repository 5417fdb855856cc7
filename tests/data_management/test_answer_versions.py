"""Items, values and codes of raters are those of the version answered."""

from __future__ import annotations

import pytest

from assessments.models import Response, Visit
from tests import cast, earlier
from tests.data_management import study

pytestmark = pytest.mark.django_db


def test_items_values_and_totals_are_those_of_the_version_answered(tmp_path):
    title = ('title = { en = "Hamilton', 'title = { en = "Old Hamilton')
    with earlier.in_force_before(
        tmp_path / "files", "hdrs17", title, ('{ en = "Depressed mood"', '{ en = "Low mood"'),
        *earlier.NO_CODE_FOR_WEIGHT,
    ) as old:  # fmt: skip
        person = study.small_study()["mover"]
        row = Response.objects.filter(participant=person, instrument="hdrs17")
        row.update(instrument_version=old, answers={**row.get().answers, "16A": 3})
        folder = study.exported(tmp_path, identified=True)
    of_mover = {"study_id": "EX-mover", "instrument": "hdrs17"}
    (score,) = study.rows(folder, "scores", **of_mover)
    assert (score["instrument_version"], score["total"], score["missing"]) == (old, "", "1")
    items = {row["item"]: row for row in study.rows(folder, "responses", **of_mover)}
    assert (items["1"]["item_label"], items["16A"]["state"]) == ("Low mood", "missing")
    (column,) = study.rows(folder, "codebook", table="responses", column="value")
    listed = dict(part.split(": ", 1) for part in column["values"].split(" | "))
    assert "3 = Not assessed" in listed["hdrs17@HAMD17-Guy1976/16A"]
    assert "Not assessed" not in listed[f"hdrs17@{old}/16A"]


def test_a_rating_that_was_scored_in_an_earlier_version_keeps_its_raters_code(tmp_path):
    """An instrument that participants answer now was a rater's then."""
    with earlier.in_force_before(
        tmp_path / "files", "hdrs17-self", ('mode = "self"', 'mode = "rater"')
    ) as old:
        people = study.small_study()
        visit = Visit.objects.get(participant=people["mover"], code="week-0")
        study.answered(
            people["mover"], visit, "hdrs17-self", {"1": 2}, instrument_version=old,
            answered_by=cast.user("rater-then"),
        )  # fmt: skip
        folder = study.exported(tmp_path)
    found = study.rows(folder, "responses", instrument="hdrs17-self")
    assert all(row["rater_code"] for row in found)
    assert found
