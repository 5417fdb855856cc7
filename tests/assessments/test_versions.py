"""Answers are read by the version of the instrument that they were given to, wherever they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

import protocol
from accounts.roles import Role
from assessments import desk, presenters, selectors
from assessments.models import RatingAgreement, Response, Visit
from assessments.rater import pairs, services
from assessments.rater import presenters as rater_words
from assessments.rater import selectors as rater_selectors
from assessments.services import void_answers
from assessments.services.keeping import report_scored
from assessments.watch import watch
from core.errors import Forbidden
from enrollment.models import BaselineRecord
from exdep_site.pages import offline
from safety import presenters as alert_words
from safety.models import SafetyAlert
from tests import cast, earlier
from tests.assessments import rated

pytestmark = pytest.mark.django_db

TITLE = ('title = { en = "Hamilton Depression', 'title = { en = "Old Hamilton Depression')
SUICIDE = ('en = "Wishes to be dead', 'en = "Said to wish to be dead')
# Item 16A is 3: "not assessed" by the version in force, no score by the earlier one.
WEIGHT_UNKNOWN = {**rated.A_ONLY, "16A": 3}


@pytest.fixture
def old(tmp_path):
    """HDRS-17 with an earlier version of another title, other words, and no code for weight."""
    changes = (TITLE, SUICIDE, *earlier.NO_CODE_FOR_WEIGHT)
    with earlier.in_force_before(tmp_path, "hdrs17", *changes) as version:
        yield version


def answered(person, visit, version, answers=WEIGHT_UNKNOWN, *, code="hdrs17", days=0, **fields):
    row, _new = Visit.objects.get_or_create(participant=person, code=visit)
    at = cast.NOW - timedelta(days=days)
    defaults = {"submitted_at": at, "updated_at": at, "answered_by": person.user}
    return Response.objects.create(
        visit=row, participant=person, instrument=code, instrument_version=version,
        answers=answers, **{**defaults, **fields},
    )  # fmt: skip


def test_words_are_those_of_the_version(old):
    response = answered(cast.participant(), "week-6", old, {**WEIGHT_UNKNOWN, "3": 2})
    assert presenters.sent_line(response)["title"].startswith("Old Hamilton")
    assert "Said to wish to be dead" in " ".join(line.answer for line in desk.answers(response))
    assert desk.score_line(response).startswith("no total")


def test_an_alert_keeps_the_words_that_were_chosen(old):
    person = cast.participant()
    response = answered(person, "week-6", old, {**WEIGHT_UNKNOWN, "3": 2})
    watch(response, response.questionnaire, ["3"], by=person.user)
    alert = SafetyAlert.objects.get()
    _item, chosen = alert_words.answer_chosen(alert, cast.staff(Role.CLINICIAN))
    assert chosen.startswith("Said to wish to be dead")


def test_an_alert_raised_before_versions_were_kept_is_still_read(old):
    person = cast.participant()
    response = answered(person, "week-6", old, {**WEIGHT_UNKNOWN, "3": 2})
    watch(response, response.questionnaire, ["3"], by=person.user)
    alert = SafetyAlert.objects.get()
    del alert.detail["version"]
    _item, chosen = alert_words.answer_chosen(alert, cast.staff(Role.CLINICIAN))
    assert chosen.startswith("Wishes to be dead")


@pytest.mark.parametrize(("version_then", "alerts"), [("old", 0), ("HAMD17-Guy1976", 1)])
def test_worse_than_the_baseline_as_its_own_version_scores_it(old, version_then, alerts):
    person = cast.participant()
    answered(person, "week-0", version_then, days=42)
    now = answered(person, "week-6", "HAMD17-Guy1976", dict.fromkeys(rated.A_ONLY, 2) | {"3": 0})
    watch(now, now.questionnaire, [], by=person.user)
    assert SafetyAlert.objects.filter(kind="worsening").count() == alerts


@pytest.mark.parametrize(("version_then", "alerts"), [("old", 0), ("HAMD17-Guy1976", 1)])
def test_a_total_of_another_range_is_no_baseline(tmp_path, version_then, alerts):
    """Then mood ended at 3: the points between a total of then and one of now are none's."""
    with earlier.in_force_before(tmp_path, "hdrs17", *earlier.ONE_POINT_LESS):
        person = cast.participant()
        answered(person, "week-0", version_then, rated.A_ONLY, days=42)
        now = answered(person, "week-6", "HAMD17-Guy1976", dict.fromkeys(rated.A_ONLY, 2))
        watch(now, now.questionnaire, [], by=person.user)
        assert SafetyAlert.objects.filter(kind="worsening").count() == alerts


@pytest.mark.parametrize(("version", "complete"), [("old", False), ("HAMD17-Guy1976", True)])
def test_a_baseline_is_whole_as_its_own_version_scores_it(old, version, complete):
    person = cast.participant(week=None)
    response = answered(person, "week-0", version)
    assert selectors.has_totals(person, ["hdrs17"]) is complete
    report_scored(response, "week-0", by=person.user, now=cast.NOW)
    assert BaselineRecord.objects.get(participant=person, part="rating").complete is complete


