"""Whatever is done in whatever order: no state outside the table, no data row without a valid
consent at its receipt, no allocation without its three conditions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.errors import Refused
from enrollment.models import (
    STATES,
    BaselineRecord,
    ConsentRecord,
    Contact,
    DataLock,
    Medication,
    Participant,
    Screening,
)
from enrollment.selectors import refusal
from enrollment.services import allocation, baseline, conduct, consent, leaving, screening
from tests import cast
from tests.enrollment import consenting, stage

PARTS = tuple(BaselineRecord.Part.values)
STEPS = {(before, after) for (before, _event), after in STATES.steps.items()}
HAPPY = (
    "talk", "sign", "countersign", "own", "clinical", "scale", "decide", *PARTS, "lock",
    "allocate", "medicine",
)  # fmt: skip
NOISE = (
    "medicine", "contact", "renew", "sign", "leave", "void", "erase", "close", "reopen", "decide",
    "allocate", "lock", "clinical",
)  # fmt: skip


class World:
    """One study with one newcomer; each event is a service, at a later hour than the last."""

    def __init__(self) -> None:
        self.now = cast.NOW
        self.document = consenting.approved("2")
        self.desk = stage.coordinator()
        self.doctor = consenting.clinician()
        stage.make_list()
        person = consenting.newcomer()
        person.sex = ""
        person.save()
        self.pk = person.pk

    @property
    def person(self) -> Participant:
        return Participant.objects.get(pk=self.pk)

    def do(self, event: str) -> bool:
        """Whether it was done; a refusal is an answer as well."""
        self.now += timedelta(hours=1)
        try:
            getattr(self, f"_{event}", lambda: self._part(event))()
        except (Refused, ValidationError):
            return False
        return True

    def _talk(self) -> None:
        consenting.talk(self.person, at=self.now)

    def _sign(self) -> None:
        person = self.person
        consent.sign_consent(
            participant=person, text=consenting.text(self.document), by=person.user, now=self.now,
            given=consenting.given(reauthenticated_at=self.now),
        )  # fmt: skip

    def _renew(self) -> None:
        self.document = consenting.approved(f"{int(self.document.version) + 1}", at=self.now)

    def _countersign(self) -> None:
        record = ConsentRecord.objects.filter(participant=self.pk).last()
        if record is not None:
            consent.countersign(record=record, by=self.doctor, now=self.now)

    def _own(self) -> None:
        person = self.person
        answers = {**stage.OWN, "own_exclusions": stage.no_exclusions("participant")}
        screening.save_own_half(participant=person, answers=answers, by=person.user, now=self.now)

    def _clinical(self) -> None:
        fields = {**stage.CLINICAL, "clinical_exclusions": stage.no_exclusions("clinician")}
        screening.save_clinical_half(
            participant=self.person, fields=fields, by=self.doctor, now=self.now, reason="looked"
        )

    def _scale(self) -> None:
        screening.report_rating(
            participant=self.person, total=22, suicide_item=0, rated_on=self.now.date(),
            by=self.doctor, now=self.now,
        )  # fmt: skip

    def _decide(self) -> None:
        screening.decide(participant=self.person, by=self.doctor, now=self.now)

    def _part(self, part: str) -> None:
        baseline.record_baseline(
            participant=self.person, part=part, complete=True, count=5, by=self.doctor,
            now=self.now,
        )  # fmt: skip

    def _lock(self) -> None:
        baseline.lock_baseline(participant=self.person, by=self.desk, now=self.now)

    def _allocate(self) -> None:
        allocation.allocate(participant=self.person, by=self.desk, now=self.now)

    def _medicine(self) -> None:
        row = Medication(participant=self.person, substance="Sertraline", dose="50 mg")
        conduct.note_medication(medication=row, by=self.desk, now=self.now)

    def _contact(self) -> None:
        row = Contact(participant=self.person, at=self.now, channel="phone")
        conduct.note_contact(contact=row, by=self.desk, now=self.now)

    def _leave(self) -> None:
        person = self.person
        leaving.withdraw(
            participant=person, by=person.user, now=self.now, stop_exercise=True,
            stop_contact=False, stop_data_use=False,
        )  # fmt: skip

    def _void(self) -> None:
        leaving.void_enrollment(
            participant=self.person, by=self.desk, now=self.now, reason="someone else"
        )

    def _erase(self) -> None:
        leaving.erase_identity(
            participant=self.person, by=self.desk, now=self.now, reason="by letter"
        )

    def _close(self) -> None:
        DataLock.objects.create(
            participant=self.person, at=self.now, by=self.desk, reason="a look at the data"
        )

    def _reopen(self) -> None:
        DataLock.objects.filter(lifted_at=None).update(lifted_at=self.now, lifted_by=self.desk)


def data_rows() -> int:
    """Rows that hold data of a participant; a baseline record tells of rows kept elsewhere."""
    models: list[Any] = [Medication, Screening]
    return sum(model.objects.count() for model in models)


def walks() -> st.SearchStrategy[list[str]]:
    """The way it should go, with other things done in between, left out, or in another order."""
    straight = st.tuples(
        st.integers(0, len(HAPPY)),
        st.lists(st.tuples(st.integers(0, len(HAPPY)), st.sampled_from(NOISE)), max_size=4),
    ).map(_woven)
    anything = st.lists(st.sampled_from(sorted({*HAPPY, *NOISE})), max_size=14)
    return straight | anything


def _woven(drawn: tuple[int, list[tuple[int, str]]]) -> list[str]:
    length, noise = drawn
    events = list(HAPPY[:length])
    for place, event in noise:
        events.insert(place, event)
    return events


def conditions(world: World, before: datetime) -> tuple[bool, bool, bool]:
    """Consent in force and countersigned, found eligible, baseline whole."""
    consents = ConsentRecord.objects.filter(
        participant=world.pk, document=world.document, countersigned_at__lte=before
    )
    decided = Screening.objects.filter(participant=world.pk, decided_at__lte=before)
    parts = BaselineRecord.objects.filter(participant=world.pk, complete=True)
    return consents.exists(), decided.exists(), parts.count() == len(PARTS)


class Orders(TestCase):
    """Hypothesis rolls back after each example."""

    def check(self, world: World, event: str) -> None:
        state, rows = world.person.state, data_rows()
        shut = refusal(world.person, world.now + timedelta(hours=1))
        done = world.do(event)
        after = world.person
        assert after.state in STATES.states
        assert after.state == state or (state, after.state) in STEPS
        assert not (shut and data_rows() > rows), f"{event} wrote in spite of {shut}"
        if not done:
            assert (after.state, data_rows()) == (state, rows)
        if event == "allocate" and done:
            assert conditions(world, world.now) == (True, True, True)
        assert bool(after.arm) == (after.day_one is not None)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(walks())
    def test_any_order_keeps_the_table_the_gate_and_the_three_conditions(self, walk):
        world = World()
        for event in walk:
            self.check(world, event)

    def test_the_straight_way_leads_to_an_allocation(self):
        """So that the orders above do meet one."""
        world = World()
        refused = [event for event in HAPPY if not world.do(event)]
        assert refused == []
        assert world.person.state == Participant.State.ALLOCATED

    def test_each_condition_left_out_keeps_the_group_closed(self):
        world = World()
        for left_out in ("sign", "countersign", "decide", *PARTS, "lock"):
            with self.subTest(left_out):
                world.pk = consenting.newcomer(f"no-{left_out}").pk
                for event in HAPPY:
                    if event != left_out:
                        world.do(event)
                assert world.person.arm == ""
