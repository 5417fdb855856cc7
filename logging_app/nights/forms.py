"""The diary's form. Ranges come from the model; an untouched question is unknown."""

from __future__ import annotations

from datetime import time
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.widgets import scale_field
from logging_app.models import SleepNight
from logging_app.nights import presenters, rules, selectors
from logging_app.nights.rules import Unlikely

MINUTES = ("sleep_onset_latency_min", "wake_after_sleep_onset_min")
COUNTED = (*MINUTES, "awakenings")
# As a night goes; the quality comes last where all is asked, first where it is asked alone.
DIARY_ORDER = (
    "in_bed_at", "tried_to_sleep_at", "sleep_onset_latency_min", "awakenings",
    "wake_after_sleep_onset_min", "woke_at", "out_of_bed_at",
)  # fmt: skip

# How the browser makes the API's JSON of this form (core/js/queue/forms.js).
BODY = " ".join((
    *(f"{name}:time" for name in rules.CLOCKS), *(f"{name}:int" for name in COUNTED), "quality:int",
))  # fmt: skip


def _clock_field(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=False, input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Write the time as in 22:30.")},
    )  # fmt: skip


class NightForm(forms.ModelForm):
    """One night. Which of the eight questions stand open is the page's business."""

    edit = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)
    in_bed_at = _clock_field(_("When did you go to bed?"))
    tried_to_sleep_at = _clock_field(_("When did you try to fall asleep?"))
    woke_at = _clock_field(_("When did you wake up for the last time?"))
    out_of_bed_at = _clock_field(_("When did you get up?"))
    quality = scale_field(
        0, 10, label=_("How well did you sleep?"), low_label=_("very badly"),
        high_label=_("very well"), required=False,
    )  # fmt: skip
    confirmed = forms.BooleanField(label=_("Yes, this is right"), required=False)

    class Meta:
        model = SleepNight
        fields = rules.ENTRY_FIELDS
        labels: ClassVar = {
            "sleep_onset_latency_min": _("How long did it take to fall asleep?"),
            "awakenings": _("How many times did you wake up in between?"),
            "wake_after_sleep_onset_min": _("How long were you awake then, all together?"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unsaved = False
        self.asks: str = ""
        for name in COUNTED:
            column: Any = SleepNight._meta.get_field(name)
            self.fields[name].validators += column.validators
            self.fields[name].widget.attrs |= {"inputmode": "numeric", "min": 0}

    def entry(self) -> dict[str, Any]:
        """What the service keeps: unanswered is null, never zero."""
        values = {name: self.cleaned_data.get(name) for name in rules.ENTRY_FIELDS}
        for name in rules.CLOCKS:
            at: time | None = values[name]
            values[name] = at and at.replace(second=0, microsecond=0)
        return values

    def show(self, error: ValidationError) -> None:
        """What the service found, at the fields it named."""
        for name, found in error.message_dict.items():
            for message in found:
                self.add_error(name if name in self.fields else None, message)

    def ask(self, unlikely: Unlikely) -> None:
        """Ask whether an unlikely night is meant so; nothing that was typed is lost."""
        self.asks = presenters.is_this_right(unlikely)

    def offer_again(self, *, edit: int) -> None:
        """The night was saved meanwhile with other words: say so, and let this one replace it."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["edit"] = str(edit)
        self.data = data
        self.add_error(None, _("This was saved already. Save again if this is what you mean."))

    def _post_clean(self) -> None:
        """The service cleans the row once, for page and API alike; here only the form's fields."""


def unsaved(typed: Any) -> NightForm:
    """What was typed before the sign-in ended, as it was, with a word on why it stands here."""
    form = NightForm(typed)
    form.unsaved = True
    return form


def stored(night: SleepNight | None) -> dict[str, Any]:
    """A night as the form shows it: as it was written, ready to be corrected, or empty."""
    if night is None:
        return {"edit": 1}
    return {**selectors.entry(night), "edit": night.edit + 1}
