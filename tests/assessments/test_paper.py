"""Totals of paper forms: by coordinators, once, in the scores and never asked of participants."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

import protocol
from accounts.models import AuditEvent
from accounts.roles import Role
from assessments import scoring, selectors
from assessments.models import Response
from assessments.services import record_total
from core.errors import Forbidden, Locked, NotFound
from enrollment.models import BaselineRecord
from enrollment.services import ready
from tests import cast, doors
from tests.data_management import study
from tests.enrollment import stage

pytestmark = pytest.mark.django_db
TODAY = cast.NOW.date()
ADD = "admin:assessments_response_add"


@pytest.fixture(autouse=True)
def _philippot(settings):
    settings.EXDEP_STUDY = "philippot6"
    with time_machine.travel(cast.NOW, tick=False):
        yield


def enter(person, instrument="hads_d", visit="week-0", total=12, by=None, on=TODAY):
    return record_total(
        participant=person, visit=visit, instrument=instrument, total=total, filled_in_on=on,
        scored_by="Gao Yun", by=by or stage.coordinator(), now=cast.NOW,
    )  # fmt: skip


def test_total_is_kept_with_its_day_and_who_added_it_up():
    person = stage.consented()
    row = enter(person, on=TODAY - timedelta(days=2))
    assert row.answers == {"total": 12}
    assert row.visit.done_on == TODAY - timedelta(days=2)
    assert "Gao Yun" in row.history.get().history_change_reason
    event = AuditEvent.objects.get(action="assessment.total_entered")
    assert "hads_d" in event.changes
    assert "Gao" not in event.changes


def test_total_is_the_score():
    row = enter(stage.consented())
    found = scoring.score(protocol.instrument("hads_d"), row.answers)
    assert (found.total, found.missing, found.total_prorated) == (12, 0, None)


@pytest.mark.parametrize("answers", [{}, {"total": None}, {"total": 22}, {"total": -1}])
def test_total_outside_its_range_is_no_score(answers):
    assert scoring.score(protocol.instrument("hads_d"), answers).total is None


@pytest.mark.parametrize("total", [-1, 22])
def test_total_outside_its_range_is_refused(total):
    with pytest.raises(ValidationError) as refused:
        enter(stage.consented(), total=total)
    assert list(refused.value.message_dict) == ["total"]


def test_form_from_the_future_is_refused():
    with pytest.raises(ValidationError, match="future"):
        enter(stage.consented(), on=TODAY + timedelta(days=1))


def test_form_of_a_visit_that_could_not_be_is_refused():
    person = cast.participant(week=2)
    with pytest.raises(ValidationError, match="could not take place"):
        enter(person, visit="week-6")


def test_form_from_before_allocation_may_be_entered_after_it():
    person = cast.participant(week=2)
    assert enter(person, on=person.day_one).submitted_at == cast.NOW
    with pytest.raises(ValidationError, match="could not take place"):
        enter(person, instrument="hads_a", on=person.day_one + timedelta(days=1))


def test_total_is_entered_once():
    person = stage.consented()
    enter(person)
    with pytest.raises(Locked):
        enter(person, total=3)
    assert Response.objects.get().answers == {"total": 12}


@pytest.mark.parametrize("role", [Role.RATER, Role.CLINICIAN, Role.INSTRUCTOR, Role.MONITOR])
def test_only_coordinators_enter_totals(role):
    with pytest.raises(Forbidden):
        enter(stage.consented(), by=cast.staff(role))


def test_coordinator_of_another_site_enters_nothing():
    with pytest.raises(Forbidden):
        enter(stage.consented(), by=stage.coordinator(cast.site("sh", region="CN-31")))


@pytest.mark.parametrize(("visit", "instrument"), [("week-0", "hdrs17"), ("week-12", "hads_d")])
def test_what_is_no_paper_form_of_the_study_is_not_found(visit, instrument):
    with pytest.raises(NotFound):
        enter(stage.consented(), instrument, visit)


def test_paper_forms_are_never_asked_of_the_participant(client):
    person = cast.participant(week=6)
    asked = [due.instrument for due in selectors.due(person, cast.NOW)]
    assert asked == ["wellbeing"]
    client.force_login(person.user)
    for address in ("/assessments/week-6/hads_d/", "/api/v1/assessments/week-6/hads_d/"):
        assert client.get(address).status_code == 404


def test_baseline_is_rated_when_every_outcomes_total_is_there():
    person = stage.consented()
    assert ready.parts() == ("rating", "wellbeing")
    rated = BaselineRecord.objects.filter(participant=person, part="rating", complete=True)
    enter(person)
    enter(person, "hads_a")
    assert not rated.exists()
    Response.objects.create(
        visit=person.visits.get(), participant=person, instrument="hdrs17", submitted_at=cast.NOW,
        instrument_version=protocol.instrument("hdrs17").version,
        answers=dict.fromkeys(protocol.instrument("hdrs17").keys, 1) | {"16B": None},
    )  # fmt: skip
    Response.objects.filter(instrument="hads_a").delete()
    enter(person, "hads_a")
    assert rated.exists()


def test_export_has_the_total_among_scores_and_no_item(tmp_path):
    enter(cast.participant(week=6), visit="week-6")
    study.export(tmp_path, identified=True)
    assert study.table(tmp_path / "out", "responses").empty
    (row,) = study.table(tmp_path / "out", "scores").to_dict("records")
    assert (row["instrument"], row["total"], row["questions"]) == ("hads_d", "12", "0")


def desk(client, user):
    doors.second_factor(user)
    client.force_login(user)
    return client


def typed(person, **changes):
    return {
        "participant": person.pk, "form": "week-0/hads_d", "total": 12, "filled_in_on": str(TODAY),
        "scored_by": "Gao Yun", **changes,
    }  # fmt: skip


def test_desk_keeps_a_total(client):
    person = stage.consented()
    page = desk(client, stage.coordinator()).get(reverse(ADD)).content.decode()
    assert "Hospital Anxiety and Depression Scale, depression (total), 0 to 21" in page
    answer = client.post(reverse(ADD), typed(person), follow=True)
    assert Response.objects.get().answers == {"total": 12}
    assert "12 of 21" in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [({"total": 40}, "from 0 to 21"), ({"scored_by": ""}, "required"), ({"form": "x"}, "valid")],
)
def test_desk_says_why_a_total_is_not_kept(client, change, said):
    person = stage.consented()
    answer = desk(client, stage.coordinator()).post(reverse(ADD), typed(person, **change))
    assert said in answer.content.decode()
    assert not Response.objects.exists()


def test_desk_offers_no_paper_form_where_the_study_has_none(client, settings):
    settings.EXDEP_STUDY = "exdep12"
    assert desk(client, stage.coordinator()).get(reverse(ADD)).status_code == 403


def test_desk_lets_clinicians_look_and_not_enter(client):
    assert desk(client, stage.clinician()).get(reverse(ADD)).status_code == 403
