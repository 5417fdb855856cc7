"""What the instructor's forms share."""

from __future__ import annotations

from typing import Any

from django import forms


def whole_field(low: int, high: int, **options: Any) -> forms.IntegerField:
    """A whole number, with the keys of digits on a phone."""
    field = forms.IntegerField(min_value=low, max_value=high, **options)
    field.widget.attrs["inputmode"] = "numeric"
    return field


def load_field(most: int, **options: Any) -> forms.FloatField:
    """Kilograms, in steps of half a one."""
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.5"})
    return forms.FloatField(required=False, min_value=0.5, max_value=most, widget=widget, **options)
