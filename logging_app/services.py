"""Every write of the log: one transaction each, with the gate, the rules, the row and the trail."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import BigAutoField, Exists, QuerySet, Value
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history

import protocol
from accounts import audit
from accounts.models import User
from core import clock, one_writer
from core.compiled import Compiled, Slot
from core.errors import NotFound, Voided
from core.words import tidy
from enrollment.models import Participant
from enrollment.selectors import may_write, may_write_and
from logging_app import notes, rules
from logging_app.edits import changed, keep_own_words, nothing_to_do, with_history
from logging_app.models import SET_FIELDS, SessionMatch, StrengthSet, Workout
from logging_app.paper import rules as paper
from logging_app.selectors import set_lines
from safety.models import AdverseEvent, SafetyAlert
from safety.rules import red_flag_tier
from safety.services import raise_alert
from safety.services.events import note_event
from schedule import selectors as schedule
from schedule.models import SessionPlan
from schedule.programme import Programme
from schedule.rules import match_session

ENTRY_FIELDS = (
    "modality", "activity", "started_at", "duration_min",
    "mood_before", "mood_after", "mood_before_recalled", "feeling", "effort",
    "hr_before_bpm", "hr_after_bpm", "hr_mean_bpm", "hr_max_bpm", "hrv_rmssd_ms", "hrv_sdnn_ms",
    "resp_mean_brpm", "resp_max_brpm", "steps", "distance_m", "energy_kcal", "range_of_motion_cm",
    "symptoms", "stopped_early", "stopped_because", "notes", "device_time",
)  # fmt: skip
TAKEN, PLANNED = "taken", "planned"
REQUIRED_FIELDS = frozenset({"modality", "activity", "started_at", "duration_min"})


@Compiled
def _locked() -> QuerySet[Participant]:
    person = Slot("person", BigAutoField())
    return Participant.objects.select_for_update().filter(pk=person).order_by()


@dataclass(frozen=True)
class Recorded:
    """What became of an entry: its row with its lines, and whether it is new."""

    workout: Workout
    created: bool
    sets: tuple[StrengthSet, ...] = ()


def record_workout(
    *,
    participant: Participant,
    uuid: UUID,
    entry: Mapping[str, Any],
    sets: Sequence[Mapping[str, Any]] = (),
    edit: int = 1,
    paper_date: date | None = None,
    by: User,
    now: datetime,
) -> Recorded:
    """Keep a workout, or correct it where `edit` is higher than what is stored.

    `entry` holds ENTRY_FIELDS in the contract's units; what it omits is unknown (null).
    `paper_date` is the date on the paper that staff (`by`) copy it from. Raises Withdrawn, Locked,
    ConsentPending, NotFound (another participant's uuid), Voided, EditConflict, WrittenAlready
    (paper only) and ValidationError by field. The same entry again changes nothing.
    """
    try:
        with one_writer.in_line():
            return _record(participant, uuid, entry, sets, edit, paper_date, by, now)
    except IntegrityError:
        # The key itself refuses a uuid that another participant sent at this moment.
        if Workout.objects.filter(pk=uuid).exclude(participant=participant.pk).exists():
            raise NotFound from None
        raise


@transaction.atomic
def _record(
    participant: Participant, uuid: UUID, entry: Mapping[str, Any],
    sets: Sequence[Mapping[str, Any]], edit: int, paper_date: date | None, by: User, now: datetime,
) -> Recorded:  # fmt: skip
    (participant,) = _locked.rows(person=participant.pk)
    stored = None
    if may_write_and(participant, now, also=Exists(Workout.objects.filter(pk=uuid))):
        stored = Workout.objects.filter(pk=uuid).select_related("match").get()
    if stored is not None and stored.participant_id != participant.pk:
        raise NotFound
    if stored is not None and stored.voided_at is not None:
        raise Voided
    keep_own_words(stored, paper_date)
    fields = rules.settled({name: entry.get(name) for name in ENTRY_FIELDS})
    lines = [{name: line.get(name) for name in SET_FIELDS} for line in sets]
    differs = changed(stored, fields) if stored else []
    if stored is not None:
        same = not differs and set_lines(stored) == lines
        if nothing_to_do(stored, edit=edit, same_body=same):
            return Recorded(stored, created=False, sets=tuple(stored.strength_sets.all()))
    _check(fields, lines, now=now)
    if found := paper.problems(paper_date, today=clock.local_date(now, participant.tz)):
        raise ValidationError(found)
    workout = stored or _new(participant, uuid, by=by, now=now)
    for name, value in {**fields, "edit": edit}.items():
        setattr(workout, name, value)
    workout.paper_date = paper_date or workout.paper_date
    workout.sources = _sources(workout, differs, "paper" if paper_date else "typed")
    _keep(workout, by=by, new=stored is None)
    kept = _keep_sets(workout, lines, by=by)
    _answer_session(workout, getattr(stored, "match", None), participant, by=by)
    _watch_symptoms(workout, by=by)
    if stored is None or "notes" in differs:
        notes.watch(workout, by=by, now=now)
    audit.record(
        action="workout.corrected" if stored else "workout.recorded",
        by=by,
        obj=workout,
        participant_id=participant.pk,
        changes={"edit": edit, "changed": differs, "paper": paper_date is not None},
    )
    return Recorded(workout, created=stored is None, sets=kept)


def _new(participant: Participant, uuid: UUID, *, by: User, now: datetime) -> Workout:
    workout = Workout(
        id=uuid, participant=participant, zone=participant.zone, received_at=now, entered_by=by
    )
    # It answers nothing yet; nobody need ask the database.
    Workout._meta.get_field("match").set_cached_value(workout, None)
    return workout


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
    words = tidy(reason, 200)
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


@transaction.atomic
def choose_session(
    *, participant: Participant, uuid: UUID, session_key: str | None, by: User, now: datetime
) -> Workout:
    """Say which session a workout answers: one of its own kind in its own week; None for none.

    If another workout answers that one, the two change places. Raises what the gate raises,
    NotFound, Voided, and ValidationError for a session that does not fit.
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    may_write(participant, now)
    workout = Workout.objects.filter(pk=uuid, participant=participant).first()
    if workout is None:
        raise NotFound
    if workout.voided_at is not None:
        raise Voided
    programme = schedule.programme(participant)
    if session_key is not None and session_key not in _fitting(workout, programme):
        raise ValidationError({"session_key": _("This session is not one it can answer.")})
    match = SessionMatch.objects.filter(workout=workout).first()
    if match is None:
        match = SessionMatch(workout=workout, participant=participant, released=True)
    before = None if match.released else match.session_key
    if match.chosen and before == session_key:
        return workout
    _change_places(match, session_key, before, by=by)
    audit.record(
        action="workout.session_chosen", by=by, obj=workout, participant_id=participant.pk,
        changes={"before": before, "session": session_key},
    )  # fmt: skip
    return workout


def _fitting(workout: Workout, programme: Programme) -> set[str]:
    """The sessions a workout may answer: those of its own kind in its own week."""
    week = programme.week(clock.local_date(workout.started_at, workout.tz))
    return {s.key for s in programme.sessions(week) if s.modality == workout.modality}


def _change_places(match: SessionMatch, key: str | None, before: str | None, *, by: User) -> None:
    """Give `key` to a match that had `before`; who had `key` gets `before`."""
    other = None
    if key is not None and key != before:
        other = SessionMatch.objects.filter(
            participant=match.participant, session_key=key, released=False
        ).first()
    # No two hold one session, not even for a moment.
    if other is not None:
        other.released = True
        with_history(other, by=by).save()
    match.chosen, match.released = True, key is None
    match.session_key = key or match.session_key
    with_history(match, by=by).save()
    if other is not None and before is not None:
        other.session_key, other.released = before, False
        with_history(other, by=by).save()


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


def _sources(workout: Workout, differs: Sequence[str], said: str) -> dict[str, str]:
    """Where each known field came from: what a correction leaves as it was keeps its source."""
    return {
        name: said if name in differs else workout.sources.get(name, said)
        for name in ENTRY_FIELDS
        if getattr(workout, name) not in (None, "") and name != "device_time"
    }


def _keep(workout: Workout, *, by: User, new: bool, why: str = "") -> None:
    # Nobody else writes for this participant meanwhile, and the people are those of this request.
    people = ["participant", "entered_by", "voided_by"]
    workout.full_clean(validate_unique=False, validate_constraints=False, exclude=people)
    with_history(workout, by=by, why=why).save(force_insert=new)


def _keep_sets(
    workout: Workout, lines: Sequence[Mapping[str, Any]], *, by: User
) -> tuple[StrengthSet, ...]:
    stored = list(workout.strength_sets.all()) if workout.edit > 1 else []
    if stored and set_lines(workout) == list(lines):
        return tuple(stored)
    for line in stored:
        with_history(line, by=by, why="corrected").delete()
    kept = [
        StrengthSet(workout=workout, participant=workout.participant, position=position, **fields)
        for position, fields in enumerate(lines, start=1)
    ]
    for line in kept:
        line.clean_fields(exclude=["workout", "participant"])
    if kept:
        bulk_create_with_history(kept, StrengthSet, default_user=by)
    return tuple(kept)


def _answer_session(
    workout: Workout, match: SessionMatch | None, participant: Participant, *, by: User
) -> None:
    """Keep which session of its own week the workout answers; a correction may move it."""
    if match is not None and match.chosen and match.released:
        return
    programme = schedule.prescribed(participant)
    day = clock.local_date(workout.started_at, workout.tz)
    sessions = programme.sessions(programme.week(day))
    if not sessions and match is None:
        return
    fits = _fitting(workout, programme)
    if match is not None and not match.released and match.session_key in fits:
        return
    if match is not None:
        match.released = True
    taken, planned = _taken_and_planned(workout, fits, day)
    key = match_session(sessions, modality=workout.modality, taken=taken, planned=planned)
    if match is None and key is None:
        return
    if match is None:
        match = SessionMatch(workout=workout, participant=participant)
    # A choice that no longer fits, after a correction of day or kind, is one no more.
    match.chosen = False
    if key is not None:
        match.session_key, match.released = key, False
    with_history(match, by=by).save()


def _taken_and_planned(
    workout: Workout, fits: Collection[str], day: date
) -> tuple[set[str], set[str]]:
    """Which of the sessions that fit others answer, and which are planned for the day; one query
    for both."""
    owner = workout.participant_id
    taken = (
        SessionMatch.objects.filter(participant=owner, released=False, session_key__in=fits)
        .exclude(workout=workout)
        .annotate(why=Value(TAKEN)).values_list("session_key", "why")
    )  # fmt: skip
    planned = (
        SessionPlan.objects.filter(participant=owner, planned_on=day, session_key__in=fits)
        .annotate(why=Value(PLANNED)).values_list("session_key", "why")
    )  # fmt: skip
    rows = set(taken.order_by().union(planned.order_by(), all=True)) if fits else set()
    return {key for key, why in rows if why == TAKEN}, {key for key, why in rows if why == PLANNED}


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
        note_event(
            participant=workout.participant, source=AdverseEvent.Source.LOG,
            verbatim="; ".join(str(row.label) for row in named if row.severity == "red"),
            started_on=clock.local_date(workout.started_at, workout.participant.tz),
            source_kind="workout", source_id=str(workout.pk), by=by, now=workout.received_at,
        )  # fmt: skip
