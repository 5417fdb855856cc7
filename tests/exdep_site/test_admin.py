"""The study desk: who gets where, at which sites, and what nobody sees there."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import time_machine
from django.contrib import admin
from django.test import Client
from django.urls import reverse

import protocol
from accounts.models import AuditEvent, StaffRole, User
from accounts.roles import Role
from core import clock
from enrollment.models import DataLock
from protocol.study import CrisisLine
from safety.models import SafetyAlert
from schedule.models import Pause
from schedule.rules import protocol_plan
from tests import cast
from tests.data_management import study

pytestmark = pytest.mark.django_db

STAFF = (Role.COORDINATOR, Role.CLINICIAN, Role.MONITOR, Role.ADMIN)
OUTSIDE = (Role.RATER, Role.INSTRUCTOR, Role.STATISTICIAN)
DOWNLOAD = "admin:data_management_export_download"
OPEN, SHUT, GONE = 200, 403, 404

# Every list of the desk, and what each role of the desk gets: coordinator, clinician, monitor,
# administrator.
LISTS = {
    "enrollment_participant": (OPEN, OPEN, OPEN, SHUT),
    "enrollment_consentrecord": (OPEN, OPEN, OPEN, SHUT),
    "enrollment_consentdocument": (OPEN, OPEN, OPEN, OPEN),
    "enrollment_consentconversation": (OPEN, OPEN, OPEN, SHUT),
    "enrollment_invitation": (OPEN, SHUT, SHUT, SHUT),
    "enrollment_medication": (OPEN, OPEN, OPEN, SHUT),
    "enrollment_deviceissue": (OPEN, OPEN, OPEN, SHUT),
    "enrollment_contact": (OPEN, OPEN, OPEN, SHUT),
    "enrollment_deviation": (OPEN, OPEN, OPEN, SHUT),
    "enrollment_erasure": (OPEN, SHUT, OPEN, SHUT),
    "enrollment_withdrawal": (OPEN, OPEN, OPEN, SHUT),
    "enrollment_datalock": (OPEN, OPEN, OPEN, SHUT),
    "enrollment_unblinding": (OPEN, OPEN, OPEN, OPEN),
    "enrollment_protocolconfirmation": (OPEN, OPEN, OPEN, SHUT),
    "enrollment_screening": (OPEN, OPEN, OPEN, SHUT),
    "schedule_fitnessassessment": (OPEN, OPEN, OPEN, SHUT),
    "schedule_prescription": (OPEN, OPEN, OPEN, SHUT),
    "schedule_pause": (OPEN, OPEN, OPEN, SHUT),
    "schedule_instructing": (OPEN, OPEN, OPEN, SHUT),
    "safety_safetyalert": (OPEN, OPEN, OPEN, SHUT),
    "logging_app_workout": (OPEN, OPEN, OPEN, SHUT),
    "logging_app_sleepnight": (OPEN, OPEN, OPEN, SHUT),
    "logging_app_checkin": (OPEN, OPEN, OPEN, SHUT),
    "assessments_visit": (OPEN, OPEN, OPEN, SHUT),
    "assessments_response": (OPEN, OPEN, OPEN, SHUT),
    "assessments_ratertraining": (OPEN, OPEN, OPEN, SHUT),
    "assessments_ratingagreement": (OPEN, OPEN, OPEN, SHUT),
    "assessments_armguess": (OPEN, OPEN, OPEN, SHUT),
    "data_management_export": (OPEN, SHUT, OPEN, OPEN),
    "accounts_auditevent": (OPEN, SHUT, OPEN, OPEN),
    "accounts_user": (OPEN, SHUT, SHUT, OPEN),
    "accounts_staffrole": (SHUT, SHUT, SHUT, OPEN),
    "accounts_site": (SHUT, SHUT, SHUT, OPEN),
    "accounts_outgoingmessage": (OPEN, SHUT, SHUT, OPEN),
}


@pytest.fixture(autouse=True)
def at_noon_without_second_factor(settings):
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def people():
    return study.small_study()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def of(role: Role, **where) -> Client:
    return signed_in(cast.staff(role, **where))


def body(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == OPEN, (path, answer.status_code)
    return answer.content.decode()


def read(answer) -> bytes:
    """The whole answer; a file is closed once it is read to its end."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def changelist(name: str) -> str:
    return reverse(f"admin:{name}_changelist")


