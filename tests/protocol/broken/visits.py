"""Faults in visits, outcomes and windows."""

from __future__ import annotations

from tests.protocol.broken.faults import Fault, again, both, drop, put

VISITS = [
    Fault("visit twice", again("visits"), "visits[week-24].code", "twice"),
    Fault(
        "visit of no name",
        put("visits", "week-6", "code", value="middle"),
        "visits[middle].code",
        "screening or week-N",
    ),
    Fault(
        "visit of another week",
        put("visits", "week-6", "week", value=7),
        "visits[week-6].week",
        "must be 6",
    ),
    Fault(
        "day 0",
        put("visits", "week-0", "target_day", value=0),
        "visits[week-0].target_day",
        "no day 0",
    ),
    Fault(
        "target outside",
        put("visits", "week-6", "window", value=[43, 49]),
        "visits[week-6].target_day",
        "outside the window",
    ),
    Fault(
        "target of another day",
        put("visits", "week-6", "target_day", value=40),
        "visits[week-6].target_day",
        "must be 42",
    ),
    Fault("no baseline", lambda t: t["visits"].pop(1), "visits", "week-0"),
    Fault(
        "baseline after allocation",
        both(
            put("visits", "week-0", "before_allocation", value=False),
            put("visits", "week-0", "window", value=[2, 5]),
            put("visits", "week-0", "target_day", value=2),
        ),
        "visits[week-0].before_allocation",
        "must be true",
    ),
    Fault(
        "baseline too late",
        put("visits", "week-0", "window", value=[-14, 3]),
        "visits[week-0].window",
        "day 1 at the latest",
    ),
    Fault(
        "visit too early",
        put("visits", "week-6", "window", value=[1, 49]),
        "visits[week-6].window",
        "begin after day 1",
    ),
    Fault(
        "out of order",
        lambda t: t["visits"].insert(2, t["visits"].pop(3)),
        "visits[week-6].target_day",
        "not after week-12",
    ),
    Fault(
        "windows overlap",
        put("visits", "week-12", "window", value=[49, 91]),
        "visits[week-12].window",
        "overlaps the window of week-6",
    ),
    Fault(
        "beyond the study",
        put("visits", "week-24", "optional", value=False),
        "visits[week-24].window",
        "exceeds the study's 12 weeks",
    ),
    Fault(
        "window beyond the study",
        put("visits", "week-12", "window", value=[77, 99]),
        "visits[week-12].window",
        "exceeds the study's 12 weeks",
    ),
    Fault(
        "needed visit off",
        put("visits", "week-12", "enabled", value=False),
        "visits[week-12].enabled",
        "only an optional visit",
    ),
    Fault(
        "unknown instrument",
        put("visits", "week-6", "instruments", value=["hdrs99"]),
        "visits[week-6].instruments",
        "no instrument 'hdrs99'",
    ),
    Fault(
        "diary of unknown visit",
        put("diary", "visits", value=["week-7"]),
        "diary.visits",
        "no visit 'week-7'",
    ),
    Fault(
        "more nights than asked",
        put("diary", "nights_at_least", value=8),
        "diary.nights_at_least",
        "1 to nights_before",
    ),
    Fault("outcome twice", again("outcomes"), "outcomes[sleep_quality].code", "twice"),
    Fault(
        "no primary", put("outcomes", "hdrs17", "primary", value=False), "outcomes", "exactly one"
    ),
    Fault(
        "outcome of unknown instrument",
        put("outcomes", "mood", "instrument", value="moodmeter"),
        "outcomes[mood].instrument",
        "no instrument 'moodmeter'",
    ),
    Fault(
        "outcome of unknown item",
        put("outcomes", "mood", "item", value="joy"),
        "outcomes[mood].item",
        "no item 'joy'",
    ),
    Fault(
        "outcome never asked",
        lambda t: [v.update(instruments=["hdrs17"]) for v in t["visits"]],
        "outcomes[mood].instrument",
        "no visit asks wellbeing",
    ),
    Fault(
        "outcome of another range",
        put("outcomes", "mood", "range", value=[0, 100]),
        "outcomes[mood].range",
        "which has [0, 10]",
    ),
    Fault(
        "total where there is none",
        put("outcomes", "mood", "source", value="total"),
        "outcomes[mood].range",
        "no total",
    ),
    Fault("outcome without its diary", drop("diary"), "outcomes[sleep_quality].source", "no diary"),
    Fault(
        "diary of another range",
        put("outcomes", "sleep_quality", "range", value=[1, 5]),
        "outcomes[sleep_quality].range",
        "[0, 10]",
    ),
    Fault(
        "primary by self-report",
        put("outcomes", "hdrs17", "instrument", value="hdrs17-self"),
        "outcomes[hdrs17].instrument",
        "cannot be primary",
    ),
    Fault(
        "check-in never",
        put("check_in_every_weeks", value=13),
        "check_in_every_weeks",
        "from 1 to 12",
    ),
    Fault(
        "no window", put("estimates", "window_days", value=0), "estimates.window_days", "1 or more"
    ),
    Fault(
        "no pairs",
        put("estimates", "hr_pairs_at_least", value=0),
        "estimates.hr_pairs_at_least",
        "1 or more",
    ),
    Fault(
        "too many nights",
        put("estimates", "nights_at_least", value=15),
        "estimates.nights_at_least",
        "1 to window_days",
    ),
    Fault(
        "too many first nights",
        put("estimates", "baseline_nights_at_least", value=8),
        "estimates.baseline_nights_at_least",
        "1 to baseline_nights",
    ),
    Fault(
        "certainty",
        put("estimates", "coverage", value=1.0),
        "estimates.coverage",
        "between 0 and 1",
    ),
    Fault(
        "trained on nobody",
        put("estimates", "training_participants_at_least", value=0),
        "estimates.training_participants_at_least",
        "1 or more",
    ),
    Fault(
        "extra visit twice",
        again("extra_visits"),
        "extra_visits[unscheduled].code",
        "twice",
    ),
    Fault(
        "extra visit never open",
        put("extra_visits", "unscheduled", "days_open", value=0),
        "extra_visits[unscheduled].days_open",
        "1 or more",
    ),
    Fault(
        "extra visit with an unknown instrument",
        put("extra_visits", "early-termination", "instruments", value=["hdrs21"]),
        "extra_visits[early-termination].instruments",
        "no instrument 'hdrs21'",
    ),
    Fault(
        "more than every visit rated twice",
        put("rating", "double_share", value=1.5),
        "rating.double_share",
        "from 0 to 1",
    ),
    Fault(
        "every pair of ratings discrepant",
        put("rating", "discrepancy_points", value=0),
        "rating.discrepancy_points",
        "1 or more",
    ),
    Fault(
        "guess before there is an arm",
        put("rating", "guess_at", value=["week-0"]),
        "rating.guess_at",
        "no visit 'week-0' after allocation",
    ),
]
