"""Answers whose instrument's version has lost its file stop the site before it is served."""

from __future__ import annotations

from assessments import desk
from assessments.checks import check_versions
from assessments.models import Response
from core import readiness
from tests import cast


def answered(version: str) -> Response:
    person = cast.participant()
    return Response.objects.create(
        visit=person.visits.create(code="week-6"), participant=person, instrument="wellbeing",
        instrument_version=version, answers={"mood": 5},
    )  # fmt: skip


def test_answers_to_a_version_with_its_file_are_well(db):
    answered("wellbeing-1")
    assert check_versions(databases=["default"]) == []


def test_answers_to_a_version_without_a_file_name_it_and_where_it_belongs(db):
    answered("wellbeing-0")
    (found,) = check_versions(databases=["default"])
    assert "wellbeing 'wellbeing-0'" in found.msg
    assert "earlier/wellbeing@wellbeing-0.toml" in (found.hint or "")
    assert [line for line in readiness.problems() if "assessments.E001" in line]


def test_no_database_is_looked_into_unasked(db):
    answered("wellbeing-0")
    assert check_versions() == []


def test_answers_are_told_by_their_own_version(db, monkeypatch):
    asked = []
    monkeypatch.setattr(desk.protocol, "instrument", lambda *names: asked.append(names))
    assert answered("wellbeing-1").questionnaire is None
    assert asked == [("wellbeing", "wellbeing-1")]
