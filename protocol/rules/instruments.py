"""Rules about one questionnaire."""

from __future__ import annotations

from collections.abc import Iterator

from protocol.questionnaire import Instrument
from protocol.rules.common import InstrumentRule, Problem, inside, spoken, twice


def items_once(instrument: Instrument) -> Iterator[Problem]:
    """There are items, and no key stands twice; of a score-only one nothing may be shipped."""
    if instrument.score_only and instrument.items:
        yield "items", "must be left out: the instrument is score-only"
    if not instrument.score_only and not instrument.items:
        yield "items", "there must be at least one item"
    for key in twice(instrument.keys):
        yield f"items[{key}].key", "stands there twice"


def items_answers(instrument: Instrument) -> Iterator[Problem]:
    """An item lists its options or names both ends of its scale, not both ways."""
    for item in instrument.items:
        key = f"items[{item.key}]"
        ends = (item.low_label is not None, item.high_label is not None)
        if item.options and any(ends):
            yield f"{key}.low_label", "options and end labels exclude each other"
        if not item.options and not all(ends):
            yield f"{key}.options", "needs options, or low_label and high_label"


def options_cover(instrument: Instrument) -> Iterator[Problem]:
    """The scored options are exactly the whole numbers of the item's range, in order."""
    for item in instrument.items:
        if not item.options:
            continue
        values = [option.value for option in item.options if option.scored]
        if values != list(range(item.range[0], item.range[1] + 1)):
            rule = f"the scored options are {values}, not the range {spoken(item.range)}"
            yield f"items[{item.key}].options", rule


def not_assessed_apart(instrument: Instrument) -> Iterator[Problem]:
    """The code for "not assessed" is outside the range and is the one unscored option."""
    for item in instrument.items:
        unscored = [option.value for option in item.options if not option.scored]
        key = f"items[{item.key}].not_assessed"
        if item.not_assessed is not None and item.is_scored(item.not_assessed):
            yield key, "must be outside the item's range: it is never summed"
        elif unscored != ([] if item.not_assessed is None else [item.not_assessed]):
            yield key, "must be the value of the one option with scored = false"


def groups_known(instrument: Instrument) -> Iterator[Problem]:
    """Groups of which one item is rated name items, which have the same range."""
    items = {item.key: item for item in instrument.items}
    for number, group in enumerate(instrument.scoring.one_of, start=1):
        key = f"scoring.one_of[{number}].items"
        unknown = [name for name in group if name not in items]
        if unknown:
            yield key, f"no item {unknown[0]!r}"
        elif len(group) < 2:
            yield key, "must name at least two items"
        elif len({items[name].range for name in group}) > 1:
            yield key, "the items must have the same range"


def apart_known(instrument: Instrument) -> Iterator[Problem]:
    """What is asked but never summed are items of a sum."""
    for name in instrument.scoring.apart:
        if name not in instrument.keys:
            yield "scoring.apart", f"no item {name!r}"
    if instrument.scoring.apart and instrument.scoring.kind != "sum":
        yield "scoring.apart", "must be left out: the items stand alone"


def imputation_known(instrument: Instrument) -> Iterator[Problem]:
    """What may never be imputed are items, and proration is for sums."""
    for name in instrument.scoring.never_impute:
        if name not in instrument.keys:
            yield "scoring.never_impute", f"no item {name!r}"
    most = instrument.scoring.prorate_missing_at_most
    if instrument.score_only and most:
        yield "scoring.prorate_missing_at_most", "must be left out: there are no items"
    elif not instrument.score_only and not 0 <= most < len(instrument.items):
        yield "scoring.prorate_missing_at_most", "must be 0 or more, and fewer than the items"


def total_fits(instrument: Instrument) -> Iterator[Problem]:
    """A sum's range is the sum of the items' ranges, a group counting once."""
    scoring = instrument.scoring
    if instrument.score_only:
        if scoring.kind != "sum" or scoring.total_range is None:
            yield "scoring.total_range", "is missing: a score-only instrument is its total"
        return
    if scoring.kind == "items":
        if scoring.total_range is not None:
            yield "scoring.total_range", "must be left out: the items stand alone"
        return
    if scoring.missing != "no_total":
        yield "scoring.missing", "must be no_total: a sum with a missing item is no total"
    dropped = {name for group in scoring.one_of for name in group[1:]} | {*scoring.apart}
    counted = [item.range for item in instrument.items if item.key not in dropped]
    total = (sum(low for low, _ in counted), sum(high for _, high in counted))
    if scoring.total_range is None:
        yield "scoring.total_range", "is missing: a sum names it"
    elif scoring.total_range != total:
        rule = f"is {spoken(scoring.total_range)}, but the items add up to {spoken(total)}"
        yield "scoring.total_range", rule


