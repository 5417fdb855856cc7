"""Faults in a questionnaire (the rater's scale, broken)."""

from __future__ import annotations

from tests.protocol.broken.faults import TEXT, Fault, again, both, drop, put, row

BANDS = ("schemes", "rush2003", "bands")

INSTRUMENT_FAULTS = [
    Fault("unknown key", put("colour", value="red"), "colour", "is not a key"),
    Fault("unknown mode", put("mode", value="guess"), "mode", "must be one of rater, self"),
    Fault(
        "no status of a translation", drop("translations", "zh"), "translations.zh", "is missing"
    ),
    Fault(
        "anchor without Chinese",
        put("items", "2", "options", 1, "label", value={"en": "A"}),
        "items[2].options[2].label",
        "no 'zh'",
    ),
    Fault("no items", put("items", value=[]), "items", "at least one item"),
    Fault("item twice", again("items"), "items[17].key", "twice"),
    Fault(
        "two ways to answer",
        put("items", "1", "low_label", value=TEXT),
        "items[1].low_label",
        "exclude each other",
    ),
    Fault("no way to answer", drop("items", "1", "options"), "items[1].options", "needs options"),
    Fault(
        "options short of the range",
        lambda t: row(t["items"], "1")["options"].pop(),
        "items[1].options",
        "not the range [0, 4]",
    ),
    Fault(
        "not assessed is scored",
        put("items", "16A", "not_assessed", value=2),
        "items[16A].not_assessed",
        "never summed",
    ),
    Fault(
        "not assessed is no option",
        put("items", "16A", "not_assessed", value=4),
        "items[16A].not_assessed",
        "scored = false",
    ),
    Fault(
        "group of unknown item",
        put("scoring", "one_of", 0, "items", value=["16A", "16C"]),
        "scoring.one_of[1].items",
        "no item '16C'",
    ),
    Fault(
        "unknown item apart",
        put("scoring", "apart", value=["18"]),
        "scoring.apart",
        "no item '18'",
    ),
    Fault(
        "part total twice",
        again("part_totals"),
        "part_totals[without_sleep].code",
        "twice",
    ),
    Fault(
        "part total without an unknown item",
        put("part_totals", "without_sleep", "without", value=["4", "18"]),
        "part_totals[without_sleep].without",
        "no summed item '18'",
    ),
    Fault(
        "everybody in remission",
        put("remission", "frank1991", "at_most", value=52),
        "remission[frank1991].at_most",
        "outside the total's range",
    ),
    Fault(
        "difference of nothing",
        put("differences", "nice", "points", value=[0, 3]),
        "differences[nice].points",
        "outside the total's range",
    ),
    Fault(
        "group of one",
        put("scoring", "one_of", 0, "items", value=["16A"]),
        "scoring.one_of[1].items",
        "at least two",
    ),
    Fault(
        "group of two ranges",
        put("scoring", "one_of", 0, "items", value=["16A", "1"]),
        "scoring.one_of[1].items",
        "same range",
    ),
    Fault(
        "imputing unknown item",
        put("scoring", "never_impute", value=["99"]),
        "scoring.never_impute",
        "no item '99'",
    ),
    Fault(
        "prorating everything",
        put("scoring", "prorate_missing_at_most", value=18),
        "scoring.prorate_missing_at_most",
        "fewer than the items",
    ),
    Fault(
        "total of 53",
        put("scoring", "total_range", value=[0, 53]),
        "scoring.total_range",
        "the items add up to [0, 52]",
    ),
    Fault(
        "sum without its range",
        drop("scoring", "total_range"),
        "scoring.total_range",
        "a sum names it",
    ),
    Fault(
        "total with a gap",
        put("scoring", "missing", value="item_missing"),
        "scoring.missing",
        "no_total",
    ),
    Fault(
        "range without a sum",
        put("scoring", "kind", value="items"),
        "scoring.total_range",
        "must be left out",
    ),
    Fault("scheme twice", again("schemes"), "schemes[chinese_practice].scheme", "twice"),
    Fault(
        "band twice",
        put(*BANDS, 1, "code", value="none"),
        "schemes[rush2003].bands[none].code",
        "twice",
    ),
    Fault(
        "bands with a gap",
        put(*BANDS, 1, "range", value=[9, 13]),
        "schemes[rush2003].bands[mild].range",
        "leaves a gap: 8",
    ),
    Fault(
        "bands that overlap",
        put(*BANDS, 1, "range", value=[7, 13]),
        "schemes[rush2003].bands[mild].range",
        "overlaps",
    ),
    Fault(
        "bands short of the total",
        put(*BANDS, 4, "range", value=[26, 50]),
        "schemes[rush2003].bands",
        "must end at 52",
    ),
    Fault(
        "bands without a total",
        both(put("scoring", "kind", value="items"), drop("scoring", "total_range")),
        "schemes[apa2000].bands",
        "no total",
    ),
    Fault(
        "bands of our own wording", put("validated", value=False), "schemes", "no severity bands"
    ),
    Fault("rater's scale by oneself", put("mode", value="self"), "rater_scale", "must be false"),
    Fault(
        "alert of unknown item",
        put("alerts", 0, "item", value="99"),
        "alerts[99].item",
        "no item '99'",
    ),
    Fault(
        "alert of neither", drop("alerts", 0, "at_least"), "alerts[3].at_least", "one of the two"
    ),
    Fault(
        "alert beyond the range",
        put("alerts", 0, "at_least", value=5),
        "alerts[3].at_least",
        "outside the item's range",
    ),
    Fault(
        "rise beyond the range", put("alerts", 3, "rise", value=5), "alerts[3].rise", "from 1 to 4"
    ),
    Fault("alert twice", put("alerts", 0, "at_least", value=2), "alerts", "twice"),
]

# Of an instrument whose words may not be shipped (the Beck inventory, broken).
SCORE_ONLY_FAULTS = [
    Fault(
        "words after all",
        put(
            "items",
            value=[
                {"key": "1", "text": TEXT, "range": [0, 3], "low_label": TEXT, "high_label": TEXT}
            ],
        ),
        "items",
        "score-only",
    ),
    Fault(
        "no range of the total",
        drop("scoring", "total_range"),
        "scoring.total_range",
        "a score-only instrument is its total",
    ),
    Fault(
        "no total at all",
        both(
            put("scoring", "kind", value="items"), put("scoring", "missing", value="item_missing")
        ),
        "scoring.total_range",
        "a score-only instrument is its total",
    ),
    Fault(
        "prorated without items",
        put("scoring", "prorate_missing_at_most", value=2),
        "scoring.prorate_missing_at_most",
        "there are no items",
    ),
    Fault("no items, and not said", put("score_only", value=False), "items", "at least one item"),
]