def page_of(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def test_every_page_of_the_desk_stands_in_the_table():
    registered = {
        f"{m._meta.app_label}_{m._meta.model_name}"
        for m in admin.site._registry
        if m._meta.app_label != "estimates"
    }
    assert registered == set(LISTS)


@pytest.mark.parametrize("place", range(4), ids=[role.value for role in STAFF])
def test_who_gets_which_list(place):
    client = of(STAFF[place])
    got = {name: client.get(changelist(name)).status_code for name in LISTS}
    assert got == {name: codes[place] for name, codes in LISTS.items()}


@pytest.mark.parametrize("role", OUTSIDE)
def test_other_roles_get_nowhere(role):
    client = of(role)
    for path in (reverse("admin:index"), reverse(DOWNLOAD), *map(changelist, LISTS)):
        assert client.get(path).status_code == SHUT, path


def test_nobody_and_participants_get_nowhere(people):
    for path in (reverse("admin:index"), reverse(DOWNLOAD), *map(changelist, LISTS)):
        assert Client().get(path).status_code == 302, path
        assert signed_in(people["mover"].user).get(path).status_code == SHUT, path


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CLINICIAN, Role.MONITOR])
def test_another_sites_participants_are_not_there(people, role):
    client = of(role, at=cast.site("sh"))
    text = body(client, changelist("enrollment_participant"))
    assert "EX-usual" in text
    assert "EX-mover" not in text
    mover = people["mover"]
    rows = [mover, mover.workouts.first(), mover.nights.first(), mover.visits.first(),
            mover.responses.first(), mover.consents.first()]  # fmt: skip
    for row in rows:
        assert client.get(page_of(row)).status_code == GONE, row
    assert client.get(page_of(people["usual"])).status_code == OPEN


def test_nothing_can_be_deleted_or_added_by_the_desk(people):
    for role in STAFF:
        client = of(role, name=f"d-{role}")
        for name in LISTS:
            add = client.get(reverse(f"admin:{name}_add")).status_code
            allowed = {
                (Role.CLINICIAN, "schedule_fitnessassessment"),
                (Role.CLINICIAN, "enrollment_unblinding"), (Role.ADMIN, "enrollment_unblinding"),
                (Role.CLINICIAN, "enrollment_consentdocument"),
                (Role.ADMIN, "enrollment_consentdocument"),
                (Role.CLINICIAN, "enrollment_consentconversation"),
                (Role.COORDINATOR, "enrollment_invitation"),
                *((by, f"enrollment_{what}") for by in (Role.COORDINATOR, Role.CLINICIAN)
                  for what in ("medication", "deviceissue", "contact", "deviation",
                               "protocolconfirmation")),
                (Role.ADMIN, "accounts_user"), (Role.ADMIN, "accounts_site"),
                (Role.COORDINATOR, "schedule_instructing"),
                (Role.COORDINATOR, "assessments_ratertraining"),
                (Role.CLINICIAN, "assessments_ratertraining"),
            }  # fmt: skip
            assert add == (OPEN if (role, name) in allowed else SHUT), (role, name)
        for row in (people["mover"], people["mover"].workouts.first(), people["mover"].user):
            path = page_of(row).replace("/change/", "/delete/")
            assert client.post(path, {"post": "yes"}).status_code in {GONE, SHUT}
    people["mover"].refresh_from_db()
    assert people["mover"].workouts.count() == 4


def test_a_workout_cannot_be_changed_here(people):
    workout = people["mover"].workouts.first()
    answer = of(Role.COORDINATOR).post(page_of(workout), {"duration_min": "99"})
    assert answer.status_code == SHUT
    workout.refresh_from_db()
    assert workout.duration_min != 99


