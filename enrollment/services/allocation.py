"""The sealed list and its one use: who gets the next place. Nothing else reads an arm of a slot.

A place is bound to its stratum and position by the seal, so that swapped or altered ones do not
open; the list's fingerprint stands in the list's row and in the trail.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

import protocol
from accounts import audit
from accounts.models import Site, User
from accounts.roles import Role
from core import clock
from core.errors import Forbidden
from enrollment.models import AllocationList, AllocationSlot, Deviation, Participant
from enrollment.rules import allocation as rules
from enrollment.rules.allocation import Slot
from enrollment.seal import seal, unseal
from enrollment.selectors import may_write
from enrollment.services import ready
from enrollment.services.ready import EVERYONE, NotReady, stratum_of
from enrollment.services.states import advance

PURPOSE = "allocation-slot"
LIST_MADE = "allocation.list_made"
ALLOCATED = "allocation.allocated"
# Every sealed arm is as long as any other: a length would tell which it is.
SEALED_LENGTH = 32
SHORTEST_SEED = 16


@dataclass(frozen=True)
class Made:
    """A list that was made, without its arms. `bound`: see rules.excess_bound."""

    sha256: str
    seed_sha256: str
    places: Mapping[str, int]
    totals_differ_by: int
    bound: float


def ratio() -> dict[str, int]:
    """Each arm's share, as the protocol says."""
    return {arm.code: arm.ratio for arm in protocol.current().arms}


def caps_of_protocol() -> dict[str, int]:
    """Each stratum with the places that recruitment may fill."""
    study = protocol.current()
    if study.strata is None or not study.strata.factors:
        return {EVERYONE: study.target_size}
    levels = {
        "sex": [str(sex) for sex in Participant.Sex],
        "site": sorted(Site.objects.values_list("code", flat=True)),
    }
    found = rules.strata([levels[factor] for factor in study.strata.factors])
    if not study.strata.caps:
        return dict.fromkeys(found, study.target_size)
    return {stratum: study.strata.caps[stratum] for stratum in study.strata.caps}


def overflow() -> str:
    """What happens when a stratum's places are used up: "refuse" or "extend"."""
    strata = protocol.current().strata
    return strata.overflow if strata else "refuse"


@transaction.atomic
def make_list(
    *, seed: bytes, by: User | None, now: datetime, caps: Mapping[str, int] | None = None
) -> Made:
    """Draw the study's list from `seed` (16 bytes or more), seal it and keep it. Once.

    `caps` overrules the protocol's, for the demo. Raises ValidationError for a second list, for
    a short seed, and where people were allocated without one.
    """
    _refuse_second(seed)
    places = dict(caps) if caps is not None else caps_of_protocol()
    drawn = rules.draw_whole(seed, places, ratio(), overflow=overflow())
    row = AllocationList.objects.create(
        pk=1, made_at=now, made_by=by, sha256=rules.list_sha256(drawn),
        seed_sha256=hashlib.sha256(seed).hexdigest(), factors=_factors(), places=places,
    )  # fmt: skip
    AllocationSlot.objects.bulk_create(
        AllocationSlot(stratum=s.stratum, position=s.position, sealed_arm=seal_arm(s))
        for s in drawn
    )
    audit.record(
        action=LIST_MADE, by=by, obj=row,
        changes={
            "sha256": row.sha256, "seed_sha256": row.seed_sha256, "places": places,
            "slots": Counter(slot.stratum for slot in drawn),
        },
    )  # fmt: skip
    totals = Counter(slot.arm for slot in drawn if slot.position <= places[slot.stratum])
    return Made(
        sha256=row.sha256, seed_sha256=row.seed_sha256, places=places,
        totals_differ_by=max(totals.values()) - min(totals[arm] for arm in ratio()),
        bound=rules.excess_bound(drawn, ratio()),
    )  # fmt: skip


def _factors() -> list[str]:
    strata = protocol.current().strata
    return list(strata.factors) if strata else []


def _refuse_second(seed: bytes) -> None:
    if len(seed) < SHORTEST_SEED:
        raise ValidationError(_("The seed is too short: write 16 characters or more."))
    if AllocationList.objects.exists() or AllocationSlot.objects.exists():
        raise ValidationError(_("This study has its allocation list already; there is only one."))
    if Participant.objects.exclude(arm="").exists():
        raise ValidationError(_("People were allocated already, without a list."))


def seal_arm(slot: Slot) -> str:
    """The arm of a place, sealed to its stratum and position, as text."""
    padded = slot.arm.encode().ljust(SEALED_LENGTH, b"\0")
    sealed = seal(padded, purpose=PURPOSE, place=_place(slot.stratum, slot.position))
    return base64.b64encode(sealed).decode()


