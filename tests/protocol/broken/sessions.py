"""Faults in the sessions of a week."""

from __future__ import annotations

from tests.protocol.broken.faults import Fault, again, drop, put

AEROBIC = ("session_kinds", "aerobic")
STEP = (*AEROBIC, "steps", 1)
STEP_KEY = "session_kinds[aerobic].steps[2]"
STRENGTH = ("session_kinds", "strength")
STRETCH = ("session_kinds", "flexibility", "steps", 0)
STRETCH_KEY = "session_kinds[flexibility].steps[1]"
SQUAT = ("exercises", "squat")

SESSIONS = [
    Fault("no kinds", put("session_kinds", value=[]), "session_kinds", "at least one kind"),
    Fault("kind twice", again("session_kinds"), "session_kinds[flexibility].modality", "twice"),
    Fault(
        "no session",
        put(*AEROBIC, "per_week", value=0),
        "session_kinds[aerobic].per_week",
        "from 1 to 14",
    ),
    Fault(
        "five hours",
        put(*AEROBIC, "minutes", value=[30, 300]),
        "session_kinds[aerobic].minutes",
        "within [1, 240]",
    ),
    Fault(
        "no room for rest",
        put("session_kinds", "strength", "per_week", value=4),
        "session_kinds[strength].rest_hours",
        "do not fit",
    ),
    Fault(
        "unknown activity code",
        put("activities", "other", "code", value="chess"),
        "activities[chess].code",
        "is not one of",
    ),
    Fault(
        "impossible MET",
        put("activities", "yoga", "met", value=0.2),
        "activities[yoga].met",
        "from 1 to 23",
    ),
    Fault(
        "MET without its row",
        drop("activities", "yoga", "met_code"),
        "activities[yoga].met_code",
        "stand together",
    ),
    Fault(
        "undescribed activity",
        put(*AEROBIC, "activities", value=["rowing"]),
        "session_kinds[aerobic].activities",
        "'rowing' is not described",
    ),
    Fault(
        "no activity",
        put(*AEROBIC, "activities", value=[]),
        "session_kinds[aerobic].activities",
        "at least one",
    ),
    Fault(
        "impossible band",
        put("intensity", "hrr_percent", value=[0, 59]),
        "intensity.hrr_percent",
        "within [1, 100]",
    ),
    Fault(
        "impossible effort",
        put("intensity", "effort", value=[1, 11]),
        "intensity.effort",
        "within [0, 10]",
    ),
    Fault(
        "no steps",
        put(*AEROBIC, "steps", value=[]),
        "session_kinds[aerobic].steps",
        "at least one step",
    ),
    Fault("gap", put(*STEP, "weeks", value=[4, 4]), f"{STEP_KEY}.weeks", "leaves a gap: week 3"),
    Fault("overlap", put(*STEP, "weeks", value=[2, 4]), f"{STEP_KEY}.weeks", "overlaps"),
    Fault(
        "beyond the end",
        put(*AEROBIC, "steps", 3, "weeks", value=[9, 13]),
        "session_kinds[aerobic].steps[4].weeks",
        "leaves the study's 12 weeks",
    ),
    Fault(
        "short of the end",
        put(*AEROBIC, "steps", 3, "weeks", value=[9, 11]),
        "session_kinds[aerobic].steps",
        "leaves a gap: week 12",
    ),
    Fault(
        "minutes out of range",
        put(*STEP, "minutes", value=[20, 20]),
        f"{STEP_KEY}.minutes",
        "outside the kind's [30, 45]",
    ),
    Fault(
        "intensity out of band",
        put(*STEP, "hrr_percent", value=[45, 60]),
        f"{STEP_KEY}.hrr_percent",
        "outside the band [40, 59]",
    ),
    Fault(
        "effort out of band",
        put(*STEP, "effort", value=[3, 6]),
        f"{STEP_KEY}.effort",
        "outside the band [1, 4]",
    ),
    Fault(
        "aerobic without heart rate",
        drop(*STEP, "hrr_percent"),
        f"{STEP_KEY}.hrr_percent",
        "aerobic steps name it",
    ),
    Fault("sets of walking", put(*STEP, "sets", value=[1, 2]), f"{STEP_KEY}.sets", "strength only"),
    Fault(
        "no set",
        put("session_kinds", "strength", "steps", 0, "sets", value=[0, 2]),
        "session_kinds[strength].steps[1].sets",
        "within [1, 10]",
    ),
    Fault(
        "stretch of no time",
        put(*STRETCH, "hold_seconds", value=[0, 30]),
        f"{STRETCH_KEY}.hold_seconds",
        "within [5, 120]",
    ),
    Fault(
        "stretches without number",
        put(*STRETCH, "hold_times", value=[2, 40]),
        f"{STRETCH_KEY}.hold_times",
        "within [1, 10]",
    ),
    Fault(
        "held walk",
        put(*STEP, "hold_seconds", value=[10, 30]),
        f"{STEP_KEY}.hold_seconds",
        "flexibility only",
    ),
    Fault(
        "unknown exercise",
        put(*STRENGTH, "exercises", value=["handstand"]),
        "session_kinds[strength].exercises",
        "'handstand' is not described",
    ),
    Fault(
        "stretch as strength",
        put(*STRENGTH, "exercises", value=["squat", "cat_cow"]),
        "session_kinds[strength].exercises",
        "'cat_cow' is an exercise of flexibility",
    ),
    Fault(
        "no exercise",
        put(*STRENGTH, "exercises", value=[]),
        "session_kinds[strength].exercises",
        "at least one exercise",
    ),
    Fault(
        "squats while walking",
        put(*AEROBIC, "exercises", value=["squat"]),
        "session_kinds[aerobic].exercises",
        "strength and flexibility only",
    ),
    Fault(
        "untold exercise",
        put(*SQUAT, "how", value=[]),
        "exercises[squat].how",
        "two to four sentences",
    ),
    Fault(
        "exercise with nothing",
        put(*SQUAT, "equipment", value=[]),
        "exercises[squat].equipment",
        "at least one",
    ),
    Fault(
        "exercise with a trampoline",
        put(*SQUAT, "equipment", value=["trampoline"]),
        "exercises[squat].equipment",
        "'trampoline' is not one of",
    ),
    Fault(
        "breath held",
        drop(*SQUAT, "breathing"),
        "exercises[squat].breathing",
        "when to breathe",
    ),
    Fault(
        "drawing elsewhere",
        put(*SQUAT, "drawing", value="../squat.svg"),
        "exercises[squat].drawing",
        "small letters and hyphens",
    ),
    Fault(
        "started next year",
        put("program_starts_within_days", value=365),
        "program_starts_within_days",
        "within [0, 28]",
    ),
    Fault(
        "endless cover",
        put("cover_days_at_most", value=400),
        "cover_days_at_most",
        "within [1, 92]",
    ),
    Fault(
        "assumed twice",
        put("assumed", value=[{"code": "visits", "choice": "ours"}] * 2),
        "assumed[visits].code",
        "twice",
    ),
    Fault("checklist twice", again("fidelity"), "fidelity[symptoms_asked].code", "twice"),
    Fault(
        "doubled load",
        put("progression", "load_raise_percent", value=[2, 100]),
        "progression.load_raise_percent",
        "within [1, 20]",
    ),
    Fault(
        "raised without a reason",
        put("progression", "reps_above_for_raise", value=0),
        "progression.reps_above_for_raise",
        "from 1 to 10",
    ),
    Fault(
        "attendance above all",
        put("progression", "attendance_at_least", value=80),
        "progression.attendance_at_least",
        "at most 1",
    ),
    Fault(
        "effort above all",
        put("progression", "effort_at_most", value=11),
        "progression.effort_at_most",
        "within [0, 10]",
    ),
    Fault(
        "steps back out of order",
        put("progression", "back_after_days_off", value=14),
        "progression.back_after_days_off",
        "below the two steps",
    ),
]
