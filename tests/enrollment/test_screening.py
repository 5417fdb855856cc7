"""Screening: no question before consent, two halves, one signed decision, and what is said."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from core.errors import ConsentPending, Forbidden, IllegalStep, Locked, Withdrawn
from enrollment.models import Participant, Screening
from enrollment.services import screening
from tests import cast, doors
from tests.enrollment import stage

pytestmark = pytest.mark.django_db
PAGE = {
    "in_age_range": "yes", "birth_year": "1990", "sex": "female", "education": "college",
    "illness_years": "1.5", "treatment": "none", "occupation": "teacher",
    **{f"exclusion_{code}": "no" for code in (
        "bipolar", "schizophrenia", "heart_disease", "cancer", "other_intervention")},
}  # fmt: skip


def enter(client, user):
    doors.second_factor(user)
    client.force_login(user)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(cast.NOW, tick=False):
        yield


def own(person, **changes):
    answers = {**stage.OWN, "own_exclusions": stage.no_exclusions("participant"), **changes}
    return screening.save_own_half(
        participant=person, answers=answers, by=person.user, now=cast.NOW
    )


def clinical(person, by=None, reason="", **changes):
    fields = {
        **stage.CLINICAL, "clinical_exclusions": stage.no_exclusions("clinician"), **changes
    }  # fmt: skip
    return screening.save_clinical_half(
        participant=person, fields=fields, by=by or stage.clinician(), now=cast.NOW, reason=reason
    )


def rate(person, total=22, suicide_item=0):
    return screening.report_rating(
        participant=person, total=total, suicide_item=suicide_item, rated_on=cast.NOW.date(),
        by=cast.investigator(), now=cast.NOW,
    )  # fmt: skip


def decide(person, by=None):
    return screening.decide(participant=person, by=by or stage.clinician(), now=cast.NOW)


# --- the writes


def test_both_halves_and_the_rating_make_someone_eligible():
    person = stage.consented()
    own(person), rate(person), clinical(person)
    row = decide(person)
    person.refresh_from_db()
    assert person.state == Participant.State.ELIGIBLE
    assert (person.birth_year, person.illness_years) == (1990, Decimal("1.5"))
    assert (row.reasons, row.decided_at) == ([], cast.NOW)
    assert row.history.count() == 4
    event = AuditEvent.objects.get(action="screening.decided")
    assert '"outcome":"eligible"' in event.changes


def test_a_reason_against_makes_someone_not_eligible_with_every_reason():
    person = stage.consented()
    own(person, own_exclusions={**stage.no_exclusions("participant"), "cancer": True})
    rate(person, total=9), clinical(person, fitness_result="fail")
    row = decide(person)
    person.refresh_from_db()
    assert person.state == Participant.State.NOT_ELIGIBLE
    assert row.reasons == ["exclusion:cancer", "severity", "fitness"]
    assert Screening.objects.count() == 1  # it stays for the flow of participants


def test_nothing_is_decided_while_something_is_missing():
    person = stage.consented()
    own(person), clinical(person)
    with pytest.raises(screening.NotDecidable) as refused:
        decide(person)
    assert [reason.code for reason in refused.value.verdict.reasons] == ["rating"]
    person.refresh_from_db()
    assert person.state == Participant.State.CONSENTED


@pytest.mark.parametrize("write", [own, clinical, rate])
def test_nothing_is_written_before_consent_or_after_leaving(write):
    pending = cast.participant("pending", week=None, consented=False)
    gone = stage.consented("gone")
    cast.withdraw(gone)
    with pytest.raises(ConsentPending):
        write(pending)
    with pytest.raises(Withdrawn):
        write(gone)
    assert not Screening.objects.exists()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.RATER, Role.ADMIN, Role.INSTRUCTOR])
def test_the_clinicians_half_is_for_clinicians(role):
    person, other = stage.consented(), cast.staff(role)
    for write in (clinical, decide):
        with pytest.raises(Forbidden):
            write(person, by=other)


def test_the_clinicians_half_is_for_those_of_the_site():
    person = stage.consented(at=cast.site("bj"))
    with pytest.raises(Forbidden):
        clinical(person, by=stage.clinician(cast.site("sh")))


def test_after_the_decision_the_participants_half_stays():
    person = stage.consented()
    own(person), rate(person), clinical(person), decide(person)
    with pytest.raises(Locked):
        own(person, birth_year=1970)
    assert rate(person, total=3) is None
    person.refresh_from_db()
    assert person.birth_year == 1990
    assert person.screening.hdrs_total == 22


def test_a_correction_after_the_decision_needs_a_reason_and_can_turn_it():
    person = stage.consented()
    own(person), rate(person), clinical(person), decide(person)
    with pytest.raises(ValidationError):
        clinical(person, fitness_result="fail")
    clinical(person, fitness_result="fail", reason="The report came late.")
    decide(person)
    person.refresh_from_db()
    assert person.state == Participant.State.NOT_ELIGIBLE


def test_signing_the_same_twice_is_no_step():
    person = stage.consented()
    own(person), rate(person), clinical(person), decide(person)
    with pytest.raises(IllegalStep):
        decide(person)


def test_nothing_of_it_changes_from_allocation_on():
    person = cast.participant("inside", week=3)
    for write in (own, clinical, decide):
        with pytest.raises(Locked):
            write(person)


def test_conditional_fitness_names_its_restrictions():
    person = stage.consented()
    with pytest.raises(ValidationError) as error:
        clinical(person, fitness_result="conditional")
    assert set(error.value.message_dict) == {"restrictions"}
    assert clinical(person, fitness_result="conditional", restrictions="No jumping.")


# --- the participant's page


def test_page_before_consent_asks_nothing(client):
    person = cast.participant("pending", week=None, consented=False)
    client.force_login(person.user)
    page = client.get(reverse("screening"))
    assert page.status_code == 200
    assert "<form" not in page.content.decode().split("<main", 1)[1]
    assert client.post(reverse("screening"), PAGE).status_code == 403
    assert not Screening.objects.exists()


def test_page_keeps_the_answers_and_says_what_comes_next(client):
    person = stage.consented()
    client.force_login(person.user)
    assert client.post(reverse("screening"), PAGE).status_code == 302
    row = Screening.objects.get()
    assert row.own_exclusions == stage.no_exclusions("participant")
    assert "What comes next" in client.get(reverse("screening")).content.decode()
    again = client.get(reverse("screening") + "?change").content.decode()
    assert 'value="1990"' in again


def test_page_takes_not_sure_for_an_answer(client):
    person = stage.consented()
    client.force_login(person.user)
    client.post(reverse("screening"), {**PAGE, "exclusion_cancer": "unsure"})
    assert Screening.objects.get().own_exclusions["cancer"] is None


@pytest.mark.parametrize("left_out", PAGE)
def test_page_asks_again_for_what_was_left_out(client, left_out):
    person = stage.consented()
    client.force_login(person.user)
    page = client.post(reverse("screening"), {k: v for k, v in PAGE.items() if k != left_out})
    assert page.status_code == (302 if left_out == "occupation" else 400)


def test_page_tells_kindly_who_may_not_take_part(client):
    person = stage.consented()
    own(person), rate(person, total=9), clinical(person)
    decide(person)
    client.force_login(person.user)
    text = client.get(reverse("screening")).content.decode()
    assert "not the right one for you at this time" in text
    assert "tel:12356" in text
    assert reverse("help_now") in text
    for word in ("below", "total", "severity", "HDRS", "Hamilton", "excluded"):
        assert word not in text.split("<main", 1)[1]


def test_page_of_the_eligible_leads_to_the_baseline(client):
    person = stage.consented()
    own(person), rate(person), clinical(person), decide(person)
    client.force_login(person.user)
    text = client.get(reverse("screening")).content.decode()
    assert reverse("assessment", kwargs={"visit": "week-0", "instrument": "wellbeing"}) in text
    assert reverse("nights") in text


def test_page_of_the_allocated_is_over(client):
    person = cast.participant(week=3)
    client.force_login(person.user)
    assert client.get(reverse("screening")).url == reverse("today")


# --- the desk


def test_desk_clinician_fills_in_signs_and_sees_the_reasons(client):
    person = stage.consented()
    own(person), rate(person)
    enter(client, stage.clinician())
    address = reverse("admin:enrollment_screening_of", args=[person.pk])
    text = client.get(address).content.decode()
    assert "The fitness examination" in text
    assert "22 · " in text
    form = {
        "step": "save", "diagnosis_confirmed": "yes", "medication_stable": "yes",
        "fitness_result": "pass",
        **{f"exclusion_{code}": "no" for code in stage.no_exclusions("clinician")},
    }  # fmt: skip
    assert client.post(address, form).status_code == 302
    assert "Sign: may take part" in client.get(address).content.decode()
    assert client.post(address, {"step": "sign"}).status_code == 302
    person.refresh_from_db()
    assert person.state == Participant.State.ELIGIBLE


def test_desk_coordinator_reads_and_does_not_sign(client):
    person = stage.consented()
    enter(client, stage.coordinator())
    address = reverse("admin:enrollment_screening_of", args=[person.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"step": "sign"}).status_code == 403


def test_desk_coordinator_locks_and_allocates(client):
    stage.make_list()
    person = stage.consented()
    stage.screened(person, decided_at=cast.NOW - timedelta(days=1), decided_by=stage.clinician())
    Participant.objects.filter(pk=person.pk).update(state="eligible")
    enter(client, stage.coordinator())
    address = reverse("admin:enrollment_participant_enrolment", args=[person.pk])
    before = client.get(address).content.decode()
    assert "Enough nights of the sleep diary" in before
    assert "Lock the baseline" not in before
    stage.baseline(person)
    assert client.post(address, {"step": "lock"}).status_code == 302
    assert client.post(address, {"step": "allocate"}).status_code == 400
    assert client.post(address, {"step": "allocate", "sure": "on"}).status_code == 302
    person.refresh_from_db()
    assert person.state == Participant.State.ALLOCATED
    after = client.get(address).content.decode()
    assert ("Exercise programme" in after) == (person.arm == "exercise")
    correct = {"step": "correct", "sex": "male", "reason": "Mistyped."}
    assert client.post(address, correct).status_code == 302
    assert person.deviations.get().category == "randomisation"


def test_desk_list_of_participants_shows_nobodys_group(client):
    for name, arm in (("a", "exercise"), ("b", "control")):
        cast.participant(name, arm=arm, week=3)
    enter(client, stage.coordinator())
    address = reverse("admin:enrollment_participant_changelist")
    for query in ("", "?arm=exercise", "?arm__startswith=e", "?o=6"):
        page = client.get(address + query, follow=True)
        assert page.status_code == (400 if "arm" in query else 200)
        text = page.content.decode()
        assert "Exercise programme" not in text
        assert "Usual habits" not in text
        assert ("EX-a" in text) == ("EX-b" in text)


def test_desk_of_a_rater_is_closed(client):
    person = stage.consented()
    enter(client, cast.staff(Role.RATER))
    for name in ("enrollment_screening_of", "enrollment_participant_enrolment"):
        assert client.get(reverse(f"admin:{name}", args=[person.pk])).status_code == 403


def test_today_leads_to_the_screening_while_it_matters(client):
    person = stage.consented()
    client.force_login(person.user)
    assert f'href="{reverse("screening")}"' in client.get(reverse("today")).content.decode()
    other = cast.participant("inside", week=3)
    client.force_login(other.user)
    assert f'href="{reverse("screening")}"' not in client.get(reverse("today")).content.decode()
