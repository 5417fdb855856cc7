"""The rater's scores: drafts, the signature, corrections, by trained raters of the site."""

from __future__ import annotations

import json
from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from accounts.models import AuditEvent
from accounts.roles import Role
from assessments.models import Interview, Response
from assessments.rater import rules, selectors, services
from core.errors import (
    ConsentPending,
    EditConflict,
    Forbidden,
    Locked,
    NotFound,
    NotOpen,
    Withdrawn,
)
from enrollment.models import BaselineRecord, Screening
from safety.models import SafetyAlert
from tests import cast
from tests.assessments.rated import A_ONLY, SCORES, draft, later, rater, signed, train
from tests.enrollment import stage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(selectors, "doubled", lambda person, visit: False)
    with time_machine.travel(cast.NOW, tick=False):
        yield


def test_rating_of_the_first_visit_goes_to_the_screening_as_total_and_item():
    person = stage.consented()
    response = signed(person, by=rater())
    assert response.submitted_at == cast.NOW
    row = Screening.objects.get(participant=person)
    assert (row.hdrs_total, row.hdrs_suicide_item) == (16, 0)
    assert not BaselineRecord.objects.exists()
    assert person.visits.get(code="screening").done_on == cast.NOW.date()
    event = AuditEvent.objects.get(action="assessment.rated")
    assert "16" not in event.changes


def test_a_draft_tells_nobody_anything_yet():
    person = stage.consented()
    draft(person, by=rater())
    assert not Screening.objects.exists()
    assert person.visits.get(code="screening").done_on is None
    assert Response.objects.get().submitted_at is None


def test_rating_of_the_starting_visit_is_part_of_the_baseline():
    person = stage.consented()
    signed(person, "week-0", by=rater())
    row = BaselineRecord.objects.get(participant=person)
    assert (row.part, row.complete) == ("rating", True)
    assert not Screening.objects.exists()


def test_rating_with_an_item_that_could_not_be_rated_has_no_total():
    person = stage.consented()
    signed(person, "week-0", by=rater(), **{"8": None})
    assert BaselineRecord.objects.get(participant=person).complete is False


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"1": 5}, "answers.1"),
        ({"4": 3}, "answers.4"),
        ({"2": "1"}, "answers.2"),
        ({"2": True}, "answers.2"),
        ({"18": 1}, "answers.18"),
    ],
)
def test_an_illegal_score_is_not_even_a_draft(change, named):
    with pytest.raises(ValidationError) as error:
        draft(stage.consented(), by=rater(), **change)
    assert list(error.value.message_dict) == [named]
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        ({key: 1 for key in A_ONLY if key != "5"}, "answers.5"),
        ({key: 1 for key in A_ONLY if key != "16A"}, "answers.16A"),
        (SCORES, "answers.16A"),
    ],
)
def test_the_signature_asks_for_every_item_and_one_of_16(answers, named):
    person = stage.consented()
    with pytest.raises(ValidationError) as error:
        signed(person, by=rater(), answers=answers, **{"3": 0})
    assert list(error.value.message_dict) == [named]
    assert Response.objects.get().submitted_at is None


def test_rating_by_weight_is_as_good_as_by_history():
    answers = {key: value for key, value in SCORES.items() if key != "16A"}
    assert signed(stage.consented(), by=rater(), answers=answers).submitted_at


def test_notes_are_kept_by_item_and_empty_ones_are_not():
    person, by = stage.consented(), rater()
    draft(person, by=by, notes={"1": "cried twice", "2": ""})
    assert Interview.objects.get().notes == {"1": "cried twice"}
    with pytest.raises(ValidationError) as error:
        draft(person, by=by, notes={"19": "no such item"})
    assert list(error.value.message_dict) == ["notes.19"]


# --- as it is written


def test_a_late_request_never_undoes_a_newer_one():
    person, by = stage.consented(), rater()
    draft(person, by=by, edit=1)
    draft(person, by=by, edit=3, **{"1": 3})
    for edit in (1, 2, 3):
        with pytest.raises(EditConflict):
            draft(person, by=by, edit=edit, **{"1": 2})
    assert Response.objects.get().answers["1"] == 3