def test_the_participants_page_shows_what_happened_without_a_name(people):
    SafetyAlert.objects.create(
        participant=people["mover"], kind="red_flag_symptom", tier="immediate",
        source_kind="workout", source_id="1", detail={"symptoms": ["chest_pain"]},
    )  # fmt: skip
    text = body(of(Role.MONITOR), page_of(people["mover"]))
    for words in ("EX-mover", "Exercise programme", "Week 7", "Cycling", "Night",
                  "Consent signed", "red-flag symptom", "2 of 5 sessions", "taken back",
                  "Starting visit"):  # fmt: skip
        assert words in text, words
    for marker in study.MARKERS[:3]:
        assert marker not in text


def test_names_are_shown_to_coordinators_of_the_site_and_administrators_only(people):
    person = people["mover"].user
    assert "Marker-Name" in body(of(Role.COORDINATOR, at=cast.site()), page_of(person))
    assert "Marker-Name" in body(of(Role.ADMIN), page_of(person))
    assert of(Role.COORDINATOR, at=cast.site("sh")).get(page_of(person)).status_code == GONE
    for role in (Role.CLINICIAN, Role.MONITOR):
        assert of(role).get(page_of(person)).status_code == SHUT


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CLINICIAN, Role.MONITOR])
def test_no_page_of_the_data_names_a_participant(people, role):
    mover = people["mover"]
    client = of(role)
    pages = [page_of(row) for row in (mover, *mover.workouts.all(), *mover.nights.all(),
                                      *mover.visits.all(), *mover.responses.all())]  # fmt: skip
    pages += [path.replace("/change/", "/history/") for path in pages]
    pages += [changelist(name) for name, codes in LISTS.items()
              if codes[STAFF.index(role)] == OPEN and name != "accounts_user"]  # fmt: skip
    for path in pages:
        text = body(client, path)
        for marker in study.MARKERS[:3]:
            assert marker not in text, path


def test_open_alerts_come_first_and_in_red(people):
    for number, person in enumerate(("mover", "usual")):
        SafetyAlert.objects.create(
            participant=people[person], kind="red_flag_symptom", tier="immediate",
            source_kind="workout", source_id=str(number), detail={"symptoms": ["chest_pain"]},
        )  # fmt: skip
    text = body(of(Role.CLINICIAN), changelist("safety_safetyalert"))
    assert text.count("desk-tag--urgent") == 2
    listed = body(of(Role.COORDINATOR), changelist("enrollment_participant"))
    assert listed.count("desk-tag--urgent") == 2


def test_history_says_who_when_and_why(people):
    workout = people["mover"].workouts.order_by("started_at").first()
    workout.duration_min = 31
    workout._history_user = people["mover"].user
    workout._change_reason = "the watch was right"
    workout.save()
    path = reverse("admin:logging_app_workout_history", args=[workout.pk])
    text = body(of(Role.MONITOR), path)
    for words in ("the watch was right", "the participant", ">30<", ">31<"):
        assert words in text, words


def test_answers_are_shown_in_words_with_the_score(people):
    response = people["mover"].responses.get(instrument="hdrs17")
    text = body(of(Role.CLINICIAN), page_of(response))
    assert "52 of 52" in text
    assert "Depressed mood" in text
    draft = people["mover"].responses.get(instrument="wellbeing")
    assert "would rather not answer" in body(of(Role.MONITOR), page_of(draft))


def test_a_clinician_keeps_a_fitness_assessment_and_the_trail_tells_it(people):
    clinician = cast.staff(Role.CLINICIAN)
    client = signed_in(clinician)
    answer = client.post(reverse("admin:schedule_fitnessassessment_add"), {
        "participant": people["mover"].pk, "assessed_on": "2026-03-01", "resting_hr_bpm": "66",
        "max_hr_source": "tanaka",
    })  # fmt: skip
    assert answer.status_code == 302
    kept = people["mover"].fitness_assessments.first()
    assert (kept.resting_hr_bpm, kept.by) == (66, clinician)
    event = AuditEvent.objects.get(action="schedule.assessed")
    assert (event.actor_id, event.participant_id) == (clinician.pk, people["mover"].pk)


