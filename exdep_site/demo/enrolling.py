"""How the demo's people came in: screening, baseline, device, and their places of the list."""

from __future__ import annotations

from collections.abc import Sequence

import protocol
from accounts import audit
from assessments.scoring import score
from enrollment.models import (
    AllocationSlot,
    BaselineRecord,
    DeviceIssue,
    Participant,
    Screening,
)
from enrollment.services import allocation, ready
from exdep_site.demo import order
from exdep_site.demo.course import Course
from exdep_site.demo.participants import WHY, screened
from exdep_site.demo.rows import Rows
from exdep_site.demo.staff import Cast

OCCUPATIONS = ("teacher", "student", "office work", "at home", "shop assistant", "engineer")
ALLOCATED_AT = 15  # o'clock on day 1
TRACKER = "Demo band 2"
LIST_MADE_BEFORE = 40  # days before the first person


def add_enrolment(rows: Rows, course: Course, participant: Participant, cast: Cast) -> None:
    """Screening with both halves and its signature, the parts of the baseline, the device."""
    _add_screening(rows, course, participant, cast)
    _add_baseline(rows, course, participant)
    _add_device(rows, course, participant, cast)


def _add_screening(rows: Rows, course: Course, participant: Participant, cast: Cast) -> None:
    """Everyone here may take part; now and then with restrictions."""
    person, clinician, day = course.person, cast.people["clinician"], screened(course)
    rule = protocol.current().eligibility
    careful = person.number % 12 == 0
    rated = _answers(course, "screening", "hdrs17")
    total = score(protocol.instrument("hdrs17"), rated).total if rated else None
    row = Screening(
        participant=participant,
        in_age_range=True,
        occupation=OCCUPATIONS[person.number % len(OCCUPATIONS)],
        own_exclusions={r.code: False for r in rule.exclusions if r.asked_of != "clinician"},
        own_sent_at=course.calendar.moment(day, 9.7),
        diagnosis_confirmed=True,
        diagnosis_tool="SCID-5",
        diagnosed_on=course.calendar.date(day),
        diagnosed_by=clinician.name,
        clinical_exclusions={r.code: False for r in rule.exclusions if r.asked_of != "participant"},
        medication_stable=True,
        fitness_on=course.calendar.date(day + 1),
        fitness_by=clinician.name,
        systolic_mmhg=108 + person.number * 7 % 26,
        diastolic_mmhg=66 + person.number * 5 % 19,
        resting_hr_bpm=person.traits.resting_hr,
        fitness_result=Screening.Fitness.CONDITIONAL if careful else Screening.Fitness.PASS,
        restrictions="No jumping: knee." if careful else "",
        hdrs_total=total,
        hdrs_suicide_item=rated.get("3"),
        hdrs_rated_on=course.calendar.date(day) if rated else None,
        decided_at=course.calendar.moment(day + 1, 17),
        decided_by=clinician,
    )
    rows.add(row, at=course.calendar.moment(day + 1, 17), by=clinician)


def _answers(course: Course, visit: str, instrument: str) -> dict[str, int | None]:
    found = course.visit(visit)
    responses = found.responses if found else []
    return next((draw.answers for draw in responses if draw.instrument == instrument), {})


def _add_baseline(rows: Rows, course: Course, participant: Participant) -> None:
    first = course.calendar.date(-7)
    nights = sum(first <= night["date"] < course.calendar.day_one for night in course.nights)
    counts = {
        # A scale on paper is one number.
        BaselineRecord.Part.RATING: len(_answers(course, "week-0", "hdrs17")) or 1,
        BaselineRecord.Part.WELLBEING: 1,
        BaselineRecord.Part.NIGHTS: nights,
    }
    for part, count in counts.items():
        if part not in ready.parts():
            continue
        at = course.calendar.moment(0, 11)
        row = BaselineRecord(
            participant=participant, part=part, complete=True, count=count, reported_at=at
        )
        rows.add(row, at=at, by=participant.user)


def _add_device(rows: Rows, course: Course, participant: Participant, cast: Cast) -> None:
    day = screened(course) + 1
    row = DeviceIssue(
        participant=participant, device=TRACKER, firmware="1.4",
        issued_on=course.calendar.date(day), device_explained=True, scales_explained=True,
        issued_by=cast.people["coordinator"],
    )  # fmt: skip
    rows.add(row, at=course.calendar.moment(day, 17.5), by=row.issued_by)


def make_list(drawn: Sequence[Course], cast: Cast, seed: int) -> None:
    """The study's list, made before anybody came."""
    design = order.design_of(protocol.current())
    came = [(design.stratum(course.person.sex), course.person.arm) for course in drawn]
    allocation.make_list(
        seed=order.seed_followed(came, seed, design),
        caps=order.places((stratum for stratum, _arm in came), design),
        by=cast.people["statistician"], now=drawn[0].calendar.moment(-LIST_MADE_BEFORE, 10),
    )  # fmt: skip


def use_list(drawn: Sequence[Course], participants: Sequence[Participant], cast: Cast) -> None:
    """Everyone in their place of the list, in the order in which they came."""
    free: dict[str, list[AllocationSlot]] = {}
    for slot in AllocationSlot.objects.order_by("stratum", "-position"):
        free.setdefault(slot.stratum, []).append(slot)
    used = []
    for course, participant in zip(drawn, participants, strict=True):
        slot = free[ready.stratum_of(participant)].pop()
        slot.participant, slot.used_by = participant, cast.people["coordinator"]
        slot.used_at = course.calendar.moment(0, ALLOCATED_AT)
        used.append(slot)
    AllocationSlot.objects.bulk_update(used, ["participant", "used_by", "used_at"], batch_size=200)
    audit.record_many(_told(slot) for slot in used)


def _told(slot: AllocationSlot) -> audit.Entry:
    assert slot.participant is not None
    return audit.Entry(
        action=allocation.ALLOCATED,
        by=slot.used_by,
        obj=slot,
        participant_id=slot.participant_id,
        changes={
            "stratum": slot.stratum,
            "position": slot.position,
            "day_one": slot.participant.day_one,
        },
        at=slot.used_at,
        reason=WHY,
    )
