"""The rater's scores: by raters of the site, all items, one of 16A and 16B, once."""

from __future__ import annotations

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

import protocol
from accounts.models import AuditEvent
from accounts.roles import Role
from assessments.models import Response
from assessments.services import record_rating
from core.errors import ConsentPending, Forbidden, Locked, NotFound, NotOpen, Withdrawn
from enrollment.models import BaselineRecord, Participant, Screening
from safety.models import SafetyAlert
from tests import cast, doors
from tests.enrollment import stage

pytestmark = pytest.mark.django_db
# 17 items at 1, the suicide item at 0: the total is 16.
SCORES = dict.fromkeys(protocol.instrument("hdrs17").keys, 1) | {"3": 0}
A_ONLY = {key: value for key, value in SCORES.items() if key != "16B"}


def enter(client, user):
    doors.second_factor(user)
    client.force_login(user)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(cast.NOW, tick=False):
        yield


def rater(at=None):
    return cast.staff(Role.RATER, at=at, name=f"rater{at.code if at else ''}")


def rate(person, visit="screening", by=None, **changes):
    return record_rating(
        participant=person, visit=visit, answers={**A_ONLY, **changes}, by=by or rater(),
        now=cast.NOW,
    )  # fmt: skip


def test_rating_of_the_first_visit_goes_to_the_screening_as_total_and_item():
    person = stage.consented()
    response = rate(person)
    assert response.submitted_at == cast.NOW
    row = Screening.objects.get(participant=person)
    assert (row.hdrs_total, row.hdrs_suicide_item) == (16, 0)
    assert not BaselineRecord.objects.exists()
    assert person.visits.get(code="screening").done_on == cast.NOW.date()
    event = AuditEvent.objects.get(action="assessment.rated")
    assert "16" not in event.changes


def test_rating_of_the_starting_visit_is_part_of_the_baseline():
    person = stage.consented()
    rate(person, "week-0")
    row = BaselineRecord.objects.get(participant=person)
    assert (row.part, row.complete) == ("rating", True)
    assert not Screening.objects.exists()


def test_rating_with_an_item_that_could_not_be_rated_has_no_total():
    person = stage.consented()
    rate(person, "week-0", **{"8": None})
    assert BaselineRecord.objects.get(participant=person).complete is False


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"1": 5}, "answers.1"),
        ({"4": 3}, "answers.4"),
        ({"2": "1"}, "answers.2"),
        ({"2": True}, "answers.2"),
        ({"16B": 1}, "answers.16A"),
        ({"18": 1}, "answers.18"),
    ],
)
def test_rating_with_an_illegal_score_names_the_item(change, named):
    with pytest.raises(ValidationError) as error:
        rate(stage.consented(), **change)
    assert list(error.value.message_dict) == [named]
    assert not Response.objects.exists()


@pytest.mark.parametrize(("left_out", "named"), [("5", "answers.5"), ("16A", "answers.16A")])
def test_rating_without_an_item_names_it(left_out, named):
    answers = {key: value for key, value in A_ONLY.items() if key != left_out}
    with pytest.raises(ValidationError) as error:
        record_rating(
            participant=stage.consented(), visit="screening", answers=answers, by=rater(),
            now=cast.NOW,
        )  # fmt: skip
    assert list(error.value.message_dict) == [named]


def test_rating_by_weight_is_as_good_as_by_history():
    answers = {key: value for key, value in SCORES.items() if key != "16A"}
    assert record_rating(
        participant=stage.consented(), visit="screening", answers=answers, by=rater(), now=cast.NOW
    )


def test_rating_stays_as_it_was_sent():
    person, by = stage.consented(), rater()
    rate(person, by=by)
    with pytest.raises(Locked):
        rate(person, by=by, **{"1": 4})
    assert Response.objects.get().answers["1"] == 1


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.COORDINATOR, Role.ADMIN, Role.INSTRUCTOR])
def test_rating_is_for_raters(role):
    with pytest.raises(Forbidden):
        rate(stage.consented(), by=cast.staff(role))


def test_rating_is_for_raters_of_the_site():
    with pytest.raises(Forbidden):
        rate(stage.consented(at=cast.site("bj")), by=rater(cast.site("sh")))


def test_rating_asks_the_gate():
    pending = cast.participant("pending", week=None, consented=False)
    gone = stage.consented("gone")
    cast.withdraw(gone)
    by = rater()
    with pytest.raises(ConsentPending):
        rate(pending, by=by)
    with pytest.raises(Withdrawn):
        rate(gone, by=by)


def test_rating_of_a_visit_that_is_not_open_is_refused():
    by = rater()
    with pytest.raises(NotOpen):
        rate(cast.participant(week=2), "week-6", by=by)
    with pytest.raises(NotOpen):
        rate(cast.participant("other", week=2), "screening", by=by)
    with pytest.raises(NotFound):
        rate(stage.consented("third"), "week-99", by=by)


def test_rating_of_danger_raises_its_alert():
    rate(stage.consented(), **{"3": 3})
    assert SafetyAlert.objects.get().kind == SafetyAlert.Kind.RISK_ANSWER


# --- the rater's pages


def form_of(**changes):
    return {f"item_{key}": value for key, value in {**A_ONLY, "16B": "other", **changes}.items()}


def test_list_shows_study_id_and_visit_and_nothing_else(client):
    person = cast.participant("seven", week=7)
    stage.consented("new")
    enter(client, rater())
    text = client.get(reverse("rater")).content.decode().split("<main", 1)[1]
    assert "EX-seven" in text
    assert "Week 6" in text
    assert "EX-new" in text
    for secret in ("exercise", "Exercise", "control", person.user.name, person.site.name):
        assert secret not in text


def test_list_forgets_what_is_rated_and_who_is_elsewhere(client):
    here, there = cast.site("bj"), cast.site("sh")
    person = stage.consented("here", at=here)
    stage.consented("there", at=there)
    by = rater(here)
    enter(client, by)
    rate(person, by=by)
    rate(person, "week-0", by=by)
    assert "EX-" not in client.get(reverse("rater")).content.decode()


def test_page_saves_what_was_chosen(client):
    person = stage.consented()
    enter(client, rater())
    address = reverse("rate", args=[person.study_id, "screening"])
    page = client.get(address).content.decode()
    assert page.count('type="radio"') > 60
    assert client.post(address, form_of()).url == reverse("rater")
    assert Response.objects.get().answers == A_ONLY
    assert "scored already" in client.get(address).content.decode()


def test_page_asks_again_for_both_of_16(client):
    person = stage.consented()
    enter(client, rater())
    address = reverse("rate", args=[person.study_id, "screening"])
    assert client.post(address, form_of(**{"16B": 1})).status_code == 400
    assert not Response.objects.exists()


def test_page_never_tells_the_cut_or_a_total(client):
    person = stage.consented()
    enter(client, rater())
    address = reverse("rate", args=[person.study_id, "screening"])
    client.post(address, form_of())
    for page in (address, reverse("rater")):
        text = client.get(page).content.decode().split("<main", 1)[1]
        assert "total" not in text.lower()
        assert "moderate" not in text.lower()
    assert Participant.objects.get(pk=person.pk).state == Participant.State.CONSENTED


def test_page_of_another_site_is_not_there(client):
    person = stage.consented(at=cast.site("bj"))
    enter(client, rater(cast.site("sh")))
    address = reverse("rate", args=[person.study_id, "screening"])
    assert client.get(address).status_code == 404
    assert client.post(address, form_of()).status_code == 404
