"""The table of screenings: yes, no, and what was never known."""

from __future__ import annotations

import pytest

from data_management.rules import Kind
from tests import cast
from tests.data_management import study
from tests.enrollment import stage

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", list(Kind))
def test_screenings_tell_yes_no_and_not_known(tmp_path, kind):
    study.small_study()
    found, refused, begun = (stage.consented(name) for name in ("found", "refused", "begun"))
    stage.screened(found, decided_at=cast.NOW, decided_by=cast.investigator())
    stage.screened(
        refused, decided_at=cast.NOW, decided_by=cast.investigator(), fitness_result="fail",
        reasons=["fitness", "severity"],
    )  # fmt: skip
    stage.screened(begun, own_exclusions={"cancer": None}, clinical_exclusions={}, hdrs_total=None)
    study.export(tmp_path, kind=kind)
    rows = study.table(tmp_path / "out", "screenings").to_dict("records")
    by_outcome = {row["eligible"]: row for row in rows}
    assert set(by_outcome) == {"1", "0", ""}
    assert by_outcome["0"]["reasons"] == "fitness severity"
    assert (by_outcome["1"]["reasons"], by_outcome["1"]["own_cancer"]) == ("", "0")
    assert (by_outcome["1"]["hdrs_total"], by_outcome["1"]["systolic_mmhg"]) == ("22", "118")
    open_one = by_outcome[""]
    assert (open_one["own_cancer"], open_one["clinical_cancer"]) == ("", "")
    assert open_one["hdrs_total"] == ""
    for secret in ("teacher", "Dr Wu", "SCID"):
        assert secret not in str(rows)
