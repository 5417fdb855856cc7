"""The sealed list: made once, used in order, proved untouched, and never shown."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

import protocol
from accounts import audit
from accounts.models import AuditEvent
from accounts.roles import Role
from core.errors import ConsentPending, Forbidden, IllegalStep, Locked, Withdrawn
from enrollment.models import (
    AllocationList,
    AllocationSlot,
    BaselineRecord,
    DataLock,
    Deviation,
    Participant,
    Screening,
)
from enrollment.rules.allocation import Slot, draw_whole, excess_bound, worst_imbalance
from enrollment.services import allocation
from enrollment.services.ready import NotReady, missing_for_allocation
from enrollment.services.states import advance
from tests import cast
from tests.enrollment import stage

pytestmark = pytest.mark.django_db
EQUAL = {"control": 1, "exercise": 1}


def allocate(person, **options):
    by = options.pop("by", None) or stage.coordinator()
    return allocation.allocate(participant=person, by=by, now=options.pop("now", cast.NOW))


def verify() -> str:
    out = StringIO()
    call_command("verify_allocation", stdout=out)
    return out.getvalue()


# --- making the list


def test_list_follows_the_protocols_strata_and_caps():
    made = stage.make_list()
    assert dict(made.places) == {"female": 50, "male": 50}
    assert (made.totals_differ_by, AllocationSlot.objects.count()) == (0, 100)
    assert made.bound <= 6


def test_list_is_made_once():
    stage.make_list()
    with pytest.raises(ValidationError, match="only one"):
        stage.make_list()
    assert AllocationSlot.objects.count() == 100


def test_list_after_people_were_allocated_without_one_is_refused():
    cast.participant("early", week=2)
    with pytest.raises(ValidationError, match="without a list"):
        stage.make_list()


def test_list_from_a_short_seed_is_refused():
    with pytest.raises(ValidationError, match="too short"):
        allocation.make_list(seed=b"123456789012345", by=None, now=cast.NOW)


def test_list_of_the_same_seed_is_the_same_list():
    made = stage.make_list()
    drawn = draw_whole(stage.SEED, {"female": 50, "male": 50}, EQUAL, overflow="refuse")
    opened = [
        Slot(row.stratum, row.position, allocation.open_arm(row))
        for row in AllocationSlot.objects.all()
    ]
    assert sorted(opened) == drawn
    assert AllocationList.objects.get().sha256 == made.sha256
    told = AuditEvent.objects.get(action="allocation.list_made").changes
    assert made.sha256 in told
    assert made.seed_sha256 in told


def test_sealed_arms_are_all_of_one_length_and_never_alike():
    """A shorter name of an arm must not show through its seal."""
    stage.make_list()
    sealed = list(AllocationSlot.objects.values_list("sealed_arm", flat=True))
    assert len({len(text) for text in sealed}) == 1
    assert len(set(sealed)) == 100
    assert not any(re.search("exercise|control", text) for text in sealed)


def test_extended_list_is_exact_at_its_caps_and_goes_on():
    slots = draw_whole(stage.SEED, {"all": 50}, EQUAL, overflow="extend")
    assert [slot.position for slot in slots] == list(range(1, 101))
    first = [slot.arm for slot in slots[:50]]
    assert first.count("control") == 25
    assert worst_imbalance(slots)["all"] <= 3


def test_bound_on_the_totals_is_the_sum_over_the_strata():
    """Four strata of 25 cannot be exact: each can be off by half a block, and all at once."""
    caps = dict.fromkeys(("bj/female", "bj/male", "sh/female", "sh/male"), 25)
    slots = draw_whole(stage.SEED, caps, EQUAL, overflow="refuse")
    assert excess_bound(slots, EQUAL) == sum(worst_imbalance(slots).values()) <= 12


def test_site_by_sex_gives_each_site_its_strata(monkeypatch):
    cast.site("bj"), cast.site("sh")
    study = protocol.current()
    strata = replace(study.strata, factors=("site", "sex"), caps={})
    monkeypatch.setattr(protocol, "current", lambda: replace(study, strata=strata))
    made = stage.make_list()
    assert set(made.places) == {"bj/female", "bj/male", "sh/female", "sh/male"}
    person = stage.ready(at=cast.site("sh"))
    allocate(person)
    assert AllocationSlot.objects.get(participant=person).stratum == "sh/female"
    assert "is untouched" in verify()


def test_command_generates_a_seed_and_shows_it_once(tmp_path):
    out = StringIO()
    call_command("make_allocation_list", "--generate", stdout=out)
    seed = re.search("shown only now: (\\w+)", out.getvalue())[1]
    assert len(seed) == 64
    assert AllocationList.objects.get().sha256 in out.getvalue()
    assert AllocationList.objects.get().seed_sha256 in out.getvalue()
    assert not re.search("exercise|control", out.getvalue())
    assert seed not in "".join(AuditEvent.objects.values_list("changes", flat=True))


def test_command_reads_a_seed_file_and_refuses_a_second_time(tmp_path):
    (tmp_path / "seed").write_text("0123456789abcdef0123456789abcdef\n")
    call_command("make_allocation_list", seed_file=tmp_path / "seed", stdout=StringIO())
    with pytest.raises(CommandError, match="only one"):
        call_command("make_allocation_list", seed_file=tmp_path / "seed", stdout=StringIO())


def test_command_without_its_file_says_so(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("make_allocation_list", seed_file=tmp_path / "none", stdout=StringIO())


# --- allocating


def test_allocating_gives_arm_and_day_one_in_the_persons_own_zone():
    stage.make_list()
    person = allocate(stage.ready(zone="Asia/Shanghai"))
    slot = AllocationSlot.objects.get(participant=person)
    assert person.state == Participant.State.ALLOCATED
    assert person.arm == allocation.open_arm(slot)
    assert person.day_one.isoformat() == "2026-03-18"
    assert (slot.stratum, slot.position) == ("female", 1)
    event = AuditEvent.objects.get(action="allocation.allocated")
    assert event.participant_id == person.pk
    assert person.arm not in event.changes


def test_allocating_again_changes_nothing():
    stage.make_list()
    person = stage.ready()
    first = allocate(person)
    again = allocate(person, now=cast.NOW + timedelta(days=3))
    assert (again.arm, again.day_one) == (first.arm, first.day_one)
    assert AllocationSlot.objects.exclude(participant=None).count() == 1


def test_allocating_takes_the_places_of_each_stratum_in_order():
    stage.make_list()
    people = [stage.ready(f"p{n}", sex=["female", "male"][n % 3 == 0]) for n in range(9)]
    for person in people:
        allocate(person)
    for sex in ("female", "male"):
        mine = [person.pk for person in people if person.sex == sex]
        used = AllocationSlot.objects.filter(stratum=sex).exclude(participant=None)
        order = used.order_by("position").values_list("participant", flat=True)
        assert list(order) == mine
    assert "9 used in order" in verify()


LACKS = {
    "consent": lambda p: cast.consent_document("2", approved_at=cast.NOW - timedelta(hours=1)),
    "eligibility": lambda p: Screening.objects.filter(participant=p).update(
        decided_at=None, decided_by=None
    ),
    "baseline:rating": lambda p: BaselineRecord.objects.filter(part="rating").delete(),
    "baseline:wellbeing": lambda p: BaselineRecord.objects.filter(part="wellbeing").delete(),
    "baseline:nights": lambda p: BaselineRecord.objects.filter(part="nights").update(
        complete=False
    ),
    "baseline_lock": lambda p: Participant.objects.filter(pk=p.pk).update(state="eligible"),
    "place": lambda p: AllocationSlot.objects.filter(stratum="female").delete(),
    "list": lambda p: AllocationList.objects.all().delete(),
}


@pytest.mark.parametrize("code", LACKS)
def test_allocating_needs_every_condition(code):
    stage.make_list()
    person = stage.ready()
    assert missing_for_allocation(person, cast.NOW) == ()
    LACKS[code](person)
    person.refresh_from_db()
    assert missing_for_allocation(person, cast.NOW) == (code,)
    with pytest.raises(ConsentPending if code == "consent" else NotReady):
        allocate(person)
    person.refresh_from_db()
    assert (person.arm, person.day_one) == ("", None)
    assert not AllocationSlot.objects.exclude(participant=None).exists()


def test_allocating_needs_the_countersignature():
    stage.make_list()
    person = stage.ready(countersigned=False)
    assert missing_for_allocation(person, cast.NOW) == ("countersignature",)
    with pytest.raises(NotReady):
        allocate(person)


def test_allocating_someone_who_turned_out_unfit_is_refused():
    stage.make_list()
    person = stage.ready()
    Screening.objects.filter(participant=person).update(fitness_result="fail")
    with pytest.raises(NotReady):
        allocate(person)


def test_allocating_after_leaving_or_a_lock_is_refused():
    stage.make_list()
    gone, locked = stage.ready("gone"), stage.ready("locked")
    cast.withdraw(gone)
    DataLock.objects.create(
        participant=locked, at=cast.NOW - timedelta(hours=1), by=cast.investigator(), reason="x"
    )
    with pytest.raises(Withdrawn):
        allocate(gone)
    with pytest.raises(Locked):
        allocate(locked)


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.ADMIN, Role.RATER, Role.INSTRUCTOR])
def test_allocating_is_for_coordinators(role):
    stage.make_list()
    with pytest.raises(Forbidden):
        allocate(stage.ready(), by=cast.staff(role))


def test_allocating_is_for_coordinators_of_the_site():
    stage.make_list()
    with pytest.raises(Forbidden):
        allocate(stage.ready(at=cast.site("bj")), by=stage.coordinator(cast.site("sh")))


def test_allocating_stops_at_the_cap():
    stage.make_list(caps={"female": 2, "male": 2})
    for n in range(2):
        allocate(stage.ready(f"p{n}"))
    with pytest.raises(NotReady) as refused:
        allocate(stage.ready("third"))
    assert refused.value.missing == ("place",)
    assert allocate(stage.ready("man", sex="male")).arm


def test_arm_cannot_be_taken_back():
    stage.make_list()
    person = allocate(stage.ready())
    for event in ("allocate", "lock_baseline", "find_ineligible"):
        with pytest.raises(IllegalStep):
            advance(participant=person, event=event, by=None, now=cast.NOW)


# --- a wrong stratum


def test_wrong_stratum_keeps_the_arm_and_is_a_deviation():
    stage.make_list()
    person = allocate(stage.ready())
    allocation.correct_sex(
        participant=person, sex="male", by=stage.coordinator(), now=cast.NOW, reason="Mistyped."
    )
    after = Participant.objects.get(pk=person.pk)
    assert (after.sex, after.arm, after.day_one) == ("male", person.arm, person.day_one)
    row = Deviation.objects.get()
    assert (row.category, row.major) == ("randomisation", True)
    assert "female" in row.what
    assert "is untouched" in verify()


def test_wrong_stratum_without_a_deviation_fails_the_proof():
    stage.make_list()
    person = allocate(stage.ready())
    Participant.objects.filter(pk=person.pk).update(sex="male")
    with pytest.raises(CommandError, match=r"Slot 1 of female: .* another stratum"):
        verify()


# --- the proof


def test_proof_of_an_untouched_list_tells_its_fingerprint():
    made = stage.make_list()
    assert verify().strip() == (
        f"The list is untouched: 100 places, 0 used in order, SHA-256 {made.sha256}"
    )


def test_proof_without_a_list_says_so():
    with pytest.raises(CommandError, match="no allocation list yet"):
        verify()


def one(stratum, position):
    return AllocationSlot.objects.get(stratum=stratum, position=position)


def test_proof_names_the_slot_that_was_altered():
    stage.make_list()
    slot = one("female", 7)
    slot.sealed_arm = (
        slot.sealed_arm[:-6] + ("A" if slot.sealed_arm[-6] != "A" else "B") + (slot.sealed_arm[-5:])
    )
    slot.save()
    with pytest.raises(CommandError, match=r"^Slot 7 of female was altered or moved.$"):
        verify()


def test_proof_names_both_slots_that_were_swapped():
    stage.make_list()
    first, second = one("male", 3), one("male", 11)
    first.sealed_arm, second.sealed_arm = second.sealed_arm, first.sealed_arm
    first.save(), second.save()
    with pytest.raises(CommandError, match=r"Slot 3 of male .* Slot 11 of male"):
        verify()


def test_proof_names_a_slot_that_is_gone_or_added():
    stage.make_list()
    one("male", 50).delete()
    arm = allocation.seal_arm(Slot("female", 51, "control"))
    AllocationSlot.objects.create(stratum="female", position=51, sealed_arm=arm)
    with pytest.raises(CommandError, match=r"Slot 50 of male is missing. Slot 51 of female was"):
        verify()


def test_proof_knows_a_slot_sealed_anew_with_the_key():
    """Whoever holds the key as well still cannot change the fingerprint in the trail."""
    stage.make_list()
    slot = one("female", 1)
    other = {"exercise": "control", "control": "exercise"}[allocation.open_arm(slot)]
    slot.sealed_arm = allocation.seal_arm(Slot("female", 1, other))
    slot.save()
    with pytest.raises(CommandError, match="not the one that the audit trail knows"):
        verify()


def test_proof_finds_a_place_that_was_skipped():
    stage.make_list()
    person = allocate(stage.ready())
    AllocationSlot.objects.filter(participant=person).update(
        participant=None, used_at=None, used_by=None
    )
    AllocationSlot.objects.filter(stratum="female", position=2).update(
        participant=person, used_at=cast.NOW
    )
    with pytest.raises(CommandError, match=r"Slot 2 of female was used while an earlier one"):
        verify()


def test_proof_finds_places_used_in_the_wrong_order():
    stage.make_list()
    allocate(stage.ready("a"))
    allocate(stage.ready("b"), now=cast.NOW + timedelta(hours=1))
    AllocationSlot.objects.filter(position=1).exclude(participant=None).update(
        used_at=cast.NOW + timedelta(hours=2)
    )
    with pytest.raises(CommandError, match=r"Slot 2 of female was used before"):
        verify()


def test_proof_finds_another_arm_and_another_person():
    stage.make_list()
    first, other = allocate(stage.ready("a")), stage.ready("b")
    arm = {"exercise": "control", "control": "exercise"}[first.arm]
    Participant.objects.filter(pk=first.pk).update(arm=arm)
    with pytest.raises(CommandError, match=r"Slot 1 of female: EX-a is in another arm"):
        verify()
    Participant.objects.filter(pk=first.pk).update(arm="", day_one=None)
    Participant.objects.filter(pk=other.pk).update(arm=first.arm, day_one=cast.NOW.date())
    AllocationSlot.objects.filter(participant=first).update(participant=other)
    with pytest.raises(CommandError, match="trail does not know of EX-b"):
        verify()


def test_proof_finds_someone_allocated_without_a_place():
    stage.make_list()
    cast.participant("smuggled", week=1)
    with pytest.raises(CommandError, match="EX-smuggled has an arm and no place"):
        verify()


# --- never shown


def test_no_admin_page_shows_the_list():
    shown = {model._meta.object_name for model in admin.site._registry}
    assert not shown & {"AllocationSlot", "AllocationList"}


def test_printing_a_slot_tells_no_arm():
    stage.make_list()
    slot = one("female", 1)
    arm = allocation.open_arm(slot)
    drawn = Slot("female", 1, arm)
    assert not re.search("exercise|control", f"{slot} {slot!r} {drawn} {drawn!r}")


def test_sql_log_and_application_log_tell_no_unused_arm(caplog):
    with CaptureQueriesContext(connection) as queries:
        stage.make_list()
    text = " ".join(query["sql"] for query in queries) + caplog.text
    assert not re.search("'(exercise|control)'", text)
    person = stage.ready()
    with CaptureQueriesContext(connection) as queries:
        arm = allocate(person).arm
    other = ({"exercise", "control"} - {arm}).pop()
    assert f"'{other}'" not in " ".join(query["sql"] for query in queries)


def test_nothing_but_the_service_opens_a_slot():
    """One door: a page or an export that opened slots would show here."""
    rooms = ["core", "accounts", "enrollment", "schedule", "safety", "logging_app", "assessments",
             "estimates", "data_management", "exdep_site"]  # fmt: skip
    files = [path for room in rooms for path in Path(settings.BASE_DIR, room).rglob("*.py")]
    found = {
        path.relative_to(settings.BASE_DIR).as_posix()
        for path in files
        if re.search(r"open_arm|sealed_arm", path.read_text()) and "migrations" not in path.parts
    }
    assert found == {
        "enrollment/models/allocation.py", "enrollment/services/allocation.py",
        "enrollment/allocation_proof.py", "data_management/codebook/withheld.py",
    }  # fmt: skip


def test_trail_with_allocations_is_whole():
    stage.make_list()
    allocate(stage.ready())
    call_command("verify_audit", stdout=StringIO())
    assert audit.current_head()["seq"] > 0