def open_arm(slot: AllocationSlot) -> str:
    """The arm of a place. Raises BrokenSealError where it was altered or moved."""
    sealed = base64.b64decode(slot.sealed_arm)
    plain = unseal(sealed, purpose=PURPOSE, place=_place(slot.stratum, slot.position))
    return plain.rstrip(b"\0").decode()


def _place(stratum: str, position: int) -> bytes:
    return f"{stratum}\0{position}".encode()


@transaction.atomic
def allocate(*, participant: Participant, by: User, now: datetime) -> Participant:
    """Give the participant the next place of their stratum: their arm, and day 1 is today.

    Coordinators at the participant's site. The same participant again gets the same answer and
    nothing changes; there is no way back. Raises Forbidden, what the gate raises, and NotReady
    with everything that is missing.
    """
    person = Participant.objects.select_for_update(of=("self",)).select_related("site").get(
        pk=participant.pk
    )  # fmt: skip
    _only_coordinators(by, person)
    if person.arm:
        return person
    may_write(person, now)
    if missing := ready.missing_for_allocation(person, now):
        raise NotReady(missing)
    slot = _next_slot(stratum_of(person))
    person.arm, person.day_one = open_arm(slot), clock.local_date(now, person.tz)
    slot.participant, slot.used_at, slot.used_by = person, now, by
    slot.save(update_fields=["participant", "used_at", "used_by"])
    person._history_user = by  # type: ignore[attr-defined]
    person._history_date = now  # type: ignore[attr-defined]
    person.save(update_fields=["arm", "day_one"])
    advance(participant=person, event="allocate", by=by, now=now)
    audit.record(
        action=ALLOCATED, by=by, obj=slot, participant_id=person.pk,
        changes={"stratum": slot.stratum, "position": slot.position, "day_one": person.day_one},
    )  # fmt: skip
    person.refresh_from_db()
    return person


def _only_coordinators(by: User, person: Participant) -> None:
    sites = by.sites(Role.COORDINATOR)
    if not by.has_role(Role.COORDINATOR) or (sites is not None and person.site_id not in sites):
        raise Forbidden


def _next_slot(stratum: str) -> AllocationSlot:
    """The first unused place of `stratum`. The list's row is locked first, so that on PostgreSQL
    one allocation waits for the other: two that wait for the same slot would find none left."""
    if AllocationList.objects.select_for_update().filter(pk=1).first() is None:
        raise NotReady(("list",))
    free = AllocationSlot.objects.select_for_update().filter(stratum=stratum, participant=None)
    slot = free.order_by("position").first()
    if slot is None:
        raise NotReady(("place",))
    return slot


@transaction.atomic
def correct_sex(
    *, participant: Participant, sex: str, by: User, now: datetime, reason: str
) -> Participant:
    """Write down the true sex of someone who is allocated. The arm stays; where it was part of
    the stratum, a deviation says so. Raises Forbidden, ValidationError."""
    person = Participant.objects.select_for_update(of=("self",)).select_related("site").get(
        pk=participant.pk
    )  # fmt: skip
    _only_coordinators(by, person)
    if sex not in Participant.Sex.values:
        raise ValidationError({"sex": [_("Please choose one line.")]})
    if not reason.strip():
        raise ValidationError({"reason": [_("Please write down how this was found.")]})
    if person.sex == sex:
        return person
    before = stratum_of(person)
    person.sex = sex
    person._history_user = by  # type: ignore[attr-defined]
    person._change_reason = reason[:100]  # type: ignore[attr-defined]
    person.save(update_fields=["sex"])
    audit.record(
        action="enrollment.sex_corrected", by=by, obj=person, participant_id=person.pk,
        changes={"changed": ["sex"]}, reason=reason,
    )  # fmt: skip
    after = stratum_of(person)
    if person.arm and after != before:
        _note_wrong_stratum(person, before, after, by=by, now=now, reason=reason)
    return person


def _note_wrong_stratum(
    person: Participant, before: str, after: str, *, by: User, now: datetime, reason: str
) -> None:
    assert person.day_one is not None
    row = Deviation(
        participant=person, category=Deviation.Category.RANDOMISATION, major=True,
        occurred_on=person.day_one, found_on=clock.local_date(now, person.tz), noted_by=by,
        what=f"Allocated as {before}; the true stratum is {after}. {reason}",
        action="The arm stays as it was allocated.",
    )  # fmt: skip
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    audit.record(
        action="enrollment.deviation_added", by=by, obj=row, participant_id=person.pk,
        changes={"category": row.category, "before": before, "after": after},
    )  # fmt: skip
