"""People whose visits two raters scored, who were guessed about, or whose answers were voided."""

from __future__ import annotations

from datetime import timedelta

import pytest

import protocol
from assessments.models import ArmGuess, Interview, Visit
from assessments.rater import selectors as rater_selectors
from assessments.rater import services as rater_services
from assessments.services import save_answers, void_answers
from tests import cast
from tests.assessments import rated
from tests.data_management import study

FEELINGS = dict.fromkeys(protocol.instrument("wellbeing").keys, 5)


@pytest.fixture
def raters(monkeypatch):
    """Two raters of one site, where every visit is scored twice."""
    monkeypatch.setattr(rater_selectors, "doubled", lambda person, visit: True)
    return rated.rater("one"), rated.rater("other")


@pytest.fixture
def people(raters):
    """Three in week 7 whose totals are alike, two points apart, and six apart."""
    found = [cast.participant(name) for name in ("alike", "near", "apart")]
    study.twice(found[0], raters)
    study.twice(found[1], raters, first={"1": 3}, second={"2": 3, "7": 3})
    study.twice(found[2], raters, first={"4": 0}, second={"1": 4, "2": 4, "4": 1, "16A": 3})
    return found


@pytest.fixture
def guessed():
    """Somebody whose week 12 was rated by two; one of them had been told the group at week 6."""
    person = cast.participant("guessed", week=12)
    one, other = rated.rater("told"), rated.rater("untold")
    visit = Visit.objects.create(participant=person, code="week-6", done_on=cast.NOW.date())
    told = study.answered(person, visit, "hdrs17", rated.A_ONLY, answered_by=one)
    Interview.objects.create(
        response=told, mode="video", informant="participant", group_revealed=True,
        revealed_how="spoke of Mr Wang's gym", signed_by=one, signed_name="one",
        signed_at=cast.NOW - timedelta(days=42), meaning="mine",
    )  # fmt: skip
    for rater, guess in ((one, "exercise"), (other, "dont_know")):
        ArmGuess.objects.create(
            participant=person, visit="week-12", guess=guess, by=rater, at=cast.NOW
        )
    return person, one, other


@pytest.fixture
def voided():
    """Answers taken out and given again, and a rating begun and given back."""
    person, rater = cast.participant("voided"), rated.rater("back")
    coordinator = cast.staff("coordinator", at=person.site)
    for times in (1, 2):
        row = save_answers(
            participant=person, visit="week-6", instrument="wellbeing",
            answers={**FEELINGS, "mood": None if times == 1 else 7}, complete=True,
            by=person.user, now=cast.NOW,
        )  # fmt: skip
        if times == 1:
            void_answers(
                response=row, reason="=Mr Wang filled it in", by=coordinator,
                now=cast.NOW + timedelta(days=2),
            )  # fmt: skip
    rated.draft(person, "week-6", by=rater)
    rater_services.give_back(
        participant=person, visit="week-6", reason="told the group", revealed_how="at the door",
        by=rater, now=cast.NOW + timedelta(days=1),
    )  # fmt: skip
    return person
