"""What staff copy from paper: the participant's own forms, with the date that the paper bears."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from logging_app.checkins.forms import CheckInForm
from logging_app.checkins.rules import Window
from logging_app.forms import WorkoutForm
from logging_app.models import CheckIn
from logging_app.nights.forms import NightForm


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip


class FromPaper(forms.Form):
    """The date on the paper, before all that it says."""

    paper_date = _day(
        _("Date written on the paper"),
        _("As it stands there, however long ago. If it bears none, the day you were given it."),
    )
    before: tuple[str, ...] = ("paper_date",)
    left_out: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.left_out:
            self.fields.pop(name, None)
        self.order_fields(self.before)


class PaperWorkoutForm(FromPaper, WorkoutForm):
    """One workout. Whether the mood before was remembered is not known from paper."""

    def entry(self, stored: Any = None) -> dict[str, Any]:
        return {**super().entry(stored), "mood_before_recalled": None}


class PaperNightForm(FromPaper, NightForm):
    """One night, by the morning it ended on. What looks unlikely is copied as it stands."""

    date = _day(_("Morning of"))
    before = ("paper_date", "date")
    left_out = ("confirmed",)


class PaperCheckInForm(FromPaper, CheckInForm):
    """One check-in that has come, by the day it was asked for."""

    date = forms.TypedChoiceField(label=_("Which check-in?"), coerce=date.fromisoformat)
    before = ("paper_date", "date")

    def __init__(
        self, *args: Any, begun: list[tuple[Window, CheckIn | None]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        days: Any = self.fields["date"]
        days.choices = [
            (window.due.isoformat(), formats.date_format(window.due, "j F Y"))
            for window, _row in begun
        ]
