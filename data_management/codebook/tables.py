"""Every table of an export and every column of it. The codebook, the frames, the classification of
stored fields and the tests all read this one list."""

from __future__ import annotations

from typing import Any

import protocol
from assessments.models import Response, Visit
from assessments.scoring import ItemState
from data_management.codebook.columns import YES_NO, Column, Table, listed, of, path, several
from data_management.rules import Kind
from enrollment.models import ConsentDocument, ConsentRecord, Participant, Withdrawal
from logging_app.models import SessionMatch, SleepNight, StrengthSet, Workout
from schedule.models import FitnessAssessment

CONDUCT_ONLY = frozenset({Kind.CONDUCT})
STUDY_ID = Column(
    name="study_id", label="Participant", type="text",
    source="Participant.study_id; a stand-in unless the export is identified",
    fields=(path(Participant, "study_id"),), coarse=True,
)  # fmt: skip


def _day(label: str, *fields: str, name: str = "study_day") -> Column:
    return Column(
        name=name, label=label, type="integer", unit="day", fields=fields, coarse=True,
        source="counted in the participant's zone; day 1 is the day of allocation, there is no 0",
    )  # fmt: skip


def _date(label: str, *fields: str, name: str = "date") -> Column:
    return Column(
        name=name, label=label, type="date", source="identified exports only", fields=fields,
        identified=True,
    )  # fmt: skip


def _made(name: str, label: str, type_: str, source: str, **more: Any) -> Column:
    values = more.pop("values", YES_NO if type_ == "boolean" else "")
    return Column(name=name, label=label, type=type_, source=source, values=values, **more)


def _table(name: str, title: str, *columns: Column) -> Table:
    return Table(name, title, (STUDY_ID, *columns))


def tables() -> tuple[Table, ...]:
    """The tables in the order of the contract, with the words of the study now in force."""
    return (*_people(), *_training(), *_nights(), *_questionnaires(), _withdrawals())


def _people() -> tuple[Table, ...]:
    person, consent = Participant, ConsentRecord
    began = (path(person, "day_one"), path(person, "created_at"))
    return (
        _table(
            "participants", "Everyone who was invited, one row each",
            of(person, "site", values="the site's code"),
            of(person, "zone"),
            of(person, "state"),
            of(person, "sex"),
            Column(
                name="age_years", label="age in the year of allocation (or invitation)",
                type="integer", unit="year", fields=(path(person, "birth_year"),), coarse=True,
                source="that year less Participant.birth_year",
            ),
            of(person, "education"),
            of(person, "illness_years", unit="year"),
            of(person, "treatment"),
            _made("allocated", "allocated to a group", "boolean", "Participant.day_one is set"),
            _date("date of day 1", *began, name="day_one"),
        ),
        _table(
            "consents", "Each consent signed",
            _day("day of the signature", path(consent, "signed_at")),
            _date("date of the signature"),
            of(
                ConsentDocument, "version", name="document_version",
                fields=(path(ConsentDocument, "version"), path(consent, "document")),
            ),
            of(consent, "language"),
            of(consent, "tracker_data"),
            of(consent, "estimates"),
            of(consent, "sharing"),
        ),
        _table(
            "allocations", "To which group each was allocated",
            Column(
                name="arm", label="group, without its name", type="text", values="A; B",
                source="Participant.arm; the letters are dealt by the study's key",
                fields=(path(person, "arm"),), coarse=True, kinds=frozenset({Kind.BLINDED}),
            ),
        ),
    )  # fmt: skip


def _training() -> tuple[Table, ...]:
    return (_fitness(), _sessions(), _workouts(), _weeks(), _strength_sets())


def _fitness() -> Table:
    model = FitnessAssessment
    return _table(
        "fitness_assessments", "Heart rates that intensity is reckoned from",
        _day("day of the assessment", path(model, "assessed_on")),
        _date("date of the assessment"),
        of(model, "resting_hr_bpm", unit="bpm"),
        of(model, "max_hr_source"),
        of(model, "max_hr_measured_bpm", unit="bpm"),
        _made(
            "max_hr_bpm", "maximum heart rate", "number",
            "measured, or Tanaka 2001: 208 − 0.7 × age, or Fox: 220 − age", unit="bpm",
        ),
        of(model, "rate_limiting_drug"),
    )  # fmt: skip


def _sessions() -> Table:
    plan = "the protocol's sessions of the week"
    return _table(
        "sessions", "Planned sessions against done, for the weeks reached, arms that exercise",
        _made("study_week", "study week", "integer", plan, unit="week"),
        of(SessionMatch, "session_key", label="session, as w07-aerobic-2"),
        _made("modality", "kind", "text", plan),
        _made("minutes_low", "fewest minutes asked", "integer", plan, unit="min"),
        _made("minutes_high", "most minutes asked", "integer", plan, unit="min"),
        _made("hrr_percent_low", "lowest intensity asked", "integer", plan, unit="% of reserve"),
        _made("hrr_percent_high", "highest intensity asked", "integer", plan, unit="% of reserve"),
        _made("effort_low", "lowest effort asked", "integer", plan, range="0–10"),
        _made("effort_high", "highest effort asked", "integer", plan, range="0–10"),
        _made("done", "answered by a workout", "boolean", "SessionMatch, not released"),
        _made("workout_id", "the workout that answered it", "text", "as in workouts"),
        _made("duration_min", "minutes done", "integer", "Workout.duration_min", unit="min"),
        _made("effort", "effort", "integer", "Workout.effort", range="0–10"),
    )  # fmt: skip