def test_the_same_again_changes_nothing():
    person, by = stage.consented(), rater()
    first = draft(person, by=by, edit=1)
    again = draft(person, by=by, edit=1)
    assert again.pk == first.pk
    assert Response.history.count() == 1


def test_an_item_that_is_taken_out_again_is_gone():
    person, by = stage.consented(), rater()
    draft(person, by=by)
    draft(person, by=by, answers={"1": 2})
    assert Response.objects.get().answers == {"1": 2}


def test_danger_alerts_as_it_is_chosen_and_changing_it_back_closes_nothing():
    person, by = stage.consented(), rater()
    draft(person, by=by, **{"3": 3})
    draft(person, by=by, **{"3": 0})
    signed(person, by=by, **{"3": 0})
    alert = SafetyAlert.objects.get()
    assert (alert.kind, alert.state) == (SafetyAlert.Kind.RISK_ANSWER, "open")


# --- who


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.COORDINATOR, Role.ADMIN, Role.INSTRUCTOR])
def test_rating_is_for_raters(role):
    with pytest.raises(Forbidden):
        draft(stage.consented(), by=cast.staff(role), edit=1)


def test_rating_is_for_raters_of_the_site():
    with pytest.raises(Forbidden):
        draft(stage.consented(at=cast.site("bj")), by=rater(at=cast.site("sh")), edit=1)


def test_rating_asks_the_gate():
    pending = cast.participant("pending", week=None, consented=False)
    gone = stage.consented("gone")
    cast.withdraw(gone)
    by = rater()
    with pytest.raises(ConsentPending):
        draft(pending, by=by)
    with pytest.raises(Withdrawn):
        draft(gone, by=by)


def test_rating_of_a_visit_that_is_not_open_is_refused():
    by = rater()
    with pytest.raises(NotOpen):
        draft(cast.participant(week=2), "week-6", by=by)
    with pytest.raises(NotOpen):
        draft(cast.participant("other", week=2), "screening", by=by)
    with pytest.raises(NotFound):
        draft(stage.consented("third"), "week-99", by=by)


def test_another_rater_does_not_write_into_a_draft():
    person = stage.consented()
    draft(person, by=rater("one"))
    with pytest.raises(Locked):
        draft(person, by=rater("two"), edit=9)


def test_a_draft_given_back_is_another_raters_to_take():
    person, one, two = stage.consented(), rater("one"), rater("two")
    draft(person, by=one, **{"3": 3})
    services.give_back(
        participant=person, visit="screening", reason="ill", revealed_how="", by=one, now=cast.NOW
    )
    response = signed(person, by=two)
    assert (response.version, response.reading) == (2, 1)
    assert Response.objects.own().get() == response
    assert SafetyAlert.objects.count() == 1
    with pytest.raises(NotOpen):
        services.give_back(
            participant=person, visit="screening", reason="again", revealed_how="", by=two,
            now=cast.NOW,
        )  # fmt: skip


# --- the signature


def test_a_signature_is_a_name_a_time_and_a_meaning():
    by = rater()
    signed(stage.consented(), by=by)
    row = Interview.objects.get()
    assert (row.signed_by, row.signed_name, row.signed_at) == (by, by.name, cast.NOW)
    assert (row.meaning, row.mode, row.group_revealed) == (
        "these are my scores",
        "in_person",
        False,
    )


@pytest.mark.parametrize(
    ("last", "may"), [(date(2026, 3, 17), False), (date(2026, 3, 18), True)], ids=["ended", "today"]
)
def test_only_a_training_that_counts_today_signs(last, may):
    person, by = stage.consented(), train(rater(trained=False), last)
    if may:
        assert signed(person, by=by)
        return
    with pytest.raises(Forbidden) as refused:
        signed(person, by=by)
    assert "coordinator or clinician" in str(refused.value.text)
    assert Response.objects.get().submitted_at is None


def test_a_training_in_another_scale_does_not_count():
    by = rater(trained=False)
    train(by).rater_trainings.update(instrument="madrs")
    with pytest.raises(Forbidden):
        signed(stage.consented(), by=by)


