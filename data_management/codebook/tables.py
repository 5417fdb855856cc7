"""Every table of an export and every column of it. The codebook, the frames, the classification of
stored fields and the tests all read this one list."""

from __future__ import annotations

import protocol
from data_management.codebook.columns import Column, Table, listed, of, path, several
from data_management.codebook.common import CONDUCT_ONLY, date, day, made, table
from data_management.codebook.conduct import conduct, medications
from data_management.codebook.estimates import estimates
from data_management.codebook.questionnaires import questionnaires
from data_management.codebook.screenings import screenings
from data_management.rules import Kind
from enrollment.models import ConsentDocument, ConsentRecord, Participant, Withdrawal
from logging_app.models import SessionMatch, SleepNight, StrengthSet, Workout
from schedule.models import FitnessAssessment


def tables() -> tuple[Table, ...]:
    """The tables in the order of the contract, with the words of the study now in force."""
    return (
        *_people(), medications(), *_training(), *_nights(), *questionnaires(), estimates(),
        *conduct(), _withdrawals(),
    )  # fmt: skip


def _people() -> tuple[Table, ...]:
    person, consent = Participant, ConsentRecord
    began = (path(person, "day_one"), path(person, "created_at"))
    return (
        table(
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
            made("allocated", "allocated to a group", "boolean", "Participant.day_one is set"),
            date("date of day 1", *began, name="day_one"),
        ),
        screenings(),
        table(
            "consents", "Each consent signed",
            day("day of the signature", path(consent, "signed_at")),
            date("date of the signature"),
            of(
                ConsentDocument, "version", name="document_version",
                fields=(path(ConsentDocument, "version"), path(consent, "document")),
            ),
            of(consent, "language"),
            of(consent, "tracker_data"),
            of(consent, "estimates"),
            of(consent, "sharing"),
        ),
        table(
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
    return table(
        "fitness_assessments", "Heart rates that intensity is reckoned from",
        day("day of the assessment", path(model, "assessed_on")),
        date("date of the assessment"),
        of(model, "resting_hr_bpm", unit="bpm"),
        of(model, "max_hr_source"),
        of(model, "max_hr_measured_bpm", unit="bpm"),
        made(
            "max_hr_bpm", "maximum heart rate", "number",
            "measured, or Tanaka 2001: 208 − 0.7 × age, or Fox: 220 − age", unit="bpm",
        ),
        of(model, "rate_limiting_drug"),
    )  # fmt: skip


def _sessions() -> Table:
    plan = "the protocol's sessions of the week"
    return table(
        "sessions", "Planned sessions against done, for the weeks reached, arms that exercise",
        made("study_week", "study week", "integer", plan, unit="week"),
        of(SessionMatch, "session_key", label="session, as w07-aerobic-2"),
        made("modality", "kind", "text", plan),
        made("minutes_low", "fewest minutes asked", "integer", plan, unit="min"),
        made("minutes_high", "most minutes asked", "integer", plan, unit="min"),
        made("hrr_percent_low", "lowest intensity asked", "integer", plan, unit="% of reserve"),
        made("hrr_percent_high", "highest intensity asked", "integer", plan, unit="% of reserve"),
        made("effort_low", "lowest effort asked", "integer", plan, range="0–10"),
        made("effort_high", "highest effort asked", "integer", plan, range="0–10"),
        made("done", "answered by a workout", "boolean", "SessionMatch, not released"),
        made("workout_id", "the workout that answered it", "text", "as in workouts"),
        made("duration_min", "minutes done", "integer", "Workout.duration_min", unit="min"),
        made("effort", "effort", "integer", "Workout.effort", range="0–10"),
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
    return table(
        "workouts", "Each workout logged and not taken back",
        Column(
            name="workout_id", label="workout", type="text", coarse=True,
            source="a stand-in for Workout.id, the same in each export of this kind",
            fields=(path(Workout, "id"),),
        ),
        day("day it began", path(Workout, "started_at")),
        date("date it began"),
        made("study_week", "study week", "integer", "from study_day", unit="week"),
        Column(
            name="started_time", label="local time it began", type="time", unit="HH:MM",
            source="Workout.started_at in Workout.zone", coarse=True,
            fields=(path(Workout, "started_at"), path(Workout, "zone")),
        ),
        of(Workout, "modality"),
        of(Workout, "activity", values=listed(activities)),
        made("session_key", "the session it answered; empty for an extra", "text", "SessionMatch"),
        *several(Workout, WORKOUT_UNITS),
        made("hr_reserve_percent_mean", "mean intensity", "number", reserve, unit="% of reserve"),
        made("hr_reserve_percent_max", "top intensity", "number", reserve, unit="% of reserve"),
        of(Workout, "symptoms", values=f"none; {listed(symptoms)}", source="joined by +"),
        Column(
            name="tracker_fields", label="fields that a tracker's file gave", type="text",
            source="names of Workout.sources that were not typed, joined by +", coarse=True,
            fields=(path(Workout, "sources"),),
        ),
        day("day it was received", path(Workout, "received_at"), name="received_day"),
        _pending(),
    )  # fmt: skip


def _pending() -> Column:
    return made(
        "made_while_consent_pending", "made while a renewed consent was pending, accepted after it",
        "boolean", "ConsentDocument.approved_at, ConsentRecord.signed_at",
    )  # fmt: skip


def _weeks() -> Table:
    logged = "sum over the week's workouts"
    return table(
        "weeks", "Participant by study week, for the weeks reached, both arms",
        made("study_week", "study week", "integer", "days 7(n−1)+1 … 7n", unit="week"),
        made("complete", "the whole week lies in the data", "boolean", "see docs/export.md"),
        made("workouts", "workouts logged", "integer", logged),
        made("minutes", "minutes logged", "integer", logged, unit="min"),
        made("energy_kcal", "energy, of workouts that give it", "number", logged, unit="kcal"),
        made("workouts_with_energy", "workouts that give energy", "integer", logged),
        made("load", "load: effort × minutes, of workouts that give effort", "integer", logged,
             unit="effort × min"),
        made("workouts_with_effort", "workouts that give effort", "integer", logged),
        made("sessions_asked", "sessions the week asks for", "integer", "the protocol"),
        made("sessions_done", "of them answered", "integer", "SessionMatch, not released"),
        made("attendance", "answered / asked, complete weeks only", "number",
             "sessions_done / sessions_asked", range="0–1"),
    )  # fmt: skip


def _strength_sets() -> Table:
    equipment = {code: a.label.en for code, a in protocol.current().activities.items()}
    return table(
        "strength_sets", "Each line of strength work",
        made("workout_id", "workout", "text", "as in workouts"),
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
        table(
            "sleep_nights", "Each night of the diary, by the morning it ended on",
            day("day of the morning", path(SleepNight, "date")),
            date("date of the morning"),
            of(SleepNight, "in_bed_at", unit="HH:MM, local",
               fields=(path(SleepNight, "in_bed_at"), path(SleepNight, "zone"))),
            *several(SleepNight, {
                "tried_to_sleep_at": "HH:MM, local", "woke_at": "HH:MM, local",
                "out_of_bed_at": "HH:MM, local", "sleep_onset_latency_min": "min",
                "awakenings": "", "wake_after_sleep_onset_min": "min", "quality": "",
            }),
            made("time_in_bed_min", "time in bed", "integer", "out of bed − in bed, elapsed",
                 unit="min"),
            made("total_sleep_min", "total sleep", "integer",
                 "(woke − tried) − latency − awake, elapsed", unit="min"),
            made("sleep_efficiency_percent", "sleep efficiency, of time in bed", "number",
                 percent + "time in bed", unit="%"),
            made("sleep_efficiency_attempt_percent", "sleep efficiency, of trying to getting up",
                 "number", percent + "(out of bed − tried)", unit="%"),
            made("late_entry", "entered more than 24 hours after getting up", "boolean",
                 "SleepNight.received_at"),
            day("day it was received", path(SleepNight, "received_at"), name="received_day"),
            _pending(),
        ),
    )  # fmt: skip


def _withdrawals() -> Table:
    return table(
        "withdrawals", "Who left the study, and what stopped",
        day("day of leaving", path(Withdrawal, "at")),
        date("date of leaving"),
        # Only those who were asked to exercise can stop it: it would tell the arm.
        of(Withdrawal, "stop_exercise", kinds=CONDUCT_ONLY),
        of(Withdrawal, "stop_contact"),
        of(Withdrawal, "stop_data_use"),
    )  # fmt: skip
