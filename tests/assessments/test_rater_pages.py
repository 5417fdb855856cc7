"""The rater's pages: what they show, what they never show, and what is asked before a signature."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from assessments.models import ArmGuess, Interview, RatingAgreement, Response
from assessments.rater import selectors
from enrollment.models import Participant
from safety.models import DutyShift, SafetyAlert
from safety.models.event import AdverseEvent
from tests import cast, doors
from tests.assessments.rated import A_ONLY, draft, later, rater, signed
from tests.enrollment import stage

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(selectors, "doubled", lambda person, visit: False)
    with time_machine.travel(cast.NOW, tick=False):
        yield


def enter(client, user):
    doors.second_factor(user)
    client.force_login(user)


def form_of(edit=0, **changes):
    scores = {f"item_{key}": value for key, value in {**A_ONLY, "16B": "other", **changes}.items()}
    return {**scores, "edit": edit}


def sign_form(edit=1, **changes):
    return {
        "edit": edit, "mode": "in_person", "informant": "participant", "revealed": "no",
        "password": cast.PASSWORD, **changes,
    }  # fmt: skip


def address(person, visit="screening", name="rate"):
    return reverse(name, args=[person.study_id, visit])


def main_of(answer):
    return answer.content.decode().split("<main", 1)[1]


def test_list_shows_study_id_and_visit_and_nothing_else(client):
    person = cast.participant("seven", week=7)
    stage.consented("new")
    enter(client, rater())
    text = main_of(client.get(reverse("rater")))
    assert "EX-seven" in text
    assert "Week 6" in text
    assert "EX-new" in text
    for secret in ("exercise", "Exercise", "control", person.user.name, person.site.name):
        assert secret not in text


def test_list_tells_when_and_where_a_visit_is_booked_and_puts_it_first(client):
    person = cast.participant("late", week=7)
    cast.participant("early", week=7)
    by = rater()
    person.visits.create(code="week-6", booked_at=later(1), place="Room 4", rater=by)
    enter(client, by)
    text = main_of(client.get(reverse("rater")))
    assert "12:00 · Room 4" in text
    assert text.index("EX-late") < text.index("EX-early")


def test_list_leaves_out_what_is_booked_with_another_rater(client):
    person = cast.participant("seven", week=7)
    person.visits.create(code="week-6", booked_at=later(1), rater=rater("booked"))
    enter(client, rater("other"))
    assert "EX-seven" not in main_of(client.get(reverse("rater")))


def test_list_forgets_what_is_rated_and_who_is_elsewhere(client):
    here, there = cast.site("bj"), cast.site("sh")
    person = stage.consented("here", at=here)
    stage.consented("there", at=there)
    signed(person, by=rater("one", at=here))
    signed(person, "week-0", by=rater("two", at=here))
    enter(client, rater(at=here))
    assert "EX-" not in main_of(client.get(reverse("rater")))


def test_page_saves_a_draft_and_signs_it(client):
    person, by = stage.consented(), rater()
    enter(client, by)
    page = client.get(address(person)).content.decode()
    assert page.count('type="radio"') > 60
    answer = client.post(address(person), {**form_of(), "note_1": "cried", "sign": "1"})
    assert answer.url == address(person, name="rate_sign")
    page = main_of(client.get(answer.url))
    assert "cried" in page
    assert by.name in page
    assert client.post(answer.url, sign_form()).url == reverse("rater")
    row = Response.objects.get()
    assert (row.answers, row.submitted_at) == (A_ONLY, cast.NOW)
    interview = Interview.objects.get()
    assert interview.meaning in page.replace("&#x27;", "'")
    assert "It is locked" in client.get(address(person)).content.decode()
    assert person.study_id in main_of(client.get(reverse("rater")))


def test_script_saves_the_same_form_and_gets_the_next_edit(client):
    person = stage.consented()
    enter(client, rater())
    first = client.post(address(person), {"item_1": "2"}, headers=JSON)
    assert first.json() == {"edit": 1}
    assert client.post(address(person), form_of(1), headers=JSON).json() == {"edit": 2}
    late = client.post(address(person), {"item_1": "4", "edit": 0}, headers=JSON)
    assert (late.status_code, late["Content-Type"].split(";")[0]) == (409, "text/html")
    wrong = client.post(address(person), {"item_1": "9", "edit": 2}, headers=JSON)
    assert wrong.status_code == 400
    assert Response.objects.get().answers == A_ONLY


def test_without_script_another_windows_scores_are_not_silently_overwritten(client):
    person, by = stage.consented(), rater()
    enter(client, by)
    draft(person, by=by, edit=5)
    answer = client.post(address(person), form_of(2, **{"1": 4}))
    assert answer.status_code == 409
    assert "Newer scores were kept" in answer.content.decode()
    assert 'name="edit" value="5"' in answer.content.decode()
    assert client.post(address(person), form_of(5, **{"1": 4})).status_code == 302
    assert Response.objects.get().answers["1"] == 4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password": "wrong"}, "not right"),
        ({"password": ""}, "required"),
        ({"revealed": ""}, "required"),
        ({"mode": "by post"}, "not one of the available"),
        ({"informant": ""}, "required"),
        ({"revealed": "yes"}, "say how the group was revealed"),
    ],
)
def test_what_is_asked_before_a_signature(client, change, said):
    person, by = stage.consented(), rater()
    enter(client, by)
    draft(person, by=by)
    answer = client.post(address(person, name="rate_sign"), sign_form(**change))
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert Response.objects.get().submitted_at is None
    assert cast.PASSWORD not in answer.content.decode()


def test_passwords_cannot_be_tried_without_end(client):
    person, by = stage.consented(), rater()
    enter(client, by)
    draft(person, by=by)
    for _n in range(12):
        answer = client.post(address(person, name="rate_sign"), sign_form(password="wrong"))
    assert "Several wrong tries" in answer.content.decode()
    answer = client.post(address(person, name="rate_sign"), sign_form())
    assert Response.objects.get().submitted_at is None


def test_an_untrained_rater_reads_why_and_who_can_change_it(client):
    person, by = stage.consented(), rater(trained=False)
    enter(client, by)
    assert "coordinator or clinician of the site" in client.get(address(person)).content.decode()
    draft(person, by=by)
    answer = client.post(address(person, name="rate_sign"), sign_form())
    assert answer.status_code == 403
    assert "coordinator or clinician of the site" in answer.content.decode()


def test_an_item_left_out_is_named_on_the_page_of_the_signature(client):
    person, by = stage.consented(), rater()
    enter(client, by)
    draft(person, by=by, answers={"1": 1})
    assert "not scored yet" in main_of(client.get(address(person, name="rate_sign")))
    answer = client.post(address(person, name="rate_sign"), sign_form())
    assert answer.status_code == 400


def test_two_or_more_on_suicide_shows_whom_to_call_and_alerts(client):
    site = cast.site()
    clinician = cast.staff(Role.CLINICIAN, at=site, name="duty")
    DutyShift.objects.create(
        site=site, clinician=clinician, order=1, phone="010 5555 0001", weekdays=list(range(7)),
        starts_at="00:00", ends_at="00:00", since="2020-01-01", by=clinician,
    )  # fmt: skip
    person = stage.consented(at=site)
    enter(client, rater())
    page = client.get(address(person)).content.decode()
    assert "tel:01055550001" in page
    assert page.count("data-urgent") == 3  # 2, 3 and 4 of item 3, no other score
    assert "is-shown" not in page
    client.post(address(person), {"item_3": "2"}, headers=JSON)
    assert SafetyAlert.objects.get().kind == SafetyAlert.Kind.RISK_ANSWER
    assert "is-shown" in client.get(address(person)).content.decode()


def test_page_never_tells_the_cut_or_a_total(client):
    person, by = stage.consented(), rater()
    enter(client, by)
    signed(person, by=by)
    draft(person, "week-0", by=by)
    for page in (
        address(person), address(person, "week-0"), address(person, "week-0", "rate_sign"),
        reverse("rater"),
    ):  # fmt: skip
        text = main_of(client.get(page))
        assert "total" not in text.lower()
        assert ">16<" not in text
        assert "radio" in text or "moderate" not in text.lower()  # an anchor of item 11 says so
    assert Participant.objects.get(pk=person.pk).state == Participant.State.CONSENTED


def test_page_of_another_site_is_not_there(client):
    person = stage.consented(at=cast.site("bj"))
    enter(client, rater(at=cast.site("sh")))
    names = ("rate", "rate_sign", "rate_correct", "rate_give_back", "rate_guess")
    for page in [address(person, name=name) for name in names]:
        assert client.get(page).status_code == 404
        assert client.post(page, form_of()).status_code == 404
    heard = reverse("rater_heard", args=[person.study_id])
    assert client.get(heard).status_code == 404
    assert client.post(heard, {"tier": "immediate", "words": "x"}).status_code == 404


def test_a_signed_rating_of_another_rater_shows_no_score(client):
    person = stage.consented()
    signed(person, by=rater("one"), notes={"1": "cried twice"})
    enter(client, rater("two"))
    text = main_of(client.get(address(person)))
    assert "Another rater" in text
    assert "cried" not in text
    assert "radio" not in text


def test_correcting_asks_why_and_opens_a_copy(client):
    person, by = stage.consented(), rater()
    signed(person, by=by, **{"1": 3})
    enter(client, by)
    page = address(person, name="rate_correct")
    assert page in client.get(address(person)).content.decode()
    assert "radio" not in main_of(client.get(page))
    assert client.post(page, {"reason": ""}).status_code == 400
    assert client.post(page, {"reason": "wrong line"}).url == address(person)
    text = main_of(client.get(address(person)))
    assert "wrong line" in text
    assert client.post(address(person, name="rate_give_back"), {"reason": "no"}).status_code == 302
    assert "It is locked" in main_of(client.get(address(person)))


# --- the guess, and what was heard


def test_the_guess_is_asked_after_the_last_visit_and_never_shown_back(client):
    person, by = cast.participant(week=12), rater()
    enter(client, by)
    draft(person, "week-12", by=by)
    page = address(person, "week-12", "rate_guess")
    assert client.get(page).url == reverse("rater")
    assert client.post(page, {"guess": "control"}).status_code == 409
    answer = client.post(address(person, "week-12", "rate_sign"), sign_form())
    assert answer.url == page
    assert page in client.get(reverse("rater")).content.decode()
    assert client.post(page, {"guess": "neither"}).status_code == 400
    assert client.post(page, {"guess": "control"}).url == reverse("rater")
    assert ArmGuess.objects.get().guess == "control"
    assert client.post(page, {"guess": "exercise"}).status_code == 409
    for shown in (page, reverse("rater"), address(person, "week-12")):
        assert "usual habits" not in client.get(shown, follow=True).content.decode()


def test_no_guess_at_a_visit_where_the_protocol_asks_none(client):
    person, by = cast.participant(week=7), rater()
    enter(client, by)
    draft(person, "week-6", by=by)
    answer = client.post(address(person, "week-6", "rate_sign"), sign_form())
    assert answer.url == reverse("rater")


def test_what_was_heard_goes_to_the_clinicians_once_and_is_closed_to_the_rater(client):
    person, by = cast.participant(week=7), rater()
    enter(client, by)
    page = reverse("rater_heard", args=[person.study_id])
    key = client.get(page).context["form"]["key"].value()
    sent = {"key": str(key), "tier": "same_day", "words": "fell from a ladder"}
    assert client.post(page, {**sent, "words": " "}).status_code == 400
    assert client.post(page, sent).url == reverse("rater")
    assert client.post(page, sent).url == reverse("rater")
    alert = SafetyAlert.objects.get()
    assert (alert.kind, alert.tier) == (SafetyAlert.Kind.HEARD, "same_day")
    assert alert.detail["words"] == "fell from a ladder"
    event = AdverseEvent.objects.get()
    assert (event.verbatim, event.source, event.state) == ("fell from a ladder", "told", "draft")
    for shown in (page, reverse("rater"), address(person, "week-6")):
        assert "ladder" not in client.get(shown).content.decode()
    told = reverse("safety_alert", args=[alert.pk])
    assert client.get(told).status_code == 403
    enter(client, cast.staff(Role.CLINICIAN))
    assert "fell from a ladder" in client.get(told).content.decode()
    enter(client, cast.staff(Role.MONITOR))
    assert "ladder" not in client.get(told).content.decode()


def test_what_was_heard_is_taken_also_of_somebody_who_has_left(client):
    person = cast.participant(week=7)
    cast.withdraw(person)
    enter(client, rater())
    page = reverse("rater_heard", args=[person.study_id])
    key = client.get(page).context["form"]["key"].value()
    client.post(page, {"key": str(key), "tier": "immediate", "words": "said goodbye to all"})
    assert SafetyAlert.objects.get().tier == "immediate"


# --- two raters


@pytest.fixture
def two(monkeypatch):
    """A visit that is scored twice, eight points apart."""
    monkeypatch.setattr(selectors, "doubled", lambda person, visit: True)
    person, one, other = cast.participant(week=7), rater("one"), rater("other")
    signed(person, "week-6", by=one)
    signed(person, "week-6", by=other, **{"1": 4, "2": 4, "7": 3})
    return person, one, other


def test_the_second_reading_is_independent(client, monkeypatch):
    monkeypatch.setattr(selectors, "doubled", lambda person, visit: True)
    person, one, other = cast.participant(week=7), rater("one"), rater("other")
    enter(client, other)
    assert "second, independent" not in main_of(client.get(reverse("rater")))
    signed(person, "week-6", by=one, notes={"1": "cried twice"}, **{"1": 4})
    assert "second, independent" in main_of(client.get(reverse("rater")))
    text = main_of(client.get(address(person, "week-6")))
    assert "cried" not in text
    assert "checked" not in text.replace('value="other"', "").split("item_16", 1)[0]
    assert signed(person, "week-6", by=other).reading == 2
    assert Response.objects.own().filter(instrument="hdrs17").get().answered_by == one
    assert RatingAgreement.objects.get().discrepant is False


def test_first_rater_is_not_told_that_a_visit_is_scored_twice(client, monkeypatch):
    person, by = cast.participant(week=7), rater()
    enter(client, by)
    plain = main_of(client.get(reverse("rater"))), main_of(client.get(address(person, "week-6")))
    monkeypatch.setattr(selectors, "doubled", lambda person, visit: True)
    again = main_of(client.get(reverse("rater"))), main_of(client.get(address(person, "week-6")))
    hidden = [
        re.sub(r'(csrfmiddlewaretoken|owner)" value="[^"]+"', "", t) for t in (*plain, *again)
    ]
    assert hidden[:2] == hidden[2:]


def test_five_points_apart_are_resolved_by_the_two(client, two):
    _person, one, other = two
    pair = RatingAgreement.objects.get()
    assert pair.discrepant
    enter(client, one)
    page = reverse("rater_difference", args=[pair.pk])
    assert page in client.get(reverse("rater")).content.decode()
    text = main_of(client.get(page))
    assert text.count("The other rater:") == 3
    agreed = {"item_1": 2, "item_2": 3, "item_7": 2, "words": "heard it once more together"}
    assert client.post(page, {**agreed, "words": ""}).status_code == 400
    assert client.post(page, agreed).url == page
    shown = client.get(page).context["shown"]
    confirm = reverse("rater_confirm", args=[pair.pk])
    assert client.post(confirm, {"shown": shown}).status_code == 403  # oneself
    enter(client, other)
    assert client.post(confirm, {"shown": "something else"}).status_code == 409
    assert client.post(confirm, {"shown": shown}).url == reverse("rater")
    pair.refresh_from_db()
    assert pair.consensus == {"1": 2, "2": 3, "7": 2}
    assert (pair.proposed_by, pair.confirmed_by, pair.resolved_at) == (one, other, cast.NOW)
    assert Response.objects.own().get(instrument="hdrs17").answers["1"] == 1
    assert client.get(page).status_code == 404


def test_a_third_rater_sees_nothing_of_it(client, two):
    enter(client, rater("third"))
    pair = RatingAgreement.objects.get()
    assert client.get(reverse("rater_difference", args=[pair.pk])).status_code == 404
    assert "EX-" not in main_of(client.get(reverse("rater")))


@pytest.mark.parametrize("role", [Role.STATISTICIAN, Role.COORDINATOR, Role.CLINICIAN])
def test_agreement_is_read_by_those_who_do_not_rate(client, two, role):
    enter(client, cast.staff(role))
    text = main_of(client.get(reverse("rater_agreement")))
    assert "ICC(2,1)" in text
    assert "to be resolved" in text
    assert "exercise" not in text.lower()


def test_agreement_is_not_for_raters_nor_of_other_sites(client, two):
    enter(client, two[1])
    assert client.get(reverse("rater_agreement")).status_code == 403
    enter(client, cast.staff(Role.COORDINATOR, at=cast.site("sh")))
    assert "EX-" not in main_of(client.get(reverse("rater_agreement")))


def test_interviews_in_which_the_group_was_told_are_listed_for_the_coordinator(client):
    person, by = cast.participant(week=7), rater()
    signed(person, "week-6", by=by, signature={"revealed": True, "revealed_how": "wore the band"})
    enter(client, cast.staff(Role.COORDINATOR))
    text = main_of(client.get(reverse("rater_agreement")))
    assert "wore the band" in text
    assert person.study_id in text