def test_a_fitness_assessment_is_never_changed_and_the_next_begins_with_it(people):
    kept = people["mover"].fitness_assessments.get()
    kept.limit_hr_bpm = 130
    kept.save()
    client = of(Role.CLINICIAN)
    entry = {"assessed_on": "2026-03-01", "resting_hr_bpm": "64", "max_hr_source": "tanaka"}
    assert client.post(page_of(kept), {**entry, "reason": "slip"}).status_code == SHUT
    add = reverse("admin:schedule_fitnessassessment_add")
    text = body(client, f"{add}?participant={people['mover'].pk}")
    assert f'value="{kept.resting_hr_bpm}"' in text
    assert 'value="130"' in text
    entry |= {"participant": people["mover"].pk, "limit_hr_bpm": "120"}
    assert client.post(add, entry).status_code == 302
    row = people["mover"].fitness_assessments.first()
    assert (row.resting_hr_bpm, row.limit_hr_bpm) == (64, 120)
    assert row.limits_by == row.by
    assert people["mover"].fitness_assessments.count() == 2


def test_a_fitness_assessment_of_tomorrow_is_refused(people):
    client = of(Role.CLINICIAN)
    answer = client.post(reverse("admin:schedule_fitnessassessment_add"), {
        "participant": people["mover"].pk, "assessed_on": "2026-04-01", "resting_hr_bpm": "66",
        "max_hr_source": "tanaka",
    })  # fmt: skip
    assert answer.status_code == OPEN
    assert "in the future" in answer.content.decode()


def test_a_prescription_is_read_on_the_desk_with_what_it_asks(people):
    row = cast.prescribe(people["usual"], protocol_plan(protocol.current(), 1))
    text = body(of(Role.MONITOR), page_of(row))
    assert "minutes 30" in text
    assert "as the protocol says" in text


def test_why_sessions_are_on_hold_is_for_clinicians_only(people):
    clinician = cast.staff(Role.CLINICIAN, name="seen")
    row = Pause.objects.create(
        participant=people["mover"], kind="hold", starts_on=clock.now().date(),
        reason="thoughts of harm", by=clinician,
    )  # fmt: skip
    history = reverse("admin:schedule_pause_history", args=[row.pk])
    for role in (Role.COORDINATOR, Role.MONITOR):
        client = of(role)
        assert "thoughts of harm" not in body(client, page_of(row))
        assert client.get(history).status_code == SHUT
    client = of(Role.CLINICIAN)
    assert "thoughts of harm" in body(client, page_of(row))
    assert client.get(history).status_code == OPEN


def test_a_coordinator_assigns_an_instructor_and_ends_it(people):
    first, second = (cast.staff(Role.INSTRUCTOR, name=name) for name in ("first", "second"))
    rater, person = cast.staff(Role.RATER), people["mover"]
    client = of(Role.COORDINATOR)
    add = reverse("admin:schedule_instructing_add")
    for instructor, status in ((first, 302), (second, 302), (rater, OPEN)):
        entry = {"participant": person.pk, "instructor": instructor.pk, "reason": "shares"}
        assert client.post(add, entry).status_code == status
    now = {row.instructor: row.until for row in person.instructed.all()}
    assert now == {first: clock.now(), second: None}
    current = person.instructed.get(until=None)
    assert client.post(page_of(current), {"end_now": "on", "reason": "left"}).status_code == 302
    current.refresh_from_db()
    assert current.until == clock.now()
    assert client.post(page_of(current), {"end_now": "on"}).status_code == SHUT
    assert of(Role.CLINICIAN).post(add, {}).status_code == SHUT


def test_a_lock_refuses_a_fitness_assessment(people):
    clinician = cast.staff(Role.CLINICIAN)
    DataLock.objects.create(at=clock.now(), by=clinician, reason="frozen")
    answer = signed_in(clinician).post(reverse("admin:schedule_fitnessassessment_add"), {
        "participant": people["mover"].pk, "assessed_on": "2026-03-01", "resting_hr_bpm": "66",
        "max_hr_source": "tanaka",
    })  # fmt: skip
    assert answer.status_code == OPEN
    assert people["mover"].fitness_assessments.count() == 1


