"""Form widgets of the design system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise


class ScaleSelect(forms.RadioSelect):
    """A row of large radio buttons with a label at each end (``components/scale.html``).

    The field keeps its own type: give a ``TypedChoiceField(coerce=int, empty_value=None)``
    the choices of :func:`scale_choices`.
    """

    def __init__(
        self,
        low: str | Promise = "",
        high: str | Promise = "",
        attrs: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(attrs=dict(attrs or {}))
        self.low = low
        self.high = high


def scale_choices(low: int, high: int) -> list[tuple[int, str]]:
    """The points ``low … high`` as choices, a real minus sign before negative ones."""
    return [(value, str(value).replace("-", "\N{MINUS SIGN}")) for value in range(low, high + 1)]


def scale_field(
    low: int,
    high: int,
    *,
    low_label: str | Promise = "",
    high_label: str | Promise = "",
    **options: Any,
) -> forms.TypedChoiceField:
    """A field for a whole number from ``low`` to ``high``; not answered is ``None``, never 0."""
    return forms.TypedChoiceField(
        choices=scale_choices(low, high),
        coerce=int,
        empty_value=None,
        widget=ScaleSelect(low_label, high_label),
        **options,
    )
