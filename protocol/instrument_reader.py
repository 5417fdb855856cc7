"""From the table of an instrument file to an `Instrument`. Shapes and types only."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from protocol import questionnaire as model
from protocol.reader import Reader
from protocol.text import LANGUAGES


def read_instrument(data: Mapping[str, Any], file: str) -> model.Instrument:
    """Read one instrument. Raises `ProtocolError` for a missing, unknown or mistyped key."""
    with Reader(file, data) as top:
        return model.Instrument(
            code=top.string("code"),
            version=top.string("version"),
            title=top.text("title"),
            source=top.string("source"),
            licence=top.string("licence"),
            mode=top.choice("mode", ("rater", "self")),
            rater_scale=top.boolean("rater_scale"),
            validated=top.boolean("validated"),
            time_frame=top.text("time_frame"),
            note=top.maybe_text("note"),
            translations=_translations(top.table("translations")),
            items=tuple(_item(row) for row in top.rows("items")),
            scoring=_scoring(top.table("scoring")),
            schemes=tuple(_scheme(row) for row in top.rows("schemes")),
            part_totals=tuple(_part_total(row) for row in top.rows("part_totals")),
            remission=tuple(_remission(row) for row in top.rows("remission")),
            differences=tuple(_difference(row) for row in top.rows("differences")),
            alerts=tuple(_alert(row) for row in top.rows("alerts")),
            score_only=top.boolean("score_only", default=False),
        )


def _translations(reader: Reader) -> Mapping[str, str]:
    with reader as row:
        return MappingProxyType({language: row.string(language) for language in LANGUAGES})


def _item(reader: Reader) -> model.Item:
    with reader as row:
        return model.Item(
            key=row.string("key"),
            text=row.text("text"),
            range=row.pair("range"),
            options=tuple(_option(r) for r in row.rows("options")),
            low_label=row.maybe_text("low_label"),
            high_label=row.maybe_text("high_label"),
            not_assessed=row.maybe_integer("not_assessed"),
            standard_code=row.maybe_string("standard_code"),
            by=row.choice("by", ("observation", "report", "both")) if row.has("by") else None,
            hint=row.maybe_text("hint"),
        )


def _option(reader: Reader) -> model.Option:
    with reader as row:
        return model.Option(
            value=row.integer("value"),
            label=row.text("label"),
            scored=row.boolean("scored", default=True),
        )


def _scoring(reader: Reader) -> model.Scoring:
    with reader as row:
        return model.Scoring(
            kind=row.choice("kind", ("sum", "items")),
            total_range=row.maybe_pair("total_range"),
            missing=row.choice("missing", ("no_total", "item_missing")),
            one_of=tuple(_group(r) for r in row.rows("one_of")),
            apart=row.strings("apart"),
            prorate_missing_at_most=row.maybe_integer("prorate_missing_at_most") or 0,
            never_impute=row.strings("never_impute"),
        )


def _group(reader: Reader) -> tuple[str, ...]:
    with reader as row:
        return row.strings("items")


def _scheme(reader: Reader) -> model.BandScheme:
    with reader as row:
        return model.BandScheme(
            scheme=row.string("scheme"),
            title=row.text("title"),
            source=row.string("source"),
            bands=tuple(_band(r) for r in row.rows("bands")),
        )


def _band(reader: Reader) -> model.Band:
    with reader as row:
        return model.Band(code=row.string("code"), label=row.text("label"), range=row.pair("range"))


def _part_total(reader: Reader) -> model.PartTotal:
    with reader as row:
        return model.PartTotal(
            code=row.string("code"), label=row.text("label"), without=row.strings("without")
        )


def _remission(reader: Reader) -> model.RemissionCut:
    with reader as row:
        return model.RemissionCut(
            code=row.string("code"),
            title=row.text("title"),
            source=row.string("source"),
            at_most=row.integer("at_most"),
        )


def _difference(reader: Reader) -> model.Difference:
    with reader as row:
        return model.Difference(
            code=row.string("code"),
            title=row.text("title"),
            source=row.string("source"),
            points=row.pair("points"),
        )


def _alert(reader: Reader) -> model.AlertRule:
    with reader as row:
        return model.AlertRule(
            item=row.string("item"),
            at_least=row.maybe_integer("at_least"),
            rise=row.maybe_integer("rise"),
            tier=row.string("tier"),
        )
