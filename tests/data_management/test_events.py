"""Adverse events as an analyst reads them, and as the person concerned does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data_management import own_copy
from safety.models import AdverseEvent
from tests import cast
from tests.data_management import study

pytestmark = pytest.mark.django_db


@pytest.fixture
def mover():
    mover = study.small_study()["mover"]
    one = mover.day_one
    event = {"participant": mover, "verbatim": "fell at Mr Wang's", "source": "scheduled"}
    AdverseEvent.objects.create(
        **event, started_on=one + timedelta(days=9), grade=2, term="Fall", state="assessed",
        serious=["hospitalisation", "other"], related_exercise="possible", outcome="recovered",
        aware_at=cast.NOW, reported_at=cast.NOW + timedelta(hours=25), narrative="Mr Wang called",
    )  # fmt: skip
    AdverseEvent.objects.create(**event, started_on=one + timedelta(days=10), state="draft")
    AdverseEvent.objects.create(**event, started_on=one, state="dismissed")
    return mover


def test_events_leave_without_words_and_without_those_that_were_none(mover, tmp_path):
    study.export(tmp_path)
    first, second = study.table(tmp_path / "out", "adverse_events").to_dict("records")
    assert (first["start_day"], first["source"], first["grade"]) == ("10", "scheduled", "2")
    assert (first["is_serious"], first["serious"]) == ("1", "hospitalisation other")
    assert (first["reported_late"], first["outcome"]) == ("1", "recovered")
    assert (second["state"], second["is_serious"], second["reported_late"]) == ("draft", "0", "")
    assert "Wang" not in (tmp_path / "out" / "adverse_events.csv").read_text()


def test_the_person_has_a_copy_of_what_they_told(mover):
    part = next(part for part in own_copy.parts(mover) if part.name == "health-events")
    assert len(part.rows) == 3
    assert part.rows[0]["verbatim"] == "fell at Mr Wang's"
    assert "narrative" not in part.rows[0]
