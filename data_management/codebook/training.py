"""What was asked of those who exercise and what they did, and the weeks of both arms."""

from __future__ import annotations

import protocol
from data_management.codebook.columns import Column, Table, listed, of, path, several
from data_management.codebook.common import date, day, from_paper, made, pending, table
from logging_app.models import SessionMatch, StrengthSet, Supervision, Workout
from schedule.models import FitnessAssessment, NotToday, Pause, Prescription, SessionPlan
from schedule.rules import Outcome


def training() -> tuple[Table, ...]:
    """The tables in the order of the contract."""
    return (
        _fitness(), _prescriptions(), _sessions(), _workouts(), _weeks(), _strength_sets(),
    )  # fmt: skip


def _fitness() -> Table:
    model = FitnessAssessment
    return table(
        "fitness_assessments", "Individual assessments before the program and later",
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
        of(model, "sit_and_reach_cm", unit="cm"),
        of(model, "strength_tests", source=(
            "exercise:load x repetitions = estimated one-repetition maximum (Epley 1985: "
            "w × (1 + r / 30), none above 10 repetitions); joined by +"
        )),
        of(model, "equipment", source="the protocol's codes, joined by +"),
        of(model, "activities", source="the protocol's codes, joined by +"),
        of(model, "limit_hr_bpm", unit="bpm", label="heart rate at most, by a clinician"),
        of(model, "limit_effort", label="effort at most, by a clinician"),
        of(model, "limit_minutes", unit="min", label="minutes at most, by a clinician"),
    )  # fmt: skip


def _prescriptions() -> Table:
    model = Prescription
    content = path(model, "content")
    return table(
        "prescriptions", "Each kind of session of each version of what was prescribed",
        of(model, "version"),
        of(model, "from_week", unit="week of the program"),
        day("day from which it counts", path(model, "starts_on"), name="start_day"),
        date("date from which it counts", name="start_date"),
        day("day it was written", path(model, "made_at"), name="written_day"),
        day("day of the assessment it rests on", path(model, "assessment"), name="assessed_day"),
        of(model, "origin"),
        Column(
            name="outside", label="what of it leaves the protocol's ranges or a clinician's limits",
            type="text", source="Prescription.outside: fields joined by +, without the reason",
            fields=(path(model, "outside"),), coarse=True,
        ),
        Column(
            name="instructor_code", label="instructor, as a code", type="text", coarse=True,
            source="who wrote it", fields=(path(model, "by"),),
        ),
        made("modality", "kind", "text", "the plan", fields=(content,), coarse=True),
        made("step", "step of the protocol that it came from", "integer", "the plan"),
        made("per_week", "sessions a week", "integer", "the plan"),
        *_asked("the plan"),
        made("guided_by", "what guides how hard", "text", "the plan",
             values="heart_rate = beats a minute; effort = effort and talk test"),
        made("activities", "activities offered", "text", "the plan; joined by +"),
        made("exercises", "exercises: sets x repetitions @ load, or sets x seconds of a hold",
             "text", "the plan; joined by +, a band's level as its code"),
    )  # fmt: skip


def _asked(source: str) -> tuple[Column, ...]:
    """The bands of what is asked, lowest and highest."""
    return (
        made("minutes_low", "fewest minutes asked", "integer", source, unit="min"),
        made("minutes_high", "most minutes asked", "integer", source, unit="min"),
        made("hrr_percent_low", "lowest intensity asked", "integer", source, unit="% of reserve"),
        made("hrr_percent_high", "highest intensity asked", "integer", source, unit="% of reserve"),
        made("effort_low", "lowest effort asked", "integer", source, range="0–10"),
        made("effort_high", "highest effort asked", "integer", source, range="0–10"),
    )


def _sessions() -> Table:
    plan, week = "the prescription in force", "week of the program"
    return table(
        "sessions", "Planned sessions and what became of them, for the weeks begun",
        made("programme_week", "week of the program", "integer",
             "counted from the first prescription's start", unit="week"),
        made("study_week", "study week in which that week begins", "integer",
             "counted from day 1", unit="week"),
        of(SessionMatch, "session_key", label="session, as w07-aerobic-2",
           fields=(path(SessionMatch, "session_key"), path(SessionPlan, "session_key"))),
        made("prescription_version", "version in force", "integer", "as in prescriptions"),
        made("modality", "kind", "text", plan),
        *_asked(plan),
        day("day that the participant planned it for", path(SessionPlan, "planned_on"),
            name="planned_day"),
        made("outcome", "what became of it", "text", f"the same rule as Today; {week}",
             values="; ".join(outcome.value for outcome in Outcome)),
        made("done", "answered by a workout", "boolean", "SessionMatch, not released"),
        made("workout_id", "the workout that answered it", "text", "as in workouts"),
        made("duration_min", "minutes done", "integer", "Workout.duration_min", unit="min"),
        made("effort", "effort", "integer", "Workout.effort", range="0–10"),
        made("hr_place", "mean heart rate against the beats asked that day", "text",
             "Karvonen, by the assessment in force; empty where beats do not guide",
             values="below; in; above"),
    )  # fmt: skip


