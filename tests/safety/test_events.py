"""Adverse events: noted once, assessed, countersigned by another, reported in time."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.roles import Role
from core.errors import Forbidden, IllegalStep, NotFound
from logging_app.checkins.services import record_check_in
from logging_app.services import record_workout
from safety.models import AdverseEvent
from safety.rules.events import problems, report_clock
from safety.services import events
from tests import cast
from tests.cast import NOW

pytestmark = pytest.mark.django_db
ENTRY = {
    "term": "Ankle sprain", "term_version": "MedDRA 28.1", "started_on": date(2026, 3, 16),
    "ended_on": None, "grade": 2, "serious": [], "related_exercise": "possible",
    "related_procedure": "none", "expected": False, "action": "none", "outcome": "recovering",
    "narrative": "Twisted on a kerb.",
}  # fmt: skip


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def patient():
    return cast.participant()


@pytest.fixture
def clinician(patient):
    return cast.staff(Role.CLINICIAN, at=patient.site, name="zhou")


@pytest.fixture
def other(patient):
    return cast.staff(Role.CLINICIAN, at=patient.site, name="qin")


def draft(patient, by=None, **fields):
    return events.note_event(**{
        "participant": patient, "verbatim": "My ankle hurts", "started_on": date(2026, 3, 16),
        "source": "told", "by": by, "now": NOW, **fields,
    })  # fmt: skip


def assessed(patient, clinician, **changes):
    return events.assess(
        event=draft(patient, clinician), entry={**ENTRY, **changes}, by=clinician, now=NOW
    )


# --- where they come from


@pytest.mark.parametrize("arm", ["exercise", "control"])
def test_the_open_question_of_a_check_in_makes_the_same_draft_in_both_arms(arm):
    person = cast.participant(arm=arm)
    for edit, words in ((1, "A cold"), (2, "A bad cold")):
        record_check_in(
            participant=person, due_on=date(2026, 3, 15), edit=edit, by=person.user, now=NOW,
            entry={"anything_new": True, "new_text": words},
        )  # fmt: skip
    event = AdverseEvent.objects.get()
    assert (event.source, event.verbatim, event.state) == ("scheduled", "A bad cold", "draft")
    assert event.history.count() == 2


def test_what_is_told_before_the_day_it_is_asked_for_has_not_begun_tomorrow(patient):
    record_check_in(
        participant=patient, due_on=date(2026, 3, 15), by=patient.user,
        now=NOW - timedelta(days=5), entry={"anything_new": True, "new_text": "A cold"},
    )  # fmt: skip
    assert AdverseEvent.objects.get().started_on == date(2026, 3, 13)


def test_nothing_new_makes_no_draft(patient):
    record_check_in(
        participant=patient, due_on=date(2026, 3, 15), by=patient.user, now=NOW,
        entry={"anything_new": False},
    )  # fmt: skip
    assert not AdverseEvent.objects.exists()


@pytest.mark.parametrize(("symptom", "drafts"), [("chest_pain", 1), ("dizziness", 0)])
def test_a_red_flag_in_the_log_makes_a_draft_once(patient, symptom, drafts):
    entry = {
        "modality": "aerobic", "activity": "jogging", "duration_min": 30,
        "started_at": NOW - timedelta(hours=1), "symptoms": [symptom],
    }  # fmt: skip
    key = uuid.uuid4()
    for edit in (1, 2):
        record_workout(
            participant=patient, uuid=key, edit=edit, by=patient.user, now=NOW,
            entry={**entry, "effort": edit},
        )  # fmt: skip
    assert list(AdverseEvent.objects.values_list("source", "started_on")) == [
        ("log", date(2026, 3, 18))
    ] * drafts  # fmt: skip


def test_what_was_assessed_is_not_rewritten_by_its_source(patient, clinician):
    source = {"source_kind": "check_in", "source_id": "7"}
    event = draft(patient, **source)
    events.assess(event=event, entry=ENTRY, by=clinician, now=NOW)
    assert draft(patient, verbatim="Other words", **source).verbatim == "My ankle hurts"


@pytest.mark.parametrize(
    ("role", "refused"),
    [(Role.COORDINATOR, None), (Role.MONITOR, Forbidden), (Role.RATER, Forbidden)],
)
def test_who_may_note_what_they_were_told(patient, role, refused):
    by = cast.staff(role, at=patient.site)
    told = {"participant": patient, "verbatim": "Fell", "started_on": NOW.date(), "by": by}
    if refused is None:
        assert events.tell_event(**told, now=NOW).source == "told"
    else:
        with pytest.raises(refused):
            events.tell_event(**told, now=NOW)


# --- the steps


def test_it_is_assessed_and_countersigned_by_another(patient, clinician, other):
    event = assessed(patient, clinician)
    assert (event.state, event.assessed_by) == ("assessed", clinician)
    with pytest.raises(Forbidden):
        events.countersign(event=event, by=clinician, now=NOW)
    event = events.countersign(event=event, by=other, now=NOW)
    assert (event.state, event.countersigned_by) == ("countersigned", other)
    with pytest.raises(IllegalStep):
        events.countersign(event=event, by=other, now=NOW)


def test_the_database_refuses_a_countersignature_by_the_same_person(patient, clinician):
    event = assessed(patient, clinician)
    with pytest.raises(IntegrityError), transaction.atomic():
        AdverseEvent.objects.filter(pk=event.pk).update(countersigned_by=clinician)


def test_a_correction_needs_a_reason_and_a_new_countersignature(patient, clinician, other):
    event = events.countersign(event=assessed(patient, clinician), by=other, now=NOW)
    with pytest.raises(ValidationError) as refused:
        events.assess(event=event, entry={**ENTRY, "grade": 3}, by=clinician, now=NOW)
    assert set(refused.value.message_dict) == {"reason"}
    event = events.assess(
        event=event, entry={**ENTRY, "grade": 3}, reason="X-ray seen", by=clinician, now=NOW
    )
    assert (event.state, event.grade, event.countersigned_by) == ("assessed", 3, None)
    assert event.history.first().history_change_reason == "X-ray seen"


def test_what_is_no_adverse_event_is_said_so_with_a_reason_and_can_be_judged_later(
    patient, clinician
):
    event = draft(patient)
    with pytest.raises(ValidationError):
        events.dismiss(event=event, reason=" ", by=clinician, now=NOW)
    event = events.dismiss(event=event, reason="A new dose of a vitamin", by=clinician, now=NOW)
    assert event.state == "dismissed"
    assert events.assess(event=event, entry=ENTRY, by=clinician, now=NOW).state == "assessed"


@pytest.mark.parametrize(
    ("role", "site", "refused"),
    [(Role.COORDINATOR, "bj", Forbidden), (Role.RATER, "bj", Forbidden),
     (Role.CLINICIAN, "sh", NotFound)],
)  # fmt: skip
def test_nobody_else_assesses(patient, role, site, refused):
    with pytest.raises(refused):
        events.assess(
            event=draft(patient), entry=ENTRY, by=cast.staff(role, at=cast.site(site)), now=NOW
        )


# --- the rules


def test_grade_is_not_seriousness():
    assert problems({**ENTRY, "grade": 3}, known=AdverseEvent.SERIOUS, today=NOW.date()) == {}
    mild = {**ENTRY, "grade": 1, "serious": ["hospitalisation"]}
    assert problems(mild, known=AdverseEvent.SERIOUS, today=NOW.date()) == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"serious": ["bad luck"]}, "serious"),
        ({"started_on": date(2026, 3, 19)}, "started_on"),
        ({"ended_on": date(2026, 3, 15)}, "ended_on"),
        ({"ended_on": date(2026, 3, 19)}, "ended_on"),
        ({"grade": 5}, "outcome"),
        ({"outcome": "fatal"}, "outcome"),
        ({"serious": ["death"], "grade": 5}, "outcome"),
    ],
)
def test_what_contradicts_itself_is_refused(changes, field):
    found = problems({**ENTRY, **changes}, known=AdverseEvent.SERIOUS, today=NOW.date())
    assert set(found) == {field}


@pytest.mark.parametrize(
    ("hours", "reported", "late"),
    [(24, None, False), (24.1, None, True), (48, 23, False), (48, 25, True)],
)
def test_a_serious_one_is_reported_within_24_hours(hours, reported, late):
    at = None if reported is None else NOW + timedelta(hours=reported)
    now = NOW + timedelta(hours=hours)
    assert report_clock(serious=True, aware_at=NOW, reported_at=at, now=now).late is late
    assert not report_clock(serious=False, aware_at=NOW, reported_at=None, now=now).late


# --- the pages


def of(user, settings):
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    client = Client()
    client.force_login(user)
    return client


FORM = {**ENTRY, "started_on": "2026-03-16", "ended_on": "", "expected": "false"}


def test_a_clinician_walks_it_from_the_list_to_the_report(
    patient, clinician, other, settings, clock
):
    page = of(clinician, settings)
    assert page.post("/safety/events/", {
        "participant": patient.pk, "started_on": "2026-03-16", "verbatim": "In hospital",
    }).status_code == 302  # fmt: skip
    event = AdverseEvent.objects.get()
    here = f"/safety/events/{event.pk}/"
    assert "In hospital" in page.get("/safety/events/").text
    assert page.post(f"{here}assess/", {"grade": "2"}).status_code == 400
    sent = {**FORM, "serious": ["hospitalisation"]}
    assert page.post(f"{here}assess/", sent).status_code == 302
    assert "Report within 24 hours" in page.get(here).text
    clock.move_to(NOW + timedelta(hours=25))
    page = of(other, settings)
    late = "A serious adverse event was not reported within 24 hours."
    assert late in page.get("/safety/").text
    assert page.post(f"{here}step/", {"step": "countersign"}).status_code == 302
    assert page.post(f"{here}step/", {"step": "report"}).status_code == 302
    assert late not in page.get("/safety/").text
    text = page.get(here).text
    assert "reported, late" in text
    event.refresh_from_db()
    assert (event.state, event.reported_at) == ("countersigned", NOW + timedelta(hours=25))


def test_the_list_says_what_is_waited_for(patient, clinician, other, settings):
    told = [draft(patient, clinician, verbatim=words) for words in ("one", "two", "three", "four")]
    for event in told[1:3]:
        events.assess(event=event, entry=ENTRY, by=clinician, now=NOW)
    events.countersign(event=told[2], by=other, now=NOW)
    events.dismiss(event=told[3], reason="a medicine", by=clinician, now=NOW)
    page = of(other, settings).get("/safety/events/")
    lists = [page.context[name] for name in ("waiting", "to_sign", "signed", "none")]
    assert [[row["event"] for row in rows] for rows in lists] == [[event] for event in told]
    assert page.text.index("To be countersigned") < page.text.index("Note what somebody told")


def test_the_page_has_the_sites_own_time_and_each_step_by_its_name(
    patient, clinician, settings, clock
):
    event = assessed(patient, clinician, serious=["hospitalisation"])
    clock.move_to(NOW + timedelta(hours=5))
    events.mark_reported(event=event, by=clinician, now=NOW + timedelta(hours=5))
    page = of(clinician, settings).get(f"/safety/events/{event.pk}/")
    done = [step["what"] for step in page.context["history"]]
    assert done == ["reported to the sponsor", "assessed", "to be assessed"]
    # Noon and five hours later in Beijing.
    assert "known since 18 March 2026, 12:00" in page.text
    assert "18 Mar 2026, 17:00" in page.text
    assert "<dd>16 March 2026</dd>" in page.text


def test_a_correction_is_folded_away_until_it_has_a_fault(patient, clinician, settings):
    page, event = of(clinician, settings), assessed(patient, clinician)
    assert '<details class="more"><summary>' in page.get(f"/safety/events/{event.pk}/").text
    refused = page.post(f"/safety/events/{event.pk}/assess/", FORM)
    assert refused.status_code == 400
    assert '<details class="more" open><summary>' in refused.text


def test_who_reads_and_who_does_not(patient, settings):
    event = draft(patient)
    for role, status in (
        (Role.MONITOR, 200), (Role.COORDINATOR, 200), (Role.RATER, 403), (Role.STATISTICIAN, 403),
        (Role.INSTRUCTOR, 403),
    ):  # fmt: skip
        page = of(cast.staff(role, at=patient.site), settings)
        for address in ("/safety/events/", f"/safety/events/{event.pk}/", "/safety/report/"):
            assert page.get(address).status_code == status, (role, address)
    far = of(cast.staff(Role.CLINICIAN, at=cast.site("sh"), name="far"), settings)
    assert far.get(f"/safety/events/{event.pk}/").status_code == 404


def test_the_report_names_what_happened_and_no_group(patient, clinician, settings):
    cast.withdraw(cast.participant("gone"))
    assessed(patient, clinician, serious=["hospitalisation"], narrative="while jogging")
    assessed(patient, clinician)
    page = of(clinician, settings)
    text = page.get("/safety/report/").text
    for words in ("Ankle sprain", "hospital stay", "withdrawal", patient.study_id):
        assert words in text
    for words in ("jogging", "possible", "while", "exercise", "control"):
        assert words not in text.split("<main")[1]
    file = page.get("/safety/report/?since=2026-03-01&until=2026-03-18&format=csv").text
    assert file.count("serious adverse event") == 1
    assert "Ankle" not in page.get("/safety/report/?since=2026-01-01&until=2026-01-31").text
