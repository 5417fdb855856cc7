"""What still stands between a participant and a step: codes, for pages and for refusals alike."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _lazy

import protocol
from core.errors import IllegalStep
from enrollment.models import (
    AllocationList,
    AllocationSlot,
    BaselineRecord,
    ConsentDocument,
    ConsentRecord,
    Participant,
)
from enrollment.rules.eligibility import Outcome
from enrollment.selectors import allocation_rests, unconfirmed_assumptions
from enrollment.services import screening

EVERYONE = "all"


class NotReady(IllegalStep):
    """Something that allocation rests on is missing. `missing` are codes of this module."""

    code = "not_ready"
    detail = _lazy("Not everything that allocation needs is there yet.")

    def __init__(self, missing: tuple[str, ...]) -> None:
        self.missing = missing
        super().__init__(missing=missing)


def parts() -> tuple[str, ...]:
    """What a baseline of this study is made of, as parts of `BaselineRecord`."""
    study = protocol.current()
    scales = [protocol.instrument(o.instrument) for o in study.outcomes if o.instrument]
    asked = {
        BaselineRecord.Part.RATING: any(not one.asked_of_participant for one in scales),
        BaselineRecord.Part.WELLBEING: any(one.asked_of_participant for one in scales),
        BaselineRecord.Part.NIGHTS: study.diary is not None,
    }
    return tuple(part for part in BaselineRecord.Part.values if asked[BaselineRecord.Part(part)])


def stratum_of(participant: Participant) -> str:
    """The stratum by what is known of the participant now."""
    strata = protocol.current().strata
    if strata is None or not strata.factors:
        return EVERYONE
    levels = {"sex": participant.sex, "site": participant.site.code}
    return "/".join(levels[factor] for factor in strata.factors)


def missing_for_baseline(participant: Participant) -> tuple[str, ...]:
    """What the baseline still lacks: "eligibility", "state", and "baseline:<part>"."""
    complete = set(
        BaselineRecord.objects.filter(participant=participant, complete=True).values_list(
            "part", flat=True
        )
    )
    lacking = [f"baseline:{part}" for part in parts() if part not in complete]
    return (*_eligibility(participant), *lacking)


def missing_for_allocation(participant: Participant, now: datetime) -> tuple[str, ...]:
    """What allocation still lacks; empty means that it may go on.

    Codes: "study_pause", "consent", "countersignature", "eligibility", "baseline:<part>",
    "baseline_lock", "list", "place", and "assumed:<code>" for what the protocol assumes and
    nobody confirmed.
    """
    found = ["study_pause"] if allocation_rests() else []
    found += [f"assumed:{row.code}" for row in unconfirmed_assumptions()]
    found += [*_consent(participant, now), *missing_for_baseline(participant)]
    if participant.state != Participant.State.READY:
        found.append("baseline_lock")
    found += _place(participant)
    return tuple(found)


def _consent(participant: Participant, now: datetime) -> list[str]:
    in_force = ConsentDocument.objects.filter(approved_at__lte=now).order_by("-approved_at").first()
    record = ConsentRecord.objects.filter(
        participant=participant, document=in_force, signed_at__lte=now
    ).first()
    if in_force is None or record is None:
        return ["consent"]
    return [] if record.countersigned_at else ["countersignature"]


def _eligibility(participant: Participant) -> list[str]:
    """Signed by the clinician, and still so by what is known now."""
    row = screening.of(participant)
    signed = row is not None and row.decided_at is not None
    if row is None or not signed:
        return ["eligibility"]
    verdict = screening.verdict(participant, row)
    return [] if verdict.outcome is Outcome.ELIGIBLE else ["eligibility"]


def _place(participant: Participant) -> list[str]:
    if not AllocationList.objects.filter(pk=1).exists():
        return ["list"]
    stratum = stratum_of(participant)
    if "" in stratum.split("/"):
        return []  # not known before the participant's own half, which is missing then
    free = AllocationSlot.objects.filter(stratum=stratum, participant=None)
    return [] if free.exists() else ["place"]