WORKOUT_UNITS = {
    "duration_min": "min", "mood_before": "", "mood_after": "", "mood_before_recalled": "",
    "feeling": "", "effort": "", "hr_before_bpm": "bpm", "hr_after_bpm": "bpm",
    "hr_mean_bpm": "bpm", "hr_max_bpm": "bpm", "hrv_rmssd_ms": "ms", "hrv_sdnn_ms": "ms",
    "resp_mean_brpm": "per min", "resp_max_brpm": "per min", "steps": "", "distance_m": "m",
    "energy_kcal": "kcal", "range_of_motion_cm": "cm", "stopped_early": "",
    "stopped_because": "",
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
        of(SessionMatch, "chosen", name="session_chosen",
           label="the participant said which session it answers, or that it answers none"),
        of(Supervision, "mode", name="supervised", label="how it was supervised, if so"),
        Column(
            name="fidelity", label="how well it was done: share of the points judged",
            type="number", range="0–1", source="Supervision.fidelity; yes 1, partly ½, no 0",
            fields=(path(Supervision, "fidelity"),), coarse=True,
        ),
        made("fidelity_judged", "points of the checklist that were judged", "integer",
             "Supervision.fidelity"),
        *several(Workout, WORKOUT_UNITS),
        made("hr_reserve_percent_mean", "mean intensity", "number", reserve, unit="% of reserve"),
        made("hr_reserve_percent_max", "top intensity", "number", reserve, unit="% of reserve"),
        of(Workout, "symptoms", values=f"none; {listed(symptoms)}", source="joined by +"),
        Column(
            name="tracker_fields", label="fields that a tracker's file gave", type="text",
            source="names of Workout.sources that were not typed, joined by +", coarse=True,
            fields=(path(Workout, "sources"),),
        ),
        made("contamination", "logged by somebody who is not asked to exercise", "boolean",
             "Participant.arm, by the protocol"),
        day("day it was received", path(Workout, "received_at"), name="received_day"),
        made("late_entry", "received more than 24 hours after it ended", "boolean",
             "Workout.received_at"),
        *from_paper(Workout),
        pending(),
    )  # fmt: skip


def _weeks() -> Table:
    logged, record = "sum over the week's workouts", "the sessions of that week of the program"
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
        made("monotony", "mean daily load / its standard deviation (n − 1), complete weeks in "
             "which every workout gives effort", "number", "Foster 1998"),
        made("strain", "load × monotony", "number", "Foster 1998", unit="effort × min"),
        made("programme_week", "week of the program that begins in it", "integer",
             "counted from the first prescription's start", unit="week"),
        made("sessions_asked", "sessions asked for", "integer", record),
        made("sessions_done", "of them done", "integer", record),
        made("sessions_missed", "of them missed", "integer", record),
        made("sessions_excused", "of them excused", "integer", record),
        made("attendance", "done / (asked − excused), complete weeks of the program only",
             "number", record, range="0–1"),
        made("dose", "minutes done, up to those asked / minutes asked and not excused", "number",
             record, range="0–1"),
        made("paused_days", "its days without sessions: paused, held, or after leaving", "integer",
             "Pause, Withdrawal", fields=(path(Pause, "starts_on"), path(Pause, "ends_on")),
             coarse=True),
        made("days_off", "its days answered by “not today”", "integer", "NotToday",
             fields=(path(NotToday, "date"),), coarse=True),
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
        *several(StrengthSet, {"sets": "", "reps": "", "load_kg": "kg", "hold_s": "s"}),
        _code_of("band_level", "band level"),
        of(StrengthSet, "band_level", identified=True),
    )  # fmt: skip


def _code_of(name: str, label: str) -> Column:
    """Words that a person typed, so that only a code of them may leave the study."""
    return Column(
        name=f"{name}_code", label=f"{label}, as a code: the same words, the same code",
        type="text", source=f"StrengthSet.{name}", coarse=True, fields=(path(StrengthSet, name),),
    )  # fmt: skip