def test_an_answer_scored_over_another_range_is_not_known(tmp_path):
    """Before, mood was asked from 0 to 9: a 9 of then is not this 9."""
    now = protocol.instrument("wellbeing").version
    with earlier.in_force_before(tmp_path, "wellbeing", ("[0, 10]", "[0, 9]")) as old:
        person = cast.participant()
        answered(person, "week-0", old, {"mood": 9, "cognition": 4}, code="wellbeing", days=42)
        later = answered(person, "week-6", now, {"mood": 9, "cognition": 5}, code="wellbeing")
        assert selectors.previous_answer(later, "mood") is None
        assert selectors.previous_answer(later, "cognition") == 4


def test_a_phone_takes_along_the_questions_of_the_version_begun(tmp_path):
    """Then, the first question could raise an alert: it waits for the network."""
    alert = '\n[[alerts]]\nitem = "1"\nat_least = 3\ntier = "review"\n'
    with earlier.in_force_before(tmp_path, "phq9", ("[[alerts]]", f"{alert}\n[[alerts]]")) as old:
        person = cast.participant()
        answered(person, "week-6", old, {"2": 1}, code="phq9", submitted_at=None)
        with time_machine.travel(cast.NOW, tick=False):
            kept = offline.pages_to_keep(person)
    assert "/assessments/week-6/phq9/2/" in kept
    assert "/assessments/week-6/phq9/1/waits/" in kept
    assert "/assessments/week-6/phq9/1/" not in kept


@pytest.mark.parametrize("where", ["/assessments/", "/today/"])
def test_a_questionnaire_begun_is_offered_by_its_version(tmp_path, where):
    title = ('title = { en = "', 'title = { en = "Old ')
    with earlier.in_force_before(tmp_path, "phq9", title) as old:
        person = cast.participant()
        answered(person, "week-6", old, {"2": 1}, code="phq9", submitted_at=None)
        client = Client()
        client.force_login(person.user)
        with time_machine.travel(cast.NOW, tick=False):
            page = client.get(where).text
    now = str(protocol.instrument("phq9").title)
    assert f"Old {now}" in page
    assert page.count(now) == 1


@pytest.fixture
def doubled(monkeypatch):
    monkeypatch.setattr(rater_selectors, "doubled", lambda person, visit: True)
    return cast.participant(week=7), rated.rater("one"), rated.rater("other")


def begun_then(person, by, version):
    """A draft that was begun while `version` was in force."""
    response = rated.draft(person, "week-6", by=by)
    Response.objects.filter(pk=response.pk).update(instrument_version=version)


def test_a_draft_goes_on_by_its_version_and_the_second_reading_by_that_of_the_first(old, doubled):
    person, one, other = doubled
    begun_then(person, one, old)
    found = rater_selectors.rating(one, person, "week-6", cast.NOW)
    assert found.questionnaire.version == old
    first = rated.signed(person, "week-6", by=one)
    second = rated.signed(person, "week-6", by=other)
    assert (first.instrument_version, second.instrument_version) == (old, old)
    (table,) = pairs.agreement(RatingAgreement.objects.all())
    assert rater_words.agreement_table(table)["title"].endswith(f"· {old}")


def test_two_readings_are_compared_and_resolved_in_the_words_of_their_version(old, doubled):
    person, one, other = doubled
    begun_then(person, one, old)
    rated.signed(person, "week-6", by=one)
    rated.signed(person, "week-6", by=other, **{"3": 2, "1": 4, "2": 4})
    pair = RatingAgreement.objects.get()
    rows = {row["item"]: row for row in rater_words.pair_rows(pair, one)}
    assert "Said to wish to be dead" in rows["3. Suicide"]["other"]
    services.propose(
        pair=pair, scores={"1": 2, "2": 2, "3": 2}, words="heard it again", by=one, now=cast.NOW
    )
    pair.refresh_from_db()
    assert pair.consensus == {"1": 2, "2": 2, "3": 2}


def test_each_version_of_a_scale_has_its_own_agreement(old, doubled):
    _person, one, other = doubled
    people = [cast.participant(name, week=7) for name in ("then", "now")]
    begun_then(people[0], one, old)
    for person in people:
        rated.signed(person, "week-6", by=one)
        rated.signed(person, "week-6", by=other)
    found = pairs.agreement(RatingAgreement.objects.all())
    assert [table.scale.version for table in found] == ["HAMD17-Guy1976", old]
    assert [table.lines[0].pairs for table in found] == [1, 1]


def test_who_voids_is_judged_by_the_version_that_was_answered(tmp_path):
    """An instrument that raters scored then is corrected by its rater, whoever answers it now."""
    with earlier.in_force_before(
        tmp_path, "hdrs17-self", ('mode = "self"', 'mode = "rater"')
    ) as old:
        person = cast.participant()
        response = answered(person, "week-6", old, code="hdrs17-self")
        with pytest.raises(Forbidden):
            void_answers(
                response=response, reason="wrong", by=cast.staff(Role.COORDINATOR), now=cast.NOW
            )
