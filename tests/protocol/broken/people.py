"""Faults in arms, strata and eligibility."""

from __future__ import annotations

from tests.protocol.broken.faults import Fault, again, drop, put

SEVERITY = ("eligibility", "severity")

PEOPLE = [
    Fault("one arm", put("arms", value=[]), "arms", "at least two arms"),
    Fault("arm twice", again("arms"), "arms[control].code", "twice"),
    Fault("ratio 0", put("arms", "control", "ratio", value=0), "arms[control].ratio", "1 or more"),
    Fault(
        "nobody exercises",
        put("arms", "exercise", "exercises", value=False),
        "arms",
        "exercises = true",
    ),
    Fault("no weeks", put("weeks", value=0), "weeks", "1 or more"),
    Fault("nobody", put("target_size", value=0), "target_size", "1 or more"),
    Fault("kept no year", put("retention_years", value=0), "retention_years", "1 or more"),
    Fault(
        "size not by ratio",
        put("arms", "exercise", "ratio", value=2),
        "target_size",
        "multiple of 3",
    ),
    Fault(
        "unknown factor",
        put("strata", "factors", value=["blood_group"]),
        "strata.factors",
        "not one of sex, site",
    ),
    Fault("empty stratum", put("strata", "caps", "male", value=0), "strata.caps.male", "1 or more"),
    Fault(
        "caps do not add up", put("strata", "caps", "male", value=49), "strata.caps", "add up to 99"
    ),
    Fault(
        "children", put("eligibility", "age", value=[12, 60]), "eligibility.age", "within [18, 120]"
    ),
    Fault(
        "exclusion twice",
        again("eligibility", "exclusions"),
        "eligibility.exclusions[fitness_musculoskeletal].code",
        "twice",
    ),
    Fault(
        "entry by unknown instrument",
        put(*SEVERITY, "instrument", value="hdrs99"),
        "eligibility.severity.instrument",
        "no instrument 'hdrs99'",
    ),
    Fault(
        "entry by unknown scheme",
        put(*SEVERITY, "scheme", value="mine"),
        "eligibility.severity.scheme",
        "zimmerman2013",
    ),
    Fault(
        "entry inside a band",
        put(*SEVERITY, "entry_cut", value=18),
        "eligibility.severity.entry_cut",
        "where a band of zimmerman2013 begins",
    ),
    Fault(
        "excluding by unknown item",
        put(*SEVERITY, "exclude_item", value="99"),
        "eligibility.severity.exclude_item",
        "no item '99'",
    ),
    Fault(
        "excluding by half a rule",
        drop(*SEVERITY, "exclude_at_least"),
        "eligibility.severity.exclude_item",
        "stand together",
    ),
    Fault(
        "excluding by impossible score",
        put(*SEVERITY, "exclude_at_least", value=5),
        "eligibility.severity.exclude_at_least",
        "outside the item's range",
    ),
]
