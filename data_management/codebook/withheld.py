"""The stored fields that no export carries, each with the reason. A test holds that every field of
the rooms below is here or in a column, so that a new one cannot slip into (or out of) the data."""

from __future__ import annotations

INTERNAL = "internal key"
PERSON = "the person, told as study_id"
STAFF = "who of the staff; kept in the trail"
FREE_TEXT = "free text: may name people or places"
ALERTS = "alerts stay with the clinicians; the export holds adverse events"
NOT_DATA = "how the study is run, not what it found"

_BY_REASON: dict[str, dict[str, str]] = {
    INTERNAL: {
        "enrollment.Participant": "id",
        "enrollment.ConsentRecord": "id",
        "enrollment.Withdrawal": "id",
        "schedule.FitnessAssessment": "id",
        "logging_app.StrengthSet": "id",
        "logging_app.SessionMatch": "id workout released",
        "logging_app.SleepNight": "id edit",
        "logging_app.Workout": "edit",
        "assessments.Visit": "id",
        "assessments.Response": "id visit",
    },
    PERSON: {
        "enrollment.Participant": "user",
        "enrollment.ConsentRecord": "participant",
        "enrollment.Withdrawal": "participant",
        "schedule.FitnessAssessment": "participant",
        "logging_app.Workout": "participant entered_by",
        "logging_app.StrengthSet": "participant",
        "logging_app.SessionMatch": "participant",
        "logging_app.SleepNight": "participant",
        "assessments.Visit": "participant",
        "assessments.Response": "participant",
    },
    STAFF: {
        "schedule.FitnessAssessment": "by",
    },
    FREE_TEXT: {
        "enrollment.Withdrawal": "reason",
        "logging_app.Workout": "notes",
    },
    "the phone's clock is a date, and no analysis uses it": {
        "logging_app.Workout": "device_time",
    },
    "workouts that were taken back are left out": {
        "logging_app.Workout": "voided_at voided_by void_reason",
    },
    "drafts and annotations change it; submitted_day tells when the answers were given": {
        "assessments.Response": "updated_at",
    },
    NOT_DATA: {
        "enrollment.ConsentDocument": "id text_sha256 approved_at approved_by",
        "enrollment.DataLock": "id participant at by reason lifted_at lifted_by",
    },
    ALERTS: {
        "safety.SafetyAlert": (
            "id participant kind tier source_kind source_id detail state raised_at"
        ),
    },
}

WITHHELD: dict[str, str] = {
    f"{model}.{field}": reason
    for reason, by_model in _BY_REASON.items()
    for model, names in by_model.items()
    for field in names.split()
}
