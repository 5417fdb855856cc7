"""Every write of the log: one transaction each, with the gate, the rules, the row and the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

import protocol
from accounts import audit
from accounts.models import User
from core.errors import NotFound, Voided
from enrollment.models import Participant
from enrollment.selectors import may_write
from logging_app import rules
from logging_app.edits import changed, nothing_to_do, with_history
from logging_app.models import SET_FIELDS, SessionMatch, StrengthSet, Workout
from logging_app.selectors import set_lines, study_week
from safety.models import SafetyAlert
from safety.rules import red_flag_tier
from safety.services import raise_alert
from schedule import selectors as schedule
from schedule.rules import match_session

ENTRY_FIELDS = (
    "modality", "activity", "started_at", "duration_min",
    "mood_before", "mood_after", "mood_before_recalled", "feeling", "effort",
    "hr_before_bpm", "hr_after_bpm", "hr_mean_bpm", "hr_max_bpm", "hrv_rmssd_ms", "hrv_sdnn_ms",
    "resp_mean_brpm", "resp_max_brpm", "steps", "distance_m", "energy_kcal", "range_of_motion_cm",
    "symptoms", "stopped_early", "notes", "device_time",
)  # fmt: skip
REQUIRED_FIELDS = frozenset({"modality", "activity", "started_at", "duration_min"})


@dataclass(frozen=True)
class Recorded:
    """What became of an entry: its row, and whether it is new."""

    workout: Workout
    created: bool


@transaction.atomic
def record_workout(
    *,
    participant: Participant,
    uuid: UUID,
    entry: Mapping[str, Any],
    sets: Sequence[Mapping[str, Any]] = (),
    edit: int = 1,
    by: User,
    now: datetime,
) -> Recorded:
    """Keep a workout, or correct it where `edit` is higher than what is stored.

    `entry` holds ENTRY_FIELDS in the contract's units; what it omits is unknown (null). Raises
    Withdrawn, Locked, ConsentPending, NotFound (another participant's uuid), Voided, EditConflict
    and ValidationError by field. The same entry again changes nothing.
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    may_write(participant, now)
    stored = Workout.objects.filter(pk=uuid).select_related("match").first()
    if stored is not None and stored.participant_id != participant.pk:
        raise NotFound
    if stored is not None and stored.voided_at is not None:
        raise Voided
    fields = {name: entry.get(name) for name in ENTRY_FIELDS}
    lines = [{name: line.get(name) for name in SET_FIELDS} for line in sets]
    differs = changed(stored, fields) if stored else []
    if stored is not None:
        same = not differs and set_lines(stored) == lines
        if nothing_to_do(stored, edit=edit, same_body=same):
            return Recorded(stored, created=False)
    _check(fields, lines, now=now)
    workout = stored or Workout(
        id=uuid, participant=participant, zone=participant.zone, received_at=now, entered_by=by
    )
    for name, value in {**fields, "edit": edit}.items():
        setattr(workout, name, value)
    workout.sources = {
        name: "typed" for name in ENTRY_FIELDS if fields[name] is not None and name != "device_time"
    }
    _keep(workout, by=by, new=stored is None)
    _keep_sets(workout, lines, by=by)
    _answer_session(workout, participant, by=by)
    _watch_symptoms(workout, by=by)
    audit.record(
        action="workout.corrected" if stored else "workout.recorded",
        by=by,
        obj=workout,
        participant_id=participant.pk,
        changes={"edit": edit, "changed": differs},
    )
    return Recorded(workout, created=stored is None)


@transaction.atomic
def void_workout(
    *, participant: Participant, uuid: UUID, reason: str, by: User, now: datetime
) -> Workout:
    """Take a workout back. Its row and history stay; its session is open again."""
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    may_write(participant, now)
    workout = Workout.objects.filter(pk=uuid, participant=participant).first()
    if workout is None:
        raise NotFound
    if workout.voided_at is not None:
        return workout
    # PostgreSQL keeps no NUL.
    words = reason.replace("\0", "").strip()[:200]
    if not words:
        raise ValidationError({"reason": _("Please say why, in a few words.")})
    workout.voided_at, workout.voided_by, workout.void_reason = now, by, words
    _keep(workout, by=by, new=False, why=workout.void_reason)
    match = SessionMatch.objects.filter(workout=workout).first()
    if match is not None:
        match.released = True
        with_history(match, by=by).save()
    # The trail is never erased: the words stay with the row.
    audit.record(action="workout.voided", by=by, obj=workout, participant_id=participant.pk)
    return workout


def _check(fields: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    missing = {name: [_("This is needed.")] for name in REQUIRED_FIELDS if fields[name] is None}
    if missing:
        raise ValidationError(missing)
    study = protocol.current()
    vocabulary = rules.Vocabulary(
        activities=frozenset(study.activities),
        symptoms=frozenset(symptom.code for symptom in study.stop_list),
    )
    found = rules.problems(fields, vocabulary, now=now)
    if line_problems := rules.set_problems(lines):
        found["sets"] = line_problems
    if found:
        raise ValidationError(found)


def _keep(workout: Workout, *, by: User, new: bool, why: str = "") -> None:
    # Nobody else writes for this participant meanwhile; the key itself refuses a uuid that another
    # participant sent at this moment.
    workout.full_clean(validate_unique=False, validate_constraints=False, exclude=["participant"])
    try:
        with transaction.atomic():
            with_history(workout, by=by, why=why).save(force_insert=new)
    except IntegrityError:
        if new and Workout.objects.filter(pk=workout.pk).exists():
            raise NotFound from None
        raise


def _keep_sets(workout: Workout, lines: Sequence[Mapping[str, Any]], *, by: User) -> None:
    stored = list(workout.strength_sets.all()) if workout.edit > 1 else []
    if stored and set_lines(workout) == list(lines):
        return
    for line in stored:
        with_history(line, by=by, why="corrected").delete()
    for position, fields in enumerate(lines, start=1):
        line = StrengthSet(
            workout=workout, participant=workout.participant, position=position, **fields
        )
        line.clean_fields(exclude=["workout", "participant"])
        with_history(line, by=by).save()


def _answer_session(workout: Workout, participant: Participant, *, by: User) -> None:
    """Keep which session of its own week the workout answers; a correction may move it."""
    week = study_week(workout, participant)
    sessions = schedule.sessions_of_week(participant, week)
    match = getattr(workout, "match", None)
    if not sessions and match is None:
        return
    fits = {s.key for s in sessions if s.modality == workout.modality}
    if match is not None and not match.released and match.session_key in fits:
        return
    if match is not None:
        match.released = True
    taken = SessionMatch.objects.filter(
        participant=participant, released=False, session_key__in=fits
    ).exclude(workout=workout).values_list("session_key", flat=True)  # fmt: skip
    key = match_session(sessions, modality=workout.modality, taken=set(taken))
    if match is None and key is None:
        return
    if match is None:
        match = SessionMatch(workout=workout, participant=participant)
    if key is not None:
        match.session_key, match.released = key, False
    with_history(match, by=by).save()


def _watch_symptoms(workout: Workout, *, by: User) -> None:
    """A red flag opens an alert at once, in the same transaction."""
    study = protocol.current()
    named = [study.symptom(code) for code in workout.symptoms or ()]
    red = sorted(symptom.code for symptom in named if symptom.severity == "red")
    if red:
        raise_alert(
            participant=workout.participant,
            kind=SafetyAlert.Kind.RED_FLAG_SYMPTOM,
            tier=red_flag_tier(study.safety_tiers).code,
            source_kind="workout",
            source_id=str(workout.pk),
            detail={"symptoms": red},
            by=by,
        )