def schemes_once(instrument: Instrument) -> Iterator[Problem]:
    """No scheme of bands stands twice, nor a band in it."""
    for name in twice(scheme.scheme for scheme in instrument.schemes):
        yield f"schemes[{name}].scheme", "stands there twice"
    for scheme in instrument.schemes:
        for code in twice(band.code for band in scheme.bands):
            yield f"schemes[{scheme.scheme}].bands[{code}].code", "stands there twice"


def schemes_cover(instrument: Instrument) -> Iterator[Problem]:
    """The bands of a scheme cover the total's range, without gap or overlap."""
    total = instrument.scoring.total_range
    for scheme in instrument.schemes:
        key = f"schemes[{scheme.scheme}].bands"
        if total is None:
            yield key, "there is no total to draw bands on"
            continue
        due = total[0]
        for band in scheme.bands:
            if band.range[0] > due:
                yield f"{key}[{band.code}].range", f"leaves a gap: {due} has no band"
            elif band.range[0] < due:
                yield f"{key}[{band.code}].range", f"overlaps: the next band begins at {due}"
            due = band.range[1] + 1
        if due != total[1] + 1:
            yield key, f"must end at {total[1]}, the highest total; they end at {due - 1}"


def schemes_validated(instrument: Instrument) -> Iterator[Problem]:
    """Cut-offs belong to the validated scale, never to our own wording of it."""
    if instrument.schemes and not instrument.validated:
        yield "schemes", "an instrument that is not validated has no severity bands"


def part_totals_known(instrument: Instrument) -> Iterator[Problem]:
    """What a part of the total leaves out are summed items, and each part stands once."""
    for code in twice(part.code for part in instrument.part_totals):
        yield f"part_totals[{code}].code", "stands there twice"
    summed = {*instrument.keys} - {*instrument.scoring.apart}
    for part in instrument.part_totals:
        for name in part.without:
            if name not in summed:
                yield f"part_totals[{part.code}].without", f"no summed item {name!r}"


def changes_on_a_total(instrument: Instrument) -> Iterator[Problem]:
    """Remission and differences are points of the total, of an instrument that is validated."""
    lowest, highest = instrument.scoring.total_range or (0, -1)
    for cut in instrument.remission:
        if not lowest <= cut.at_most < highest:
            yield f"remission[{cut.code}].at_most", "lies outside the total's range"
    for one in instrument.differences:
        if not 1 <= one.points[0] <= one.points[1] <= highest - lowest:
            yield f"differences[{one.code}].points", "lie outside the total's range"
    if (instrument.remission or instrument.differences) and not instrument.validated:
        yield "remission", "an instrument that is not validated has no cut-offs"


def rater_scale_rated(instrument: Instrument) -> Iterator[Problem]:
    """A rater's scale is filled in by a rater."""
    if instrument.rater_scale and instrument.mode != "rater":
        yield "rater_scale", "must be false: the mode is self"


def alerts_known(instrument: Instrument) -> Iterator[Problem]:
    """An alert names an item, and a score that the item can have."""
    items = {item.key: item for item in instrument.items}
    for rule in instrument.alerts:
        key = f"alerts[{rule.item}]"
        if rule.item not in items:
            yield f"{key}.item", f"no item {rule.item!r}"
            continue
        if (rule.at_least is None) == (rule.rise is None):
            yield f"{key}.at_least", "give at_least or rise, one of the two"
            continue
        low, high = items[rule.item].range
        if rule.at_least is not None and not inside((rule.at_least, rule.at_least), (low, high)):
            yield f"{key}.at_least", f"is outside the item's range {spoken((low, high))}"
        if rule.rise is not None and not 1 <= rule.rise <= high - low:
            yield f"{key}.rise", f"must be from 1 to {high - low}"


def alerts_once(instrument: Instrument) -> Iterator[Problem]:
    """One score of an item has one tier."""
    names = (
        f"{rule.item} at {rule.at_least}" for rule in instrument.alerts if rule.at_least is not None
    )
    for name in twice(names):
        yield "alerts", f"item {name} stands there twice"


INSTRUMENT_RULES: tuple[InstrumentRule, ...] = (
    items_once,
    items_answers,
    options_cover,
    not_assessed_apart,
    groups_known,
    apart_known,
    imputation_known,
    total_fits,
    schemes_once,
    schemes_cover,
    schemes_validated,
    part_totals_known,
    changes_on_a_total,
    rater_scale_rated,
    alerts_known,
    alerts_once,
)
