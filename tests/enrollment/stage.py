"""People on the way from consent to allocation, for the tests of enrollment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import protocol
from accounts.models import Site, User
from accounts.roles import Role
from enrollment.models import BaselineRecord, ConsentRecord, Participant, Screening
from enrollment.services import allocation
from tests import cast

SEED = b"a seed that nobody may know: 0123456789"


def clinician(at: Site | None = None) -> User:
    name = f"clinician-{at.code if at else 'all'}"
    found = User.objects.filter(email=f"{name}@example.org").first()
    return found or cast.staff(Role.CLINICIAN, at=at, name=name)


def coordinator(at: Site | None = None) -> User:
    name = f"coordinator-{at.code if at else 'all'}"
    found = User.objects.filter(email=f"{name}@example.org").first()
    return found or cast.staff(Role.COORDINATOR, at=at, name=name)


def consented(name: str = "patient", *, countersigned: bool = True, **fields: Any) -> Participant:
    person = cast.participant(name, week=None, **fields)
    person.state = Participant.State.CONSENTED
    person.save()
    if countersigned:
        ConsentRecord.objects.filter(participant=person).update(
            countersigned_at=cast.NOW - timedelta(days=80), countersigned_by=cast.investigator()
        )
    return person


def no_exclusions(asked_of: str) -> dict[str, bool | None]:
    rule = protocol.current().eligibility
    return {row.code: False for row in rule.exclusions if row.asked_of in (asked_of, "both")}


OWN: dict[str, Any] = {
    "birth_year": 1990, "sex": "female", "education": "college", "illness_years": "1.5",
    "treatment": "none", "in_age_range": True, "occupation": "teacher",
}  # fmt: skip
CLINICAL: dict[str, Any] = {
    "diagnosis_confirmed": True, "diagnosis_tool": "SCID-5", "diagnosed_by": "Dr Zhou",
    "medication_stable": True, "fitness_by": "Dr Wu", "fitness_result": "pass",
    "systolic_mmhg": 118, "diastolic_mmhg": 76, "resting_hr_bpm": 70,
}  # fmt: skip


def screened(person: Participant, **changes: Any) -> Screening:
    """Everything known, nothing against; not decided."""
    defaults = {
        **{name: OWN[name] for name in ("in_age_range", "occupation")},
        **CLINICAL,
        "own_exclusions": no_exclusions("participant"),
        "clinical_exclusions": no_exclusions("clinician"),
        "own_sent_at": cast.NOW - timedelta(days=20),
        "hdrs_total": 22, "hdrs_suicide_item": 0, "hdrs_rated_on": cast.NOW.date(),
    }  # fmt: skip
    Participant.objects.filter(pk=person.pk).update(education="college", treatment="none")
    person.refresh_from_db()
    return Screening.objects.create(participant=person, **{**defaults, **changes})


def baseline(person: Participant, *parts: str) -> None:
    for part in parts or BaselineRecord.Part.values:
        BaselineRecord.objects.create(participant=person, part=part, complete=True, count=5)


def ready(name: str = "patient", **fields: Any) -> Participant:
    """Everything that allocation asks for."""
    sex = fields.pop("sex", "female")
    person = consented(name, **fields)
    person.sex, person.state = sex, Participant.State.READY
    person.save()
    screened(person, decided_at=cast.NOW, decided_by=cast.investigator())
    baseline(person)
    return person


def make_list(**options: Any) -> allocation.Made:
    return allocation.make_list(seed=SEED, by=None, now=cast.NOW - timedelta(days=100), **options)