WORKOUT_UNITS = {
    "duration_min": "min", "mood_before": "", "mood_after": "", "mood_before_recalled": "",
    "feeling": "", "effort": "", "hr_before_bpm": "bpm", "hr_after_bpm": "bpm",
    "hr_mean_bpm": "bpm", "hr_max_bpm": "bpm", "hrv_rmssd_ms": "ms", "hrv_sdnn_ms": "ms",
    "resp_mean_brpm": "per min", "resp_max_brpm": "per min", "steps": "", "distance_m": "m",
    "energy_kcal": "kcal", "range_of_motion_cm": "cm", "stopped_early": "",
}  # fmt: skip


def _workouts() -> Table:
    study = protocol.current()
    reserve = "100 × (rate − resting) / (maximum − resting), by the assessment in force that day"
    activities = {code: activity.label.en for code, activity in study.activities.items()}
    symptoms = {symptom.code: symptom.label.en for symptom in study.stop_list}
    return _table(
        "workouts", "Each workout logged and not taken back",
        Column(
            name="workout_id", label="workout", type="text", coarse=True,
            source="a stand-in for Workout.id, the same in each export of this kind",
            fields=(path(Workout, "id"),),
        ),
        _day("day it began", path(Workout, "started_at")),
        _date("date it began"),
        _made("study_week", "study week", "integer", "from study_day", unit="week"),
        Column(
            name="started_time", label="local time it began", type="time", unit="HH:MM",
            source="Workout.started_at in Workout.zone", coarse=True,
            fields=(path(Workout, "started_at"), path(Workout, "zone")),
        ),
        of(Workout, "modality"),
        of(Workout, "activity", values=listed(activities)),
        _made("session_key", "the session it answered; empty for an extra", "text", "SessionMatch"),
        *several(Workout, WORKOUT_UNITS),
        _made("hr_reserve_percent_mean", "mean intensity", "number", reserve, unit="% of reserve"),
        _made("hr_reserve_percent_max", "top intensity", "number", reserve, unit="% of reserve"),
        of(Workout, "symptoms", values=f"none; {listed(symptoms)}", source="joined by +"),
        Column(
            name="tracker_fields", label="fields that a tracker's file gave", type="text",
            source="names of Workout.sources that were not typed, joined by +", coarse=True,
            fields=(path(Workout, "sources"),),
        ),
        _day("day it was received", path(Workout, "received_at"), name="received_day"),
    )  # fmt: skip


def _weeks() -> Table:
    logged = "sum over the week's workouts"
    return _table(
        "weeks", "Participant by study week, for the weeks reached, both arms",
        _made("study_week", "study week", "integer", "days 7(n−1)+1 … 7n", unit="week"),
        _made("complete", "the whole week lies in the data", "boolean", "see docs/export.md"),
        _made("workouts", "workouts logged", "integer", logged),
        _made("minutes", "minutes logged", "integer", logged, unit="min"),
        _made("energy_kcal", "energy, of workouts that give it", "number", logged, unit="kcal"),
        _made("workouts_with_energy", "workouts that give energy", "integer", logged),
        _made("load", "load: effort × minutes, of workouts that give effort", "integer", logged,
              unit="effort × min"),
        _made("workouts_with_effort", "workouts that give effort", "integer", logged),
        _made("sessions_asked", "sessions the week asks for", "integer", "the protocol"),
        _made("sessions_done", "of them answered", "integer", "SessionMatch, not released"),
        _made("attendance", "answered / asked, complete weeks only", "number",
              "sessions_done / sessions_asked", range="0–1"),
    )  # fmt: skip


def _strength_sets() -> Table:
    equipment = {code: a.label.en for code, a in protocol.current().activities.items()}
    return _table(
        "strength_sets", "Each line of strength work",
        _made("workout_id", "workout", "text", "as in workouts"),
        of(StrengthSet, "position", name="line", label="line of the workout",
           fields=(path(StrengthSet, "position"), path(StrengthSet, "workout"))),
        _code_of("exercise", "exercise"),
        of(StrengthSet, "exercise", identified=True),
        of(StrengthSet, "equipment", values=listed(equipment), coarse=True,
           source="StrengthSet.equipment where it is one of the study's words, else other"),
        *several(StrengthSet, {"sets": "", "reps": "", "load_kg": "kg"}),
        _code_of("band_level", "band level"),
        of(StrengthSet, "band_level", identified=True),
    )  # fmt: skip


def _code_of(name: str, label: str) -> Column:
    """Words that a person typed, so that only a code of them may leave the study."""
    return Column(
        name=f"{name}_code", label=f"{label}, as a code: the same words, the same code",
        type="text", source=f"StrengthSet.{name}", coarse=True, fields=(path(StrengthSet, name),),
    )  # fmt: skip


