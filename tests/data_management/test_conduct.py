"""Medicine, contacts and deviations as an analyst reads them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from enrollment.models import Contact, Deviation, Medication
from tests import cast
from tests.data_management import study

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    found = study.small_study()
    mover = found["mover"]
    one = mover.day_one
    Medication.objects.create(
        participant=mover, substance="Sertraline", dose="50 mg", started_on=one - timedelta(days=1),
        ended_on=one + timedelta(days=9),
    )  # fmt: skip
    Medication.objects.create(participant=mover, substance="Sertraline", dose="75 mg")
    Deviation.objects.create(
        participant=mover, category="medication", occurred_on=one + timedelta(days=9),
        found_on=one + timedelta(days=11), what="her doctor Wang raised it", noted_by=mover.user,
    )  # fmt: skip
    Deviation.objects.create(
        category="other", occurred_on=date(2026, 3, 1), found_on=date(2026, 3, 1), what="power cut"
    )
    Contact.objects.create(
        participant=mover, at=cast.NOW, channel="phone", minutes=12, note="asked for Wang",
        by=mover.user,
    )  # fmt: skip
    study.export(tmp_path)
    return tmp_path / "out"


def rows(folder, name):
    return study.table(folder, name).to_dict("records")


def test_medications_have_study_days_and_no_date(folder):
    first, second = rows(folder, "medications")
    assert (first["substance"], first["dose"]) == ("Sertraline", "50 mg")
    assert (first["start_day"], first["end_day"]) == ("-1", "10")
    assert (second["start_day"], second["end_day"]) == ("", "")
    assert "start_date" not in first


def test_deviations_leave_without_words_and_without_the_studys_own(folder):
    (row,) = rows(folder, "deviations")
    assert (row["category"], row["major"], row["study_day"]) == ("medication", "0", "10")
    assert (row["found_day"], row["reported_day"]) == ("12", "")
    assert "Wang" not in (folder / "deviations.csv").read_text()


def test_contacts_have_minutes_and_no_note(folder):
    (row,) = rows(folder, "contacts")
    assert (row["channel"], row["minutes"], row["reached"]) == ("phone", "12", "1")
    assert "Wang" not in (folder / "contacts.csv").read_text()