def test_how_the_group_was_revealed_is_said():
    with pytest.raises(ValidationError) as error:
        signed(stage.consented(), by=rater(), signature={"revealed": True, "revealed_how": " "})
    assert list(error.value.message_dict) == ["revealed_how"]


@pytest.mark.parametrize("part", ["mode", "informant"])
def test_mode_and_informant_are_said(part):
    with pytest.raises(ValidationError):
        signed(stage.consented(), by=rater(), signature={part: ""})
    assert Response.objects.get().submitted_at is None


def test_what_was_signed_is_what_was_looked_at():
    person, by = stage.consented(), rater()
    seen = draft(person, by=by)
    draft(person, by=by, **{"1": 4})
    with pytest.raises(Locked):
        services.sign(
            response=seen, edit=1, by=by, now=cast.NOW,
            signature=services.Signature("video", "participant", False, "", "mine"),
        )  # fmt: skip


def test_a_signed_rating_takes_no_more_scores():
    person, by = stage.consented(), rater()
    signed(person, by=by)
    with pytest.raises(Locked):
        draft(person, by=by, edit=9, **{"1": 4})
    assert Response.objects.get().answers["1"] == 1


@pytest.mark.parametrize(
    "change", [{"answers": {"1": 4}}, {"submitted_at": None}, {"answered_by": None}, {"version": 7}]
)
def test_the_database_keeps_a_signed_rating(change):
    signed(stage.consented(), by=rater())
    with pytest.raises(DatabaseError), transaction.atomic():
        Response.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Interview.objects.update(signed_name="somebody else")
    with pytest.raises(DatabaseError), transaction.atomic():
        Interview.objects.all()._raw_delete("default")


def test_the_database_lets_a_signed_rating_be_voided_and_a_draft_be_changed():
    person, by = stage.consented(), rater()
    signed(person, by=by)
    draft(person, "week-0", by=by)
    assert Response.objects.filter(visit__code="week-0").update(answers={"1": 0}) == 1
    assert Response.objects.filter(visit__code="screening").update(superseded_at=cast.NOW) == 1


# --- corrections


def correction(person, by, visit="screening", reason="item 8 was read from the wrong line", **at):
    return services.begin_correction(
        participant=person, visit=visit, reason=reason, by=by, now=at.get("now", cast.NOW)
    )


def test_a_correction_is_a_new_version_and_the_signed_one_stays():
    person, by = stage.consented(), rater()
    first = signed(person, by=by)
    copy = correction(person, by)
    assert (copy.answers, copy.version, copy.submitted_at) == (first.answers, 2, None)
    assert Response.objects.own().exclude(submitted_at=None).get() == first
    second = signed(person, by=by, **{"8": 3})
    first.refresh_from_db()
    assert (first.superseded_at, first.answers["8"]) == (cast.NOW, 1)
    assert Response.objects.own().get() == second
    assert second.interview.reason == "item 8 was read from the wrong line"
    assert Screening.objects.get().hdrs_total == 18


def test_a_correction_says_why():
    person, by = stage.consented(), rater()
    signed(person, by=by)
    with pytest.raises(ValidationError):
        correction(person, by, reason="  ")


def test_a_correction_that_is_dropped_leaves_the_signed_version():
    person, by = stage.consented(), rater()
    first = signed(person, by=by)
    correction(person, by)
    services.give_back(
        participant=person, visit="screening", reason="was right", revealed_how="", by=by,
        now=cast.NOW,
    )  # fmt: skip
    assert Response.objects.own().get() == first
    assert selectors.rating(by, person, "screening", cast.NOW).is_rated


def test_nobody_corrects_anothers_rating():
    person = stage.consented()
    signed(person, by=rater("one"))
    with pytest.raises(NotOpen):
        correction(person, rater("two"))


def test_no_correction_once_the_next_visit_is_open():
    """It would show a rater what they scored before."""
    person, by = cast.participant(week=7), rater()
    signed(person, "week-6", by=by)
    found = selectors.rating(by, person, "week-6", cast.NOW)
    assert selectors.may_correct(found, cast.NOW)
    opens = later(60)
    assert not selectors.may_correct(found, opens)
    with pytest.raises(Locked):
        correction(person, by, "week-6", now=opens)


