"""Extra visits, the sleep-free total, and answers that do not count, as an export tells them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assessments.models import Response, Visit
from enrollment.models import Participant
from tests import cast
from tests.data_management import study

pytestmark = pytest.mark.django_db


@pytest.fixture
def mover() -> Participant:
    return study.small_study()["mover"]


def rows(tmp_path, name) -> list[dict[str, str]]:
    study.export(tmp_path, identified=True)
    found = study.table(tmp_path / "out", name).to_dict("records")
    return [row for row in found if row["study_id"] == "EX-mover"]


@pytest.mark.parametrize(("done_after", "inside"), [(0, "1"), (13, "1"), (14, "0")])
def test_an_extra_visit_has_the_window_that_opened_with_it(mover, tmp_path, done_after, inside):
    opened = mover.day_one + timedelta(days=9)
    Visit.objects.create(
        participant=mover, code="unscheduled-1", opened_on=opened,
        done_on=opened + timedelta(days=done_after),
    )  # fmt: skip
    (visit,) = [row for row in rows(tmp_path, "visits") if row["visit"] == "unscheduled-1"]
    assert (visit["opened_day"], visit["in_window"]) == ("10", inside)


def test_the_sleep_free_total_stands_beside_the_total(mover, tmp_path):
    scores = {row["instrument"]: row for row in rows(tmp_path, "scores")}
    assert (scores["hdrs17"]["total"], scores["hdrs17"]["total_without_sleep"]) == ("52", "46")
    assert scores["wellbeing"]["total_without_sleep"] == ""


@pytest.mark.parametrize("fields", [
    {"reading": 2}, {"superseded_at": cast.NOW},
    {"voided_at": cast.NOW, "void_reason": "VOID-MARKER"},
])  # fmt: skip
def test_what_does_not_stand_is_in_no_table(mover, tmp_path, fields):
    first = Response.objects.get(participant=mover, instrument="hdrs17")
    voided = {"voided_by": first.answered_by} if "voided_at" in fields else {}
    study.answered(
        mover, first.visit, "hdrs17", dict.fromkeys(first.answers, 0), version=7, **fields, **voided
    )
    scores = [row for row in rows(tmp_path, "scores") if row["instrument"] == "hdrs17"]
    assert [(row["total"], row["answers_version"]) for row in scores] == [("52", "1")]
    items = study.table(tmp_path / "out", "responses")
    assert set(items[items["instrument"] == "hdrs17"]["answers_version"]) == {"1"}
