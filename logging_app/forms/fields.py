"""Fields that the log's forms share: the wall clock, and ranges that the model knows."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from logging_app.models import Workout

FAR = 10_000


def range_of(name: str) -> Callable[[Any], None]:
    """The model's own range of a field, refused in words that say what to write."""
    validators: list[Any] = Workout._meta.get_field(name).validators  # type: ignore[union-attr]
    limits = {type(validator): validator.limit_value for validator in validators}
    low, high = limits.get(MinValueValidator, 0), limits[MaxValueValidator]
    both_ends = _("Please write a number from %(low)s to %(high)s.")
    # A bound that is only there against slips of the finger is not told to who is below.
    too_low = both_ends if high < FAR else _("Please write %(low)s or more.")

    def check(value: Any) -> None:
        if not low <= value <= high:
            words = too_low if value < low else both_ends
            raise ValidationError(words, params={"low": low, "high": high})

    return check


class WallClockField(forms.DateTimeField):
    """A day and a time as they stood on a wall; which instant that was, the form's zone says.

    Django's own field refuses the hour that a clock shows twice, and the one it leaves out.
    """

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(UTC):
            read: datetime | None = super().to_python(value)
        return read.replace(tzinfo=None) if read else None


def wall_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall showed, to the minute."""
    return timezone.localtime(moment, zone).replace(second=0, microsecond=0, tzinfo=None)


def uuid_or_none(text: str | None) -> uuid.UUID | None:
    """The uuid an address carries, or None where it carries none that can be read."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
