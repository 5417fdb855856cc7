"""Reads of estimates: the model in force, and what a participant was told."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

import protocol
from enrollment.models import Participant
from estimates import rules, runtime
from estimates.errors import EstimatorUnavailable
from estimates.models import Estimate, EstimatorVersion
from estimates.rules import Person, Reason, Why
from estimates.runtime import Estimator
from safety.selectors import has_open_alert
from schedule.selectors import study_day

logger = logging.getLogger("exdep.estimates")

SHIPPED = Path(__file__).resolve().parent / "shipped"


@dataclass(frozen=True)
class Standing:
    """What holds before any data are looked at: the model, and why it may not answer here."""

    estimator: Estimator | None
    reasons: list[Reason]


def newest_version() -> EstimatorVersion | None:
    """The version registered last, or None where the site has only the one it came with."""
    return EstimatorVersion.objects.first()


def model_folder(version: EstimatorVersion | None) -> Path:
    """Where a version's files lie."""
    if version is None or not version.folder:
        return SHIPPED
    return Path(settings.EXDEP_DATA_DIR) / version.folder


def standing(participant: Participant, now: datetime) -> Standing:
    """The model in force and what stands against asking it, whatever the participant logged."""
    windows = protocol.current().estimates
    if windows is None:
        return Standing(None, [Reason(Why.SWITCHED_OFF)])
    agreed = consented(participant, now)
    if not agreed:
        return Standing(None, [Reason(Why.NOT_STARTED if agreed is None else Why.NO_CONSENT)])
    try:
        estimator = _in_force()
    except EstimatorUnavailable as problem:
        logger.error("no estimates: %s", problem)
        return Standing(None, rules.model_reasons(None, windows, demo=settings.EXDEP_DEMO))
    reasons = rules.model_reasons(estimator.card, windows, demo=settings.EXDEP_DEMO)
    return Standing(estimator, reasons)


def _in_force() -> Estimator:
    """The newest version's model. A registered one must still have the card it came with."""
    version = newest_version()
    estimator = runtime.load(model_folder(version))
    if version is not None and version.folder and version.card != estimator.card.raw:
        raise EstimatorUnavailable(
            f"{version.folder}: its card was changed after it was registered"
        )
    return estimator


def consented(participant: Participant, now: datetime) -> bool | None:
    """Whether the consent signed last says that estimates may be made; None before the first."""
    signed = participant.consents.filter(signed_at__lte=now).order_by("-signed_at", "-pk")
    return signed.values_list("estimates", flat=True).first()


def offered(participant: Participant, now: datetime) -> bool:
    """Whether the study makes estimates at all, and this participant agreed to them."""
    return protocol.current().estimates is not None and consented(participant, now) is True


def person(participant: Participant, now: datetime) -> Person:
    """What the estimate's rules ask of the person."""
    day_one, today = participant.day_one, study_day(participant, now).date
    born = participant.birth_year
    return Person(
        today=(today - day_one).days if day_one else None,
        age=day_one.year - born if day_one and born else None,
        age_range=protocol.current().eligibility.age,
        open_alert=has_open_alert(participant),
    )


def newest(participant: Participant) -> Estimate | None:
    """The last thing this participant was told, or None."""
    return participant.estimates.select_related("version").first()