def test_a_clinician_reaches_only_participants_of_the_site_who_exercise(people):
    cast.participant("there", at=cast.site("sh"))
    client = of(Role.CLINICIAN, at=cast.site("sh"))
    text = body(client, reverse("admin:schedule_fitnessassessment_add"))
    assert "EX-there" in text
    assert "EX-usual" not in text
    assert "EX-mover" not in text


def test_a_coordinator_looks_at_fitness_assessments_only(people):
    kept = people["mover"].fitness_assessments.get()
    client = of(Role.COORDINATOR)
    assert client.get(page_of(kept)).status_code == OPEN
    assert client.post(page_of(kept), {"resting_hr_bpm": "99"}).status_code == SHUT


def test_roles_are_given_and_ended_with_a_reason():
    boss, person = cast.staff(Role.ADMIN), cast.user("helper")
    client = signed_in(boss)
    path = reverse("admin:accounts_user_roles", args=[person.pk])
    grant = {"action": "grant", "grant-role": "coordinator", "grant-site": cast.site().pk}
    assert client.post(path, grant).status_code == OPEN
    assert not person.staff_roles.exists()
    assert client.post(path, {**grant, "grant-reason": "new here"}).status_code == 302
    held = StaffRole.objects.get(user=person)
    assert (held.role, held.granted_by, held.reason) == ("coordinator", boss, "new here")
    end = {"action": "end", "held": held.pk, "end-reason": "left"}
    assert client.post(path, end).status_code == 302
    held.refresh_from_db()
    assert held.ended_by == boss
    assert AuditEvent.objects.filter(action="accounts.role_granted").count() == 1


def test_a_rater_gets_no_second_role_and_the_page_says_why():
    person = cast.staff(Role.RATER)
    path = reverse("admin:accounts_user_roles", args=[person.pk])
    answer = of(Role.ADMIN).post(
        path, {"action": "grant", "grant-role": "coordinator", "grant-reason": "short of people"}
    )
    assert "A rater holds no other staff role" in answer.content.decode()
    assert person.staff_roles.count() == 1


def test_only_administrators_give_roles():
    person = cast.user("helper")
    path = reverse("admin:accounts_user_roles", args=[person.pk])
    for role in (Role.COORDINATOR, Role.CLINICIAN, Role.MONITOR):
        assert of(role).get(path).status_code == SHUT


def test_a_new_account_has_no_password_and_its_name_is_not_in_the_trail():
    answer = of(Role.ADMIN).post(reverse("admin:accounts_user_add"), {
        "name": "Wang Newcomer", "email": "Wang@Example.org", "language": "en",
    })  # fmt: skip
    assert answer.status_code == 302
    made = User.objects.get(email="wang@example.org")
    assert not made.has_usable_password()
    event = AuditEvent.objects.get(action="accounts.user_added")
    assert json.loads(event.changes)["changed"] == ["email", "name"]
    assert "Wang" not in event.changes + event.reason


@pytest.mark.parametrize("role", STAFF)
def test_who_downloads(people, role):
    client = of(role)
    allowed = role in {Role.COORDINATOR, Role.ADMIN}
    assert client.get(reverse(DOWNLOAD)).status_code == (OPEN if allowed else SHUT)
    answer = client.post(reverse(DOWNLOAD), {"kind": "conduct"})
    read(answer)
    assert answer.status_code == (OPEN if allowed else SHUT)
    assert AuditEvent.objects.filter(action="data.exported").exists() == allowed


@pytest.mark.parametrize(("kind", "holds", "lacks"), [
    ("conduct", "workouts.csv", "allocations.csv"), ("blinded", "allocations.csv", "workouts.csv"),
])  # fmt: skip
def test_the_download_is_a_zip_with_codebook_and_manifest(people, kind, holds, lacks):
    answer = of(Role.COORDINATOR).post(reverse(DOWNLOAD), {"kind": kind})
    name = answer["Content-Disposition"]
    assert name.startswith("attachment; filename=")
    assert not any(word in name.lower() for word in ("exdep", "exercise", "depress", "trial"))
    archive = zipfile.ZipFile(io.BytesIO(read(answer)))
    files = {entry.split("/")[-1] for entry in archive.namelist()}
    assert {holds, "codebook.csv", "manifest.json"} <= files
    assert lacks not in files
    folder = archive.namelist()[0].split("/")[0]
    assert json.loads(archive.read(f"{folder}/manifest.json"))["kind"] == kind


