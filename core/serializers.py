"""What every API of the site reads alike: moments with their offset, and no unknown field."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class OffsetDateTimeField(serializers.DateTimeField):
    """A moment with its offset from UTC; one without is refused, because nobody knows its zone."""

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise serializers.ValidationError(
                _("Add the offset from UTC, as in 2026-03-01T18:30:00+08:00."), code="no_offset"
            )
        return super().enforce_timezone(value)


class NumberField(serializers.FloatField):
    """A finite number; `true` is none, though Python reads it as 1."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictSerializer(serializers.Serializer):
    """Refuses what it does not know, by name: a misspelt field must not be lost in silence."""

    serializer_field_mapping: ClassVar = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.FloatField: NumberField,
    }

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - {n for n, f in self.fields.items() if not f.read_only})
            if unknown:
                raise serializers.ValidationError(
                    {name: [_("There is no such field to write.")] for name in unknown}
                )
        return super().to_internal_value(data)
