"""What was told when an estimate was asked for, as an analyst reads it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from data_management.rules import Kind
from estimates.models import Estimate, EstimatorVersion
from tests import cast
from tests.data_management import study

pytestmark = pytest.mark.django_db

SHA = "ab" * 32
ANSWERED = {
    "status": "estimated", "change": 2.48, "low": 0.98, "high": 3.98, "coverage": 0.9,
    "hr_change_bpm": 24.0, "sleep_quality_change": 3.0, "model_sha256": SHA, "study_day": 44,
    "days": {"heart_rate": ["2026-03-05"], "nights": ["2026-03-14"]},
}  # fmt: skip
FEW = [
    {"code": "few_heart_rates", "found": 1, "needed": 3, "days": 14},
    {"code": "few_nights", "found": 4, "needed": 5, "days": 14},
]
NUMBERS = ("change", "low", "high", "coverage", "hr_change_bpm", "sleep_quality_change")


@pytest.fixture
def people():
    """`mover` asked twice, late in the evening and the next noon; `gone` asked and has left."""
    found = study.small_study()
    version = EstimatorVersion.objects.create(
        version="forward", sha256=SHA, data_origin="study", participants=40, card={}
    )
    # 23:30 of 17 March in Shanghai is still the 17th, and 15:30 of it in Greenwich.
    evening = datetime(2026, 3, 17, 15, 30, tzinfo=UTC)
    Estimate.objects.create(
        participant=found["mover"], made_at=cast.NOW, status="abstained", reasons=FEW, study_day=45
    )
    for person in (found["mover"], found["gone"]):
        Estimate.objects.create(participant=person, made_at=evening, version=version, **ANSWERED)
    return found


def rows(folder):
    return study.table(folder, "estimates").to_dict("records")


def test_an_answer_has_its_range_its_inputs_and_its_model(people, tmp_path):
    study.export(tmp_path)
    answered, _ = rows(tmp_path / "out")
    assert [answered[name] for name in NUMBERS] == ["2.48", "0.98", "3.98", "0.9", "24.0", "3.0"]
    assert (answered["status"], answered["reasons"]) == ("estimated", "")
    assert (answered["model_version"], answered["data_origin"]) == ("forward", "study")
    assert answered["model_sha256"] == SHA


def test_an_abstention_has_codes_and_no_numbers(people, tmp_path):
    study.export(tmp_path)
    _, abstained = rows(tmp_path / "out")
    assert (abstained["status"], abstained["reasons"]) == (
        "abstained",
        "few_heart_rates+few_nights",
    )
    told = [abstained[name] for name in (*NUMBERS, "model_version", "model_sha256", "data_origin")]
    assert set(told) == {""}


def test_days_are_study_days_of_the_participants_own_zone_and_dates_only_when_identified(
    people, tmp_path
):
    study.export(tmp_path, name="plain")
    study.export(tmp_path, identified=True, name="known")
    plain, known = rows(tmp_path / "plain"), rows(tmp_path / "known")
    # Day 1 is 2 February, week 7 began on 16 March.
    assert people["mover"].day_one == date(2026, 2, 2)
    assert [row["study_day"] for row in plain] == ["44", "45"]
    assert "date" not in plain[0]
    assert [(row["study_id"], row["date"]) for row in known] == [
        ("EX-mover", "2026-03-17"),
        ("EX-mover", "2026-03-18"),
    ]
    assert "2026-03-05" not in (tmp_path / "known" / "estimates.csv").read_text()


def test_a_blinded_export_has_no_estimates_and_tells_nothing_of_when_they_were_asked_for(
    people, tmp_path
):
    study.export(tmp_path, Kind.BLINDED, name="before")
    Estimate.objects.filter(participant=people["mover"]).update(
        made_at=cast.NOW + timedelta(days=3)
    )
    study.export(tmp_path, Kind.BLINDED, name="after")
    assert not (tmp_path / "before" / "estimates.csv").exists()
    tables = [
        {file.name: file.read_bytes() for file in (tmp_path / name).glob("*.csv")}
        for name in ("before", "after")
    ]
    assert tables[0] == tables[1]


def test_an_estimate_asked_for_last_is_within_what_the_data_speak_of(people, tmp_path):
    later = cast.NOW + timedelta(days=1)
    Estimate.objects.filter(status="abstained").update(made_at=later)
    made = study.export(tmp_path)
    assert made.manifest["data_through"] == later.isoformat()
