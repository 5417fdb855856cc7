"""Faults in the stop list, tiers and crisis lines."""

from __future__ import annotations

from tests.protocol.broken.faults import Fault, again, drop, put, row

SAFETY = [
    Fault("symptom twice", again("stop_list"), "stop_list[fever].code", "twice"),
    Fault("question twice", again("readiness"), "readiness[very_tired].code", "twice"),
    Fault(
        "nothing red", put("stop_list", value=[]), "stop_list", "at least one symptom must be red"
    ),
    Fault("no tiers", put("safety_tiers", value=[]), "safety_tiers", "at least one tier"),
    Fault("tier twice", again("safety_tiers"), "safety_tiers[immediate].code", "twice"),
    Fault("rank twice", put("safety_tiers", "same_day", "rank", value=3), "safety_tiers", "rank 3"),
    Fault(
        "no time",
        put("safety_tiers", "immediate", "acknowledge_minutes", value=0),
        "safety_tiers[immediate].acknowledge_minutes",
        "1 or more",
    ),
    Fault(
        "nobody next",
        put("safety_tiers", "immediate", "escalate_minutes", value=[]),
        "safety_tiers[immediate].escalate_minutes",
        "at least one time",
    ),
    Fault(
        "passed on too early",
        put("safety_tiers", "immediate", "escalate_minutes", value=[30]),
        "safety_tiers[immediate].escalate_minutes",
        "not begin before",
    ),
    Fault(
        "times fall",
        put("safety_tiers", "immediate", "escalate_minutes", value=[240, 60]),
        "safety_tiers[immediate].escalate_minutes",
        "must rise",
    ),
    Fault(
        "assessed before seen",
        put("safety_tiers", "immediate", "assess_minutes", value=30),
        "safety_tiers[immediate].assess_minutes",
        "not be before",
    ),
    Fault(
        "slower at higher rank",
        put("safety_tiers", "same_day", "acknowledge_minutes", value=30),
        "safety_tiers[immediate].acknowledge_minutes",
        "less than that of same_day",
    ),
    Fault(
        "tier of an alert missing",
        lambda t: t["safety_tiers"].pop(0),
        "safety_tiers",
        "lacks the tier 'review'",
    ),
    Fault(
        "unknown region",
        put("crisis", "GB", "region", value="XX"),
        "crisis[XX].region",
        "unknown region",
    ),
    Fault(
        "no region for the rest",
        lambda t: t["crisis"].remove(row(t["crisis"], "INTL")),
        "crisis",
        "everywhere else",
    ),
    Fault(
        "part without country",
        lambda t: t["crisis"].remove(row(t["crisis"], "CN")),
        "crisis[CN-11].region",
        "fall back to",
    ),
    Fault(
        "region without lines",
        put("crisis", "US", "lines", value=[]),
        "crisis[US].lines",
        "at least one line",
    ),
    Fault(
        "no number",
        put("crisis", "US", "lines", 1, "phone", value="call us"),
        "crisis[US].lines[2].phone",
        "is not a number",
    ),
    Fault("never valid", put("crisis_valid_days", value=0), "crisis_valid_days", "1 or more"),
    Fault("worsening twice", again("worsening"), "worsening[phq9].instrument", "twice"),
    Fault(
        "worsening of what nobody is asked",
        put("worsening", 0, "instrument", value="gad7"),
        "worsening[gad7].instrument",
        "at no visit",
    ),
    Fault(
        "worsening of what has no total",
        put("worsening", 0, "instrument", value="wellbeing"),
        "worsening[wellbeing].instrument",
        "no total",
    ),
    Fault(
        "worsening without a limit",
        drop("worsening", 1, "at_least"),
        "worsening[phq9].points",
        "give points, percent or at_least",
    ),
    Fault(
        "worsening of an unknown tier",
        put("worsening", 0, "tier", value="red"),
        "worsening[hdrs17].tier",
        "none of the safety tiers",
    ),
]
