"""Every write of estimates: one transaction each, with the gate, the rules, the row, the trail."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

import protocol
from accounts import audit
from accounts.models import User
from enrollment.models import Participant
from enrollment.selectors import may_write
from estimates import features, rules, runtime, selectors
from estimates.card import CARD_FILE, MODEL_FILE, Card, sha256_of
from estimates.errors import EstimatorUnavailable
from estimates.models import Estimate, EstimatorVersion
from estimates.rules import Inputs, Observed, Reason
from estimates.runtime import Estimator
from schedule.selectors import study_day

AGREE = 1e-5


@transaction.atomic
def request_estimate(*, participant: Participant, by: User, now: datetime) -> Estimate:
    """Answer the participant's question, or abstain with every reason that applies.

    The answer is kept with its inputs and the model's SHA-256. Raises Withdrawn, Locked and
    ConsentPending; a model that cannot be used is a reason, not an error. Without the consent to
    estimates nothing of the log is read.
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    may_write(participant, now)
    estimate = Estimate(
        participant=participant, made_at=now, study_day=study_day(participant, now).day
    )
    standing = selectors.standing(participant, now)
    estimator = standing.estimator
    reasons = standing.reasons
    if not reasons and estimator is not None:
        reasons = _ask(estimator, participant, now, estimate)
    if estimator is not None:
        estimate.version = _version_of(estimator.card, by=by, now=now)
        estimate.model_sha256 = estimator.card.sha256
    estimate.reasons = [{"code": reason.why.value, **reason.numbers} for reason in reasons]
    estimate.status = Estimate.Status.ABSTAINED if reasons else Estimate.Status.ESTIMATED
    estimate.full_clean(exclude=["participant", "version"])
    estimate.save(force_insert=True)
    audit.record(
        action="estimate.abstained" if reasons else "estimate.made",
        by=by,
        obj=estimate,
        participant_id=participant.pk,
        changes={
            "reasons": [reason.why.value for reason in reasons],
            "model": estimate.model_sha256,
        },
    )
    return estimate


def _ask(
    estimator: Estimator, participant: Participant, now: datetime, estimate: Estimate
) -> list[Reason]:
    """Fill the estimate from the log; what stands against an answer comes back."""
    windows = protocol.current().estimates
    assert windows is not None
    if reasons := rules.person_reasons(selectors.person(participant, now), windows):
        return reasons
    seen = features.observe(participant, study_day(participant, now).date, windows)
    estimate.days = features.days_used(participant, seen)
    if reasons := rules.data_reasons(seen, windows):
        return reasons
    given = _keep_inputs(estimate, seen)
    if reasons := rules.range_reasons(given, estimator.card):
        return reasons
    card = estimator.card
    change = estimator.network.answer(given.hr_change_bpm, given.sleep_quality_change)
    estimate.change, estimate.coverage = change, card.coverage
    estimate.low, estimate.high = change - card.half_width, change + card.half_width
    return []


def _keep_inputs(estimate: Estimate, seen: Observed) -> Inputs:
    given = rules.inputs(seen)
    estimate.hr_change_bpm = given.hr_change_bpm
    estimate.sleep_quality_change = given.sleep_quality_change
    return given


def _version_of(card: Card, *, by: User | None, now: datetime) -> EstimatorVersion:
    """The row of the model in force; the one that came with the site gets its row at first use."""
    found = selectors.newest_version()
    if found is not None and found.card == card.raw:
        return found
    return _add_version(card, folder="", by=None, now=now)


def _add_version(card: Card, *, folder: str, by: User | None, now: datetime) -> EstimatorVersion:
    row = EstimatorVersion(
        version=card.version, sha256=card.sha256, data_origin=card.data_origin.value,
        participants=card.participants, card=card.raw, folder=folder,
        registered_at=now, registered_by=by,
    )  # fmt: skip
    row.full_clean()
    row.save()
    audit.record(
        action="estimator.registered",
        by=by,
        obj=row,
        changes={
            "version": card.version,
            "sha256": card.sha256,
            "data_origin": card.data_origin.value,
        },
    )
    return row


def register_estimator(*, directory: Path, by: User | None, now: datetime) -> EstimatorVersion:
    """Copy a trained model into the data directory and let it answer from now on.

    Raises EstimatorUnavailable where the file is not the one of its card, or does not answer what
    the card's weights answer. Registering the model in force again changes nothing.
    """
    estimator = runtime.load(directory)
    _check_agreement(estimator)
    card = estimator.card
    with transaction.atomic():
        newest = EstimatorVersion.objects.select_for_update().first()
        if newest is not None and newest.folder and newest.card == card.raw:
            return newest
        digest = sha256_of((directory / CARD_FILE).read_bytes())
        folder = f"estimators/{card.sha256[:16]}-{digest[:8]}"
        _copy(directory, Path(settings.EXDEP_DATA_DIR) / folder)
        return _add_version(card, folder=folder, by=by, now=now)


def _check_agreement(estimator: Estimator) -> None:
    """The file and the card's weights agree at the corners and the centre of the training range."""
    card = estimator.card
    points = [(hr, sleep) for hr in card.hr_range for sleep in card.sleep_range] + [card.centre]
    for hr, sleep in points:
        apart = abs(estimator.network.answer(hr, sleep) - card.weights.answer(hr, sleep))
        if not apart <= AGREE:
            raise EstimatorUnavailable(
                f"{MODEL_FILE}: answers {apart:g} away from the weights of its card"
            )


def _copy(source: Path, target: Path) -> None:
    """Both files at once: beside the target first, then renamed."""
    if target.exists():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        ready = Path(scratch) / "ready"
        ready.mkdir()
        for name in (MODEL_FILE, CARD_FILE):
            shutil.copyfile(source / name, ready / name)
        os.replace(ready, target)