def test_groups_with_study_ids_are_not_given(people):
    answer = of(Role.COORDINATOR).post(reverse(DOWNLOAD), {"kind": "blinded", "identified": "on"})
    assert answer["Content-Type"].startswith("text/html")
    assert "Groups never come with study ids" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="data.exported").exists()


def test_the_home_page_leads_to_what_the_role_does(people):
    text = body(of(Role.COORDINATOR), reverse("admin:index"))
    for name in ("enrollment_participant", "safety_safetyalert", "logging_app_workout"):
        assert changelist(name) in text
    assert reverse(DOWNLOAD) in text
    assert reverse(DOWNLOAD) not in body(of(Role.MONITOR), reverse("admin:index"))
    assert changelist("enrollment_participant") not in body(of(Role.ADMIN), reverse("admin:index"))


def test_a_scoped_coordinator_reads_only_the_own_sites_trail(people):
    client = of(Role.CLINICIAN, name="doc")
    client.post(reverse("admin:schedule_fitnessassessment_add"), {
        "participant": people["mover"].pk, "assessed_on": "2026-03-01", "resting_hr_bpm": "66",
        "max_hr_source": "tanaka",
    })  # fmt: skip
    word = "schedule.assessed"
    path = changelist("accounts_auditevent")
    assert word in body(of(Role.MONITOR), path)
    assert word in body(of(Role.COORDINATOR, at=cast.site()), path)
    assert word not in body(of(Role.COORDINATOR, at=cast.site("sh")), path)


@pytest.mark.parametrize("name", ["enrollment_participant", "logging_app_workout",
                                  "assessments_response", "accounts_user"])  # fmt: skip
def test_a_longer_list_asks_no_more_queries(people, name, django_assert_max_num_queries):
    client = of(Role.COORDINATOR)
    for number in range(12):
        person = cast.participant(f"more{number}")
        study.workout(person, person.day_one)
    client.get(changelist(name))
    with django_assert_max_num_queries(20):
        assert client.get(changelist(name)).status_code == OPEN


def test_the_timeline_asks_no_more_queries_for_more_rows(people, django_assert_max_num_queries):
    for _ in range(20):
        study.workout(people["mover"], people["mover"].day_one)
    client = of(Role.COORDINATOR)
    client.get(page_of(people["mover"]))
    with django_assert_max_num_queries(28):
        client.get(page_of(people["mover"]))


def test_no_inline_script_or_style_on_the_desk(people):
    client = of(Role.COORDINATOR)
    mover = people["mover"]
    paths = [reverse("admin:index"), reverse(DOWNLOAD), page_of(mover),
             page_of(mover.workouts.first()), page_of(mover.responses.first()),
             *[changelist(n) for n, codes in LISTS.items() if codes[0] == OPEN]]  # fmt: skip
    for path in paths:
        text = body(client, path).lower()
        for inline in ("<style", " style=", "<script>", " onclick=", " onload=", "javascript:"):
            assert inline not in text, (path, inline)


@pytest.mark.parametrize(
    ("role", "told"),
    [(Role.COORDINATOR, True), (Role.ADMIN, True), (Role.CLINICIAN, False), (Role.MONITOR, False)],
)
def test_desk_tells_those_who_can_see_to_it_that_help_lines_were_not_rung(db, role, told):
    """The shipped lines carry no day on which somebody rang them (`verified_on`)."""
    assert ("were never rung" in body(of(role), "/admin/")) is told


def test_desk_says_nothing_once_every_help_line_was_rung(db, monkeypatch):
    monkeypatch.setattr(CrisisLine, "is_stale", lambda line, today, days: False)
    assert "were never rung" not in body(of(Role.COORDINATOR), "/admin/")