def _nights() -> tuple[Table, ...]:
    percent = "100 × total sleep / "
    return (
        _table(
            "sleep_nights", "Each night of the diary, by the morning it ended on",
            _day("day of the morning", path(SleepNight, "date")),
            _date("date of the morning"),
            of(SleepNight, "in_bed_at", unit="HH:MM, local",
               fields=(path(SleepNight, "in_bed_at"), path(SleepNight, "zone"))),
            *several(SleepNight, {
                "tried_to_sleep_at": "HH:MM, local", "woke_at": "HH:MM, local",
                "out_of_bed_at": "HH:MM, local", "sleep_onset_latency_min": "min",
                "awakenings": "", "wake_after_sleep_onset_min": "min", "quality": "",
            }),
            _made("time_in_bed_min", "time in bed", "integer", "out of bed − in bed, elapsed",
                  unit="min"),
            _made("total_sleep_min", "total sleep", "integer",
                  "(woke − tried) − latency − awake, elapsed", unit="min"),
            _made("sleep_efficiency_percent", "sleep efficiency, of time in bed", "number",
                  percent + "time in bed", unit="%"),
            _made("sleep_efficiency_attempt_percent", "sleep efficiency, of trying to getting up",
                  "number", percent + "(out of bed − tried)", unit="%"),
            _made("late_entry", "entered more than 24 hours after getting up", "boolean",
                  "SleepNight.received_at"),
            _day("day it was received", path(SleepNight, "received_at"), name="received_day"),
        ),
    )  # fmt: skip


def _questionnaires() -> tuple[Table, ...]:
    instruments = protocol.instruments().values()
    names = listed({i.code: i.title.en for i in instruments})
    visits = listed({v.code: v.label.en for v in protocol.current().visits})
    visit = of(Visit, "code", name="visit", values=visits)
    instrument = of(Response, "instrument", values=names)
    version = of(Response, "instrument_version", label="version of the instrument")
    submitted = Column(
        name="submitted", label="submitted (0: a draft)", type="boolean", values=YES_NO,
        source="Response.submitted_at is set", fields=(path(Response, "submitted_at"),),
        coarse=True,
    )  # fmt: skip
    return (
        _table(
            "visits", "Each visit that took place or was missed",
            visit,
            _day("day it took place", path(Visit, "done_on")),
            _date("date it took place"),
            _made("in_window", "inside the protocol's window", "boolean", "the protocol's visits"),
            Column(
                name="missed", label="missed", type="boolean", values=YES_NO, coarse=True,
                source="a reason for missing it was given", fields=(path(Visit, "missed_reason"),),
            ),
        ),
        _table(
            "responses", "Each item of each questionnaire",
            visit, instrument, version,
            _made("item", "item", "text", "the instrument"),
            _made("item_label", "the item's words", "text", "the instrument"),
            _made("standard_code", "CDISC's code of the item", "text", "the instrument"),
            _made("state", "what became of the item", "text", "see docs/export.md",
                  values="; ".join(ItemState)),
            of(Response, "answers", name="value", label="answer", type="integer",
               values=_item_values(), range="the item's own"),
            submitted,
            _day("day it was submitted", path(Response, "submitted_at"), name="submitted_day"),
            Column(
                name="rater_code", label="rater, as a code", type="text", coarse=True,
                source="who rated; empty where the participant answered",
                fields=(path(Response, "answered_by"),),
            ),
        ),
        _table(
            "scores", "Each questionnaire's score at each visit",
            visit, instrument, version, submitted,
            _day("day of the visit, or of submitting"),
            _made("questions", "questions of the instrument", "integer", "the instrument"),
            _made("answered", "answered", "integer", "16A and 16B are one question"),
            _made("not_assessed", "not assessed", "integer", "stored, never summed"),
            _made("missing", "declined or left out", "integer", "questions without an answer"),
            _made("total", "total; empty where there is none or a question is missing", "integer",
                  "the instrument's published sum"),
            _made("total_prorated", "prorated total, for sensitivity analyses only", "number",
                  "sum × highest total / highest sum of the answered questions"),
        ),
    )  # fmt: skip


def _item_values() -> str:
    """Each instrument's answers with their labels, in one cell."""
    parts = []
    for instrument in protocol.instruments().values():
        for item in instrument.items:
            ends = {item.range[0]: item.low_label, item.range[1]: item.high_label}
            labels = {o.value: o.label for o in item.options} or ends
            words = ", ".join(f"{value} = {label.en}" for value, label in labels.items() if label)
            parts.append(f"{instrument.code}/{item.key}: {words}")
    return " | ".join(parts)


def _withdrawals() -> Table:
    return _table(
        "withdrawals", "Who left the study, and what stopped",
        _day("day of leaving", path(Withdrawal, "at")),
        _date("date of leaving"),
        # Only those who were asked to exercise can stop it: it would tell the arm.
        of(Withdrawal, "stop_exercise", kinds=CONDUCT_ONLY),
        of(Withdrawal, "stop_contact"),
        of(Withdrawal, "stop_data_use"),
    )  # fmt: skip
