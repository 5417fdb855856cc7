"""The stored fields that no export carries, each with the reason. A test holds that every field of
the rooms below is here or in a column, so that a new one cannot slip into (or out of) the data."""

from __future__ import annotations

INTERNAL = "internal key"
PERSON = "the person, told as study_id"
STAFF = "who of the staff; kept in the trail"
FREE_TEXT = "free text: may name people or places"
ALERTS = "alerts stay with the clinicians; the export holds adverse events"
NOT_DATA = "how the study is run, not what it found"

SEALED = "identity, or what would give an arm away"
EVIDENCE = "evidence of the signature, proved by the record and not by an export"
NO_PAGE_YET = "nothing writes this table yet; its columns come with the page that does"

_BY_REASON: dict[str, dict[str, str]] = {
    INTERNAL: {
        "enrollment.Medication": "id",
        "enrollment.Contact": "id",
        "enrollment.Deviation": "id",
        "enrollment.Screening": "id",
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
        "estimates.Estimate": "id",
        "estimates.EstimatorVersion": "id",
    },
    PERSON: {
        "enrollment.Medication": "participant",
        "enrollment.Contact": "participant",
        "enrollment.Deviation": "participant",
        "enrollment.Screening": "participant",
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
        "estimates.Estimate": "participant",
    },
    STAFF: {
        "enrollment.Medication": "noted_by",
        "enrollment.Contact": "by",
        "enrollment.Deviation": "noted_by",
        "enrollment.Screening": "diagnosed_by fitness_by decided_by",
        "schedule.FitnessAssessment": "by",
        "estimates.EstimatorVersion": "registered_by",
    },
    FREE_TEXT: {
        "enrollment.Contact": "note",
        "enrollment.Deviation": "what action prevention",
        "enrollment.Screening": "occupation diagnosis_tool restrictions",
        "enrollment.Withdrawal": "reason",
        "logging_app.Workout": "notes",
    },
    "the phone's clock is a date, and no analysis uses it": {
        "logging_app.Workout": "device_time",
    },
    "workouts that were taken back are left out": {
        "logging_app.Workout": "voided_at voided_by void_reason",
    },
    "dates; what was written on those days is in workouts and sleep_nights": {
        "estimates.Estimate": "days",
    },
    "of the model and not of anybody: its card is kept with its file": {
        "estimates.EstimatorVersion": "participants card folder registered_at",
    },
    "drafts and annotations change it; submitted_day tells when the answers were given": {
        "assessments.Response": "updated_at",
    },
    "a date of an examination; the day of the participant's half stands for the screening": {
        "enrollment.Screening": "diagnosed_on fitness_on hdrs_rated_on",
    },
    NOT_DATA: {
        "enrollment.DeviceIssue": (
            "id participant device firmware issued_on device_explained scales_explained "
            "issued_by returned_on"
        ),
        "enrollment.BaselineRecord": "id participant part complete count reported_at",
        "enrollment.ConsentDocument": "id ethics_number quiz approved_at approved_by",
        "enrollment.ConsentText": "id document language title markdown sha256",
        "enrollment.ConsentConversation": """
            id participant document at investigator questions_answered capacity_confirmed
        """,
        "enrollment.DataLock": "id participant at by reason lifted_at lifted_by",
    },
    SEALED: {
        "enrollment.AllocationList": "id made_at made_by sha256 seed_sha256 factors places",
        "enrollment.AllocationSlot": "id stratum position sealed_arm participant used_at used_by",
        "enrollment.Unblinding": "id participant at by shown_to reason",
        "enrollment.ConsentIdentity": """
            id record printed_name signature_png copy_pdf address_hash sealed sealed_at
        """,
        "enrollment.Invitation": (
            "id code_sha256 site language email note expires_at issued_at issued_by used_at "
            "participant revoked_at revoked_by"
        ),
        "enrollment.Erasure": "id participant asked_at done_at done_by reason",
    },
    EVIDENCE: {
        "enrollment.ConsentRecord": (
            "text_sha256 method reauthenticated_at seconds_shown quiz_answers identity_sha256 "
            "pdf_sha256 countersigned_at countersigned_by"
        ),
    },
    NO_PAGE_YET: {},
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
