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
FOR_SAFETY = "asked for safety, not as an outcome: a red answer is an alert"
PICTURE = "a picture; what it shows is typed into the entry"
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
        "schedule.Prescription": "id",
        "schedule.SessionPlan": "id",
        "schedule.NotToday": "id",
        "schedule.Pause": "id",
        "logging_app.StrengthSet": "id",
        "logging_app.SessionMatch": "id workout released",
        "logging_app.Supervision": "id workout sheet",
        "logging_app.SleepNight": "id edit",
        "logging_app.CheckIn": "id edit",
        "logging_app.Workout": "edit",
        "assessments.Visit": "id",
        "assessments.Response": "id visit",
        "assessments.RatingAgreement": "id visit first second",
        "assessments.ArmGuess": "id",
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
        "schedule.Prescription": "participant",
        "schedule.SessionPlan": "participant",
        "schedule.NotToday": "participant",
        "schedule.Pause": "participant",
        "logging_app.Supervision": "participant",
        "logging_app.Workout": "participant entered_by",
        "logging_app.StrengthSet": "participant",
        "logging_app.SessionMatch": "participant",
        "logging_app.SleepNight": "participant entered_by",
        "logging_app.CheckIn": "participant entered_by handled_by",
        "assessments.Visit": "participant",
        "assessments.Response": "participant",
        "assessments.ArmGuess": "participant",
        "estimates.Estimate": "participant",
    },
    STAFF: {
        "enrollment.Medication": "noted_by",
        "enrollment.Contact": "by",
        "enrollment.Deviation": "noted_by",
        "enrollment.Screening": "diagnosed_by fitness_by decided_by",
        "schedule.FitnessAssessment": "by limits_by",
        "schedule.Prescription": "outside_by",
        "schedule.SessionPlan": "by",
        "schedule.NotToday": "by",
        "schedule.Pause": "by ended_by",
        "logging_app.Supervision": "by",
        "assessments.Response": "voided_by",
        "assessments.RatingAgreement": "proposed_by confirmed_by",
        "estimates.EstimatorVersion": "registered_by",
    },
    FREE_TEXT: {
        "enrollment.Contact": "note",
        "enrollment.Deviation": "what action prevention",
        "enrollment.Screening": "occupation diagnosis_tool restrictions",
        "enrollment.Withdrawal": "reason",
        "schedule.FitnessAssessment": "preferences restrictions reason",
        "schedule.Prescription": "reason outside_reason",
        "logging_app.Workout": "notes",
        "logging_app.CheckIn": "new_text handled_note",
        "logging_app.Supervision": "note",
        "assessments.RatingAgreement": "words",
    },
    "a hold's reason may be psychiatric: weeks count the days of all pauses alike": {
        "schedule.Pause": "kind reason source_kind source_id",
    },
    "a day off needs no reason; weeks count them": {
        "schedule.NotToday": "reason made_at",
    },
    "a date of writing; the day that it speaks of is told": {
        "schedule.FitnessAssessment": "made_at",
        "schedule.Pause": "made_at",
        "logging_app.Supervision": "signed_at",
    },
    "the phone's clock is a date, and no analysis uses it": {
        "logging_app.SleepNight": "device_time",
        "logging_app.CheckIn": "device_time",
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
    "the moment of the later signature, whose day is told": {
        "assessments.RatingAgreement": "created_at",
    },
    "how a visit was arranged; the day it took place is told": {
        "assessments.Visit": "booked_at place rater",
    },
    "notes beside answers stay with the answers on the site": {
        "assessments.Annotation": "id response item words by at",
    },
    "a date of an examination; the day of the participant's half stands for the screening": {
        "enrollment.Screening": "diagnosed_on fitness_on hdrs_rated_on",
    },
    NOT_DATA: {
        "enrollment.StudyPause": "id what reason since by until ended_by ended_reason",
        "schedule.CalendarLink": "id participant token_sha256 made_at revoked_at",
        "schedule.Instructing": "id participant instructor since until cover reason by",
        "schedule.InstructorNote": "id participant text by at",
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
        "enrollment.ProtocolConfirmation": (
            "id study_name protocol_version code choice confirmed_by at words"
        ),
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
    FOR_SAFETY: {
        "logging_app.ReadinessCheck": """
            id participant at zone answers device_time received_at entered_by
        """,
    },
    PICTURE: {
        "logging_app.WorkoutPhoto": """
            id workout participant image sha256 width height received_at by removed_at
        """,
    },
    "how a rating came about and who signed it: kept with it, and read in the room of raters": {
        "assessments.Interview": """
            id response mode informant notes edit revealed_how reason signed_by signed_name
            signed_at meaning
        """,
        "assessments.RaterTraining": """
            id rater instrument trained_on expires_on evidence recorded_by
        """,
    },
    "in the words of those who told it, where it was told, and who judged it and when": {
        "safety.AdverseEvent": """
            id participant verbatim narrative source_kind source_id noted_by assessed_by
            assessed_at countersigned_by countersigned_at
        """,
    },
    ALERTS: {
        "safety.SafetyAlert": (
            "id participant kind tier source_kind source_id detail state owner raised_at"
        ),
        "safety.AlertStep": "id alert event by to words level at",
        "safety.AlertMessage": "id alert level to channel state attempts owed_at tried_at",
        "safety.DutyShift": """
            id site clinician order phone weekdays starts_at ends_at since until by
        """,
    },
}

WITHHELD: dict[str, str] = {
    f"{model}.{field}": reason
    for reason, by_model in _BY_REASON.items()
    for model, names in by_model.items()
    for field in names.split()
}