# --- who was told the group


def test_who_was_told_takes_no_later_visit_and_another_does():
    person, one, two = cast.participant(week=7), rater("one"), rater("two")
    signed(person, "week-6", by=one, signature={"revealed": True, "revealed_how": "spoke of gym"})
    event = AuditEvent.objects.get(action="assessment.rated")
    assert json.loads(event.changes)["group_revealed"] is True
    opens = later(60)
    listed = {user: selectors.to_rate(user, opens) for user in (one, two)}
    assert [row.plan.code for row in listed[one]] == []
    assert [row.plan.code for row in listed[two]] == ["week-12"]
    with pytest.raises(Locked):
        draft(person, "week-12", by=one, edit=1, now=opens)
    assert draft(person, "week-12", by=two, now=opens)


def test_who_was_told_may_still_correct_the_visit_at_which_they_were():
    person, by = cast.participant(week=7), rater()
    signed(person, "week-6", by=by, signature={"revealed": True, "revealed_how": "spoke of gym"})
    assert correction(person, by, "week-6")


def test_being_told_in_a_draft_that_is_given_back_counts():
    person, by = cast.participant(week=7), rater()
    draft(person, "week-6", by=by)
    services.give_back(
        participant=person, visit="week-6", reason="they told me", revealed_how="at the door",
        by=by, now=cast.NOW,
    )  # fmt: skip
    assert selectors.to_rate(by, later(60)) == []
    assert [row.plan.code for row in selectors.to_rate(rater("other"), later(60))] == [
        "week-6", "week-12",
    ]  # fmt: skip


def test_a_visit_that_staff_opened_is_rated_too():
    person, by = cast.participant(week=3), rater()
    assert selectors.to_rate(by, cast.NOW) == []
    person.visits.create(code="unscheduled-1", opened_on=cast.NOW.date())
    assert [row.plan.code for row in selectors.to_rate(by, cast.NOW)] == ["unscheduled-1"]
    assert signed(person, "unscheduled-1", by=by).submitted_at == cast.NOW
    assert selectors.may_correct(selectors.rating(by, person, "unscheduled-1", cast.NOW), cast.NOW)


# --- booked, doubled: pure rules


def test_a_booked_visit_is_its_raters():
    begun: dict[int, rules.Begun] = {}
    assert rules.reading_for(1, begun, doubled=False, booked=1) == 1
    assert rules.reading_for(2, begun, doubled=True, booked=1) is None
    assert rules.reading_for(2, begun, doubled=False, booked=None) == 1


@pytest.mark.parametrize("signed_first", [True, False])
def test_a_doubled_visit_has_a_second_rater_once_the_first_has_begun(signed_first):
    begun = {1: rules.Begun(1, signed_first)}
    assert rules.reading_for(1, begun, doubled=True, booked=None) == 1
    assert rules.reading_for(2, begun, doubled=True, booked=None) == 2
    assert rules.reading_for(2, begun, doubled=False, booked=None) is None
    begun[2] = rules.Begun(2, False)
    assert rules.reading_for(3, begun, doubled=True, booked=None) is None


def test_which_visits_are_doubled_is_the_share_and_cannot_be_told_without_the_key():
    people = [f"EX-{number}" for number in range(4000)]
    drawn = [rules.is_doubled(one, "week-6", share=0.1, key=b"k" * 32) for one in people]
    assert 0.08 < sum(drawn) / 4000 < 0.12
    assert drawn == [rules.is_doubled(one, "week-6", share=0.1, key=b"k" * 32) for one in people]
    other = [rules.is_doubled(one, "week-6", share=0.1, key=b"q" * 32) for one in people]
    assert sum(a and b for a, b in zip(drawn, other, strict=True)) < 80
    assert not any(rules.is_doubled(one, "week-6", share=0, key=b"k") for one in people)
    assert all(rules.is_doubled(one, "week-6", share=1, key=b"k") for one in people)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(10, 14, False), (10, 15, True), (15, 10, True), (None, 30, False), (30, None, False)],
)
def test_five_points_are_a_discrepancy(first, second, expected):
    assert rules.is_discrepant(first, second, 5) is expected
