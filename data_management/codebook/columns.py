"""What a column of an export is, and how the models' own words, ranges and choices get into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import override

from data_management.rules import Kind, carries

BOTH = frozenset(Kind)
YES_NO = "0 = no; 1 = yes"

# How a column is held in a data frame; "time" is local HH:MM, "date" YYYY-MM-DD.
DTYPES = {
    "integer": "Int64",
    "number": "Float64",
    "boolean": "Int64",
    "text": "string",
    "time": "string",
    "date": "string",
}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of one table.

    `fields` names the model fields it tells of ("logging_app.Workout.steps"), `coarse` says that
    it tells less than they hold. `kinds` are the exports that may have it; `identified` columns
    stand only in an identified export.
    """

    name: str
    label: str
    type: str
    unit: str = ""
    values: str = ""
    range: str = ""
    source: str = ""
    fields: tuple[str, ...] = ()
    coarse: bool = False
    kinds: frozenset[Kind] = BOTH
    identified: bool = False

    def stands_in(self, kind: Kind, *, identified: bool) -> bool:
        """Whether an export has this column."""
        return kind in self.kinds and (identified or not self.identified)


@dataclass(frozen=True)
class Table:
    """One table of an export: a file per format."""

    name: str
    title: str
    columns: tuple[Column, ...]

    def shown(self, kind: Kind, *, identified: bool) -> tuple[Column, ...]:
        """Its columns in one export; none where the export may not hold the table."""
        if not carries(kind, self.name):
            return ()
        return tuple(c for c in self.columns if c.stands_in(kind, identified=identified))


def path(model: type[models.Model], field: str) -> str:
    """A field's name across rooms: `logging_app.Workout.steps`."""
    return f"{model._meta.app_label}.{model._meta.object_name}.{field}"


def of(
    model: type[models.Model], field: str, *, name: str | None = None, **changes: object
) -> Column:
    """A column that tells a model field as it is: its label, type, range and choices."""
    found = model._meta.get_field(field)
    assert isinstance(found, models.Field)
    kind = _type(found)
    with override("en"):
        column = Column(
            name=name or field,
            label=str(found.verbose_name),
            type=kind,
            values=YES_NO if kind == "boolean" else listed(dict(found.flatchoices)),
            range=_range(found),
            source=f"{model._meta.object_name}.{field}",
            fields=(path(model, field),),
        )
    return replace(column, **changes)  # type: ignore[arg-type]


def several(model: type[models.Model], units: Mapping[str, str]) -> tuple[Column, ...]:
    """Columns of one model that are told as they are, each with its unit ("" for none)."""
    return tuple(of(model, field, unit=unit) for field, unit in units.items())


def listed(values: Mapping[str, object]) -> str:
    """Values and their labels in one cell: `a = Apple; b = Pear`."""
    return "; ".join(f"{value} = {label}" for value, label in values.items())


def all_fields(room_models: Iterable[type[models.Model]]) -> set[str]:
    """Every stored field of some models."""
    return {path(model, f.name) for model in room_models for f in model._meta.concrete_fields}


def _type(field: models.Field[object, object]) -> str:
    if isinstance(field, models.BooleanField):
        return "boolean"
    if isinstance(field, models.IntegerField):
        return "integer"
    if isinstance(field, models.FloatField | models.DecimalField):
        return "number"
    return "time" if isinstance(field, models.TimeField) else "text"


def _range(field: models.Field[object, object]) -> str:
    """From the field's own validators; the database's limits of a column say nothing."""
    own = field._validators  # type: ignore[attr-defined]
    low = [v.limit_value for v in own if isinstance(v, MinValueValidator)]
    high = [v.limit_value for v in own if isinstance(v, MaxValueValidator)]
    if not low and not high:
        return ""
    ends = [f"{limit[0]:g}" if limit else "" for limit in (low, high)]
    return "–".join(ends)
