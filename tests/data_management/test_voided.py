"""Voided answers and drafts given back, and what of them stands beside the groups' letters."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from assessments.models import ArmGuess, Response, Visit
from assessments.rater import selectors as rater_selectors
from assessments.rater import services as rater_services
from data_management.rules import Kind
from enrollment.models import Participant
from tests import cast
from tests.assessments import rated
from tests.data_management import study

pytestmark = pytest.mark.django_db


def test_what_was_voided_is_counted_without_the_words(voided, tmp_path):
    draft, answers = study.rows(study.exported(tmp_path), "voided_responses")
    assert (answers["visit"], answers["instrument"]) == ("week-6", "wellbeing")
    assert (answers["answers_version"], answers["submitted"], answers["answered"]) == (
        "1",
        "1",
        "3",
    )
    assert int(answers["study_day"]) == int(answers["submitted_day"]) + 2
    assert (draft["instrument"], draft["submitted"], draft["submitted_day"]) == ("hdrs17", "0", "")
    assert (draft["reading"], draft["answered"]) == ("first", "17")
    assert "reason" not in answers
    for _name, text in study.texts(tmp_path / "conduct-False"):
        assert "Wang" not in text
        assert "told the group" not in text
    scores = study.rows(tmp_path / "conduct-False", "scores", instrument="wellbeing")
    assert [row["answers_version"] for row in scores] == ["2"]


def test_the_study_team_reads_why(voided, tmp_path):
    draft, answers = study.rows(study.exported(tmp_path, identified=True), "voided_responses")
    assert (draft["reason"], answers["reason"]) == ("told the group", "'=Mr Wang filled it in")


def test_beside_the_letters_stands_what_was_sent_and_no_draft(voided, tmp_path):
    (only,) = study.rows(study.exported(tmp_path, Kind.BLINDED), "voided_responses")
    assert (only["instrument"], only["submitted"]) == ("wellbeing", "1")


@pytest.mark.parametrize(
    ("readings", "learnt_before"), [(0, 1), (1, 1), (2, 1), (2, 2)],
    ids=["nobody rates", "another rates", "two others rate", "the second is given back"],
)  # fmt: skip
def test_what_a_rater_learnt_or_believes_changes_no_byte_beside_the_letters(
    tmp_path, monkeypatch, readings, learnt_before
):
    """A draft that was begun and given back because the group slipped out, and a guess: whoever
    rates the visit then, and is read twice or corrects, rates it the same without them."""
    monkeypatch.setattr(rater_selectors, "doubled", lambda person, visit: readings == 2)
    person, told = cast.participant("same"), rated.rater("told")
    others = [rated.rater(name) for name in ("one", "other")[:readings]]
    Visit.objects.create(participant=person, code="week-6")

    def exported_of(name, *, learnt):
        with transaction.atomic():
            for reading, other in enumerate(others, start=1):
                if learnt and reading == learnt_before:
                    _learns(person, told)
                rated.signed(person, "week-6", by=other)
            if learnt and not others:
                _learns(person, told)
            study.export(tmp_path, Kind.BLINDED, name=name)
            transaction.set_rollback(True)
        return {file.name: file.read_bytes() for file in (tmp_path / name).glob("*.csv")}

    without, learnt = exported_of("without", learnt=False), exported_of("learnt", learnt=True)
    assert without == learnt
    assert "voided_responses.csv" in without
    compared = {row["reading"] for row in study.rows(tmp_path / "learnt", "double_ratings")}
    assert compared == ({"first", "second"} if readings == 2 else set())


def _learns(person, rater):
    rated.draft(person, "week-6", by=rater)
    rater_services.give_back(
        participant=person, visit="week-6", reason="told", revealed_how="at the door", by=rater,
        now=cast.NOW,
    )  # fmt: skip
    ArmGuess.objects.create(participant=person, visit="week-12", guess="exercise", by=rater)


def test_beside_the_letters_versions_count_what_was_sent(voided, tmp_path):
    """The rating after the draft given back is its first there, and the second where it is told."""
    other = rated.rater("after")
    rated.signed(voided, "week-6", by=other)
    for kind, rating in ((Kind.BLINDED, "1"), (Kind.CONDUCT, "2")):
        folder = study.exported(tmp_path, kind)
        for name in ("scores", "responses"):
            of_scale = {
                code: {row["answers_version"] for row in study.rows(folder, name, instrument=code)}
                for code in ("hdrs17", "wellbeing")
            }
            assert of_scale == {"hdrs17": {rating}, "wellbeing": {"2"}}, (kind, name)


@pytest.mark.parametrize(("kind", "days"), [(Kind.CONDUCT, 3), (Kind.BLINDED, 2)])
def test_the_data_reach_to_the_last_void_that_is_told(voided, tmp_path, kind, days):
    Participant.objects.update(created_at=cast.NOW)
    draft = Response.objects.get(instrument="hdrs17")
    draft.voided_at = draft.updated_at = cast.NOW + timedelta(days=3)
    draft.save()
    made = study.export(tmp_path, kind)
    through = (cast.NOW + timedelta(days=days)).isoformat()
    assert made.manifest["data_through"] == through
