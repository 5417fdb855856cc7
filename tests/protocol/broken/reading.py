"""Faults of shape: keys, types, texts."""

from __future__ import annotations

from tests.protocol.broken.faults import TEXT, Fault, again, both, drop, put

AEROBIC = ("session_kinds", "aerobic")
STEP = (*AEROBIC, "steps", 1)
STEP_KEY = "session_kinds[aerobic].steps[2]"

READING = [
    Fault("unknown key", put("colour", value="red"), "colour", "is not a key of this table"),
    Fault(
        "unknown key inside",
        put("arms", "control", "colour", value="red"),
        "arms[control].colour",
        "is not a key",
    ),
    Fault("missing key", drop("weeks"), "weeks", "is missing"),
    Fault(
        "misspelt key",
        both(drop("target_size"), put("target_sise", value=100)),
        "target_size",
        "did you mean it by 'target_sise'?",
    ),
    Fault("string for a number", put("weeks", value="12"), "weeks", "must be a whole number"),
    Fault("true for a number", put("weeks", value=True), "weeks", "must be a whole number"),
    Fault("number for a string", put("version", value=1), "version", "must be a string"),
    Fault("empty string", put("version", value=" "), "version", "not empty"),
    Fault(
        "string for true",
        put("arms", "control", "exercises", value="no"),
        "arms[control].exercises",
        "must be true or false",
    ),
    Fault("table for a list", put("arms", value={}), "arms", "must be a list of tables"),
    Fault("list for a table", put("intensity", value=[]), "intensity", "must be a table"),
    Fault(
        "string for a text",
        put("title", value="A study"),
        "title",
        "must be a text in each language",
    ),
    Fault("text without Chinese", put("title", value={"en": "A"}), "title", "the text has no 'zh'"),
    Fault(
        "text in a third language",
        put("title", value={**TEXT, "fr": "mots"}),
        "title.fr",
        "is not a key",
    ),
    Fault("three numbers", put("eligibility", "age", value=[18, 30, 60]), "eligibility.age", "two"),
    Fault(
        "range backwards",
        put(*STEP, "hrr_percent", value=[50, 45]),
        f"{STEP_KEY}.hrr_percent",
        "lower number must come first",
    ),
    Fault(
        "effort backwards",
        put(*STEP, "effort", value=[4, 3]),
        f"{STEP_KEY}.effort",
        "lower number must come first",
    ),
    Fault(
        "word not in list",
        put("max_hr_formula", value="guess"),
        "max_hr_formula",
        "must be one of tanaka, fox",
    ),
    Fault(
        "modality not in list",
        put(*AEROBIC, "modality", value="dance"),
        "session_kinds[dance].modality",
        "must be one of aerobic",
    ),
    Fault(
        "strings of numbers",
        put("diary", "visits", value=[1]),
        "diary.visits",
        "must be a list of strings",
    ),
    Fault(
        "a string twice",
        put("diary", "visits", value=["week-0", "week-0"]),
        "diary.visits",
        "twice",
    ),
    Fault(
        "number for a list",
        put("safety_tiers", "review", "escalate_minutes", value=60),
        "safety_tiers[review].escalate_minutes",
        "must be a list",
    ),
    Fault(
        "string for a date",
        put("crisis", "CN", "lines", 0, "verified_on", value="2026-11-21"),
        "crisis[CN].lines[1].verified_on",
        "must be a date",
    ),
    Fault(
        "string for a fraction",
        put("estimates", "coverage", value="90 %"),
        "estimates.coverage",
        "must be a number",
    ),
    Fault(
        "red symptom without advice",
        drop("stop_list", "chest_pain", "advice"),
        "stop_list[chest_pain].advice",
        "is missing",
    ),
    Fault(
        "tier without times",
        drop("safety_tiers", "immediate", "acknowledge_minutes"),
        "safety_tiers[immediate].acknowledge_minutes",
        "is missing",
    ),
    Fault("activity twice", again("activities"), "activities[other].code", "twice"),
    Fault("exercise twice", again("exercises"), "exercises[childs_pose].code", "twice"),
    Fault(
        "exercise without Chinese",
        put("exercises", "squat", "how", value=[{"en": "Sit back."}]),
        "exercises[squat].how[1].zh",
        "is missing",
    ),
    Fault("region twice", again("crisis"), "crisis[GB].region", "twice"),
]
