"""A questionnaire as frozen dataclasses. Filled by `protocol.instrument_reader`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.errors import UnknownNameError
from protocol.programme import Pair
from protocol.text import Text


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose. `scored` is False for "not assessed", which is never summed."""

    value: int
    label: Text
    scored: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One question.

    `range` is the scored range. Either `options` are listed, or `low_label` and
    `high_label` name the ends of a scale of whole numbers. `not_assessed` is the code
    that is stored but never summed, or None. `by` is how a rater judges it:
    "observation", "report" or "both". `standard_code` is CDISC's.
    """

    key: str
    text: Text
    range: Pair
    options: tuple[Option, ...]
    low_label: Text | None
    high_label: Text | None
    not_assessed: int | None
    standard_code: str | None
    by: str | None
    hint: Text | None

    def is_legal(self, value: int) -> bool:
        """Whether a value may be stored for this item ("not assessed" included)."""
        return self.range[0] <= value <= self.range[1] or value == self.not_assessed

    def is_scored(self, value: int) -> bool:
        """Whether a value counts in a sum."""
        return self.range[0] <= value <= self.range[1]


@dataclass(frozen=True, slots=True)
class Scoring:
    """How a score is made.

    `kind`: "sum" (one total) or "items" (each item stands alone, no total). `one_of`
    are groups of items of which exactly one is rated. `apart` are items that are asked with
    the others and never summed. `missing` is "no_total": one missing item leaves no total.
    `prorate_missing_at_most` items missing still give a total apart, for sensitivity only,
    unless one of `never_impute` is among them.
    """

    kind: str
    total_range: Pair | None
    missing: str
    one_of: tuple[tuple[str, ...], ...]
    apart: tuple[str, ...]
    prorate_missing_at_most: int
    never_impute: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A named range of totals, both ends included."""

    code: str
    label: Text
    range: Pair


@dataclass(frozen=True, slots=True)
class BandScheme:
    """Severity bands as one source draws them. Print `title` wherever a band is shown."""

    scheme: str
    title: Text
    source: str
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class PartTotal:
    """A total of the same answers without the items `without`, for a named use."""

    code: str
    label: Text
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemissionCut:
    """Remission as one source draws it: a total of `at_most`. The study's own stands first."""

    code: str
    title: Text
    source: str
    at_most: int


@dataclass(frozen=True, slots=True)
class Difference:
    """How many points of change one source calls worth having, from low to high."""

    code: str
    title: Text
    source: str
    points: Pair


@dataclass(frozen=True, slots=True)
class AlertRule:
    """An answer that raises a safety alert.

    `at_least` is the score from which it does, up to the next rule of the item; `rise`
    is a rise since the last visit that does. One of the two is None.
    """

    item: str
    at_least: int | None
    rise: int | None
    tier: str


@dataclass(frozen=True, slots=True, eq=False)
class Instrument:
    """One version of a questionnaire, equal only to itself. `mode`: "rater" or "self".

    `translations` gives each language's status ("original", "ours", "published names, …").
    `score_only`: its words may not be shipped, so that it has no items: it is filled in on a
    licensed form, and staff keep its total alone.
    """

    code: str
    version: str
    title: Text
    source: str
    licence: str
    mode: str
    rater_scale: bool
    validated: bool
    time_frame: Text
    note: Text | None
    translations: Mapping[str, str]
    items: tuple[Item, ...]
    scoring: Scoring
    schemes: tuple[BandScheme, ...]
    part_totals: tuple[PartTotal, ...]
    remission: tuple[RemissionCut, ...]
    differences: tuple[Difference, ...]
    alerts: tuple[AlertRule, ...]
    score_only: bool

    @property
    def asked_of_participant(self) -> bool:
        """Whether participants answer it on the site."""
        return self.mode == "self" and not self.score_only

    @property
    def keys(self) -> tuple[str, ...]:
        """The items' keys, in order."""
        return tuple(item.key for item in self.items)

    @property
    def alert_items(self) -> frozenset[str]:
        """The keys of items that can raise an alert (asked only online)."""
        return frozenset(rule.item for rule in self.alerts)

    def item(self, key: str) -> Item:
        """An item by its key. Raises `UnknownNameError`."""
        for item in self.items:
            if item.key == key:
                return item
        raise UnknownNameError(f"{self.code} has no item {key!r}")

    def scheme(self, scheme: str) -> BandScheme:
        """A band scheme by its name. Raises `UnknownNameError`."""
        for candidate in self.schemes:
            if candidate.scheme == scheme:
                return candidate
        raise UnknownNameError(f"{self.code} has no bands called {scheme!r}")

    def band(self, scheme: str, total: int) -> Band:
        """The band of a total in a named scheme. Raises `UnknownNameError` outside the range."""
        for band in self.scheme(scheme).bands:
            if band.range[0] <= total <= band.range[1]:
                return band
        raise UnknownNameError(f"{total} is outside the range of {self.code}")

    def part_total(self, code: str) -> PartTotal:
        """A part of the total by its name. Raises `UnknownNameError`."""
        for candidate in self.part_totals:
            if candidate.code == code:
                return candidate
        raise UnknownNameError(f"{self.code} has no part total called {code!r}")

    def alert_tiers(
        self, key: str, value: int | None, previous: int | None = None
    ) -> tuple[str, ...]:
        """Every safety tier that an answer calls for: by score first, then by rise.

        `previous` is the same item's score at the last visit, None where there is none.
        The most urgent of them is the one with the highest `SafetyTier.rank` of the study.
        """
        if value is None or not self.item(key).is_scored(value):
            return ()
        by_score = [
            (rule.at_least, rule.tier)
            for rule in self.alerts
            if rule.item == key and rule.at_least is not None and value >= rule.at_least
        ]
        by_rise = [
            rule.tier
            for rule in self.alerts
            if rule.item == key
            and rule.rise is not None
            and previous is not None
            and value - previous >= rule.rise
        ]
        return tuple([max(by_score)[1]] if by_score else []) + tuple(by_rise)
