"""The columns that entries share. Unknown is null everywhere."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


def whole(label: Any, low: int, high: int) -> Any:
    """A whole number from `low` to `high`, or unknown (null)."""
    return models.SmallIntegerField(
        label, null=True, blank=True, validators=[MinValueValidator(low), MaxValueValidator(high)]
    )


def number(label: Any, low: float, high: float) -> Any:
    """A number from `low` to `high`, or unknown (null)."""
    return models.FloatField(
        label, null=True, blank=True, validators=[MinValueValidator(low), MaxValueValidator(high)]
    )


def paper_date() -> Any:
    """The date written on the paper that staff copied an entry from; null where it was not one."""
    return models.DateField(_("written on paper on"), null=True, blank=True)
