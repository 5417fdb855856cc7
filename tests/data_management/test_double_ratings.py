"""Double ratings, as a statistician reads them."""

from __future__ import annotations

from datetime import timedelta

import pytest

import protocol
from assessments.agreement import intraclass, kappa_of
from assessments.models import RatingAgreement, Response
from assessments.rater import pairs
from assessments.rater import selectors as rater_selectors
from assessments.rater import services as rater_services
from data_management.rules import Kind
from enrollment.models import Withdrawal
from tests import cast
from tests.assessments import rated
from tests.data_management import study

pytestmark = pytest.mark.django_db


def test_agreement_is_reckoned_again_from_the_table_alone(people, tmp_path):
    """The same coefficients as the site's page, item by item: nothing that they need is missing."""
    (expected,) = pairs.agreement(RatingAgreement.objects.all())
    table = study.table(study.exported(tmp_path), "double_ratings")
    scored = table[table["state"] == "answered"].astype({"value": int})
    seen = {}
    for key in scored["item"].unique():
        wide = scored[scored["item"] == key].pivot(
            index=["study_id", "visit"], columns="reading", values="value"
        )
        both = wide[["first", "second"]].dropna().astype(int).values.tolist()
        seen["" if key == "total" else key] = sorted(map(tuple, both))
    assert seen[""] == [(15, 21), (16, 16), (18, 20)]
    for line in expected.lines:
        found = seen.get(line.key, [])
        span = expected.scale.item(line.key).range if line.key else (0, 52)
        assert len(found) == line.pairs, line.key
        assert kappa_of(found, *span) == pytest.approx(line.kappa), line.key
        assert {kind: one.value for kind, one in intraclass(found).items()} == {
            kind: pytest.approx(one.value) for kind, one in line.icc.items()
        }, line.key


def test_a_pair_has_every_item_of_both_and_its_total(people, raters, tmp_path):
    folder = study.exported(tmp_path, identified=True)
    found = study.rows(folder, "double_ratings", study_id="EX-apart")
    keys = [*protocol.instrument("hdrs17").keys, "total"]
    assert [(row["reading"], row["item"]) for row in found] == [
        (reading, key) for reading in ("first", "second") for key in keys
    ]
    first, second = (
        {r["item"]: r for r in found if r["reading"] == n} for n in ("first", "second")
    )
    assert (first["1"]["value"], second["1"]["value"]) == ("1", "4")
    assert (second["16A"]["state"], second["16B"]["state"]) == ("not_assessed", "skipped")
    assert (first["total"]["value"], second["total"]["value"]) == ("15", "21")
    assert {row["discrepant"] for row in found} == {"1"}
    assert {row["of_record"] for row in first.values()} == {"1"}
    assert {row["of_record"] for row in second.values()} == {"0"}
    assert {row["rater_code"] for row in found} == {
        first["1"]["rater_code"], second["1"]["rater_code"],
    }  # fmt: skip
    assert len({row["rater_code"] for row in found}) == 2
    near = study.rows(folder, "double_ratings", study_id="EX-near", item="total")
    assert {row["discrepant"] for row in near} == {"0"}


def test_the_code_of_a_rater_is_that_of_the_other_tables(people, tmp_path):
    folder = study.exported(tmp_path, identified=True)
    (first,) = study.rows(
        folder, "double_ratings", study_id="EX-near", reading="first", item="total"
    )
    (score,) = study.rows(folder, "responses", study_id="EX-near", visit="week-6", item="1")
    assert first["rater_code"] == score["rater_code"] != ""
    assert "one" not in first["rater_code"]


def test_what_two_raters_agreed_on_stands_beside_both_once_it_is_confirmed(
    people, raters, tmp_path
):
    one, other = raters
    pair = RatingAgreement.objects.get(visit__participant=people[2])
    pair = rater_services.propose(
        pair=pair, scores={"1": 3, "2": 2, "4": 1, "16A": 1}, words="heard Mr Wang again", by=one,
        now=cast.NOW,
    )  # fmt: skip
    assert study.rows(study.exported(tmp_path), "double_ratings", reading="consensus") == []
    rater_services.confirm(
        pair=pair, shown=rater_selectors.rules.proposal_key(pair.consensus, pair.words), by=other,
        now=cast.NOW + timedelta(days=1),
    )  # fmt: skip
    folder = study.exported(tmp_path, Kind.BLINDED)
    found = {row["item"]: row for row in study.rows(folder, "double_ratings", reading="consensus")}
    assert [found[key]["value"] for key in ("1", "2", "3", "16A", "total")] == [
        "3", "2", "0", "1", "19",
    ]  # fmt: skip
    assert (found["total"]["of_record"], found["total"]["rater_code"]) == ("0", "")
    day = int(study.rows(folder, "double_ratings", item="total", reading="first")[0]["signed_day"])
    assert found["total"]["signed_day"] == str(day + 1)
    assert "Wang" not in (folder / "double_ratings.csv").read_text()


def test_a_later_correction_is_of_record_and_the_pair_stays_as_it_was_compared(raters, tmp_path):
    person = cast.participant("later")
    study.twice(person, raters)
    rater_services.begin_correction(
        participant=person, visit="week-6", reason="a slip", by=raters[0], now=cast.NOW
    )
    rated.signed(person, "week-6", by=raters[0], **{"1": 4})
    folder = study.exported(tmp_path)
    (first,) = study.rows(folder, "double_ratings", reading="first", item="total")
    assert (first["value"], first["answers_version"], first["of_record"]) == ("16", "1", "0")
    (score,) = study.rows(folder, "scores", instrument="hdrs17", visit="week-6")
    assert (score["total"], score["answers_version"]) == ("19", "2")


def test_pairs_of_whom_stopped_the_use_of_data_and_of_voided_ratings_are_left_out(people, tmp_path):
    Withdrawal.objects.create(participant=people[0], at=cast.NOW, stop_data_use=True)
    Response.objects.filter(participant=people[1], reading=2).update(
        voided_at=cast.NOW, void_reason="by mistake", voided_by=people[1].user
    )
    found = study.rows(study.exported(tmp_path, identified=True), "double_ratings")
    assert {row["study_id"] for row in found} == {"EX-apart"}
