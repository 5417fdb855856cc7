"""The forms of the week: a day for each session, and a pause."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from logging_app.selectors import WeekSession
from schedule.models import Pause
from schedule.services.pauses import FREELY_CHOSEN


class DaysForm(forms.Form):
    """A day for each session that is still open. A field is named as the session's key."""

    def __init__(
        self, *args: Any, sessions: list[WeekSession], days: list[date], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for session in sessions:
            # What is set stays to choose, also when its day is over.
            set_for = [session.planned_on] if session.planned_on else []
            offered = sorted({*days, *set_for})
            self.fields[session.plan.key] = forms.TypedChoiceField(
                label=_("Day"), required=False, coerce=date.fromisoformat, empty_value=None,
                initial=session.planned_on.isoformat() if session.planned_on else "",
                choices=[("", _("No day set")), *((d.isoformat(), _day(d)) for d in offered)],
            )  # fmt: skip

    @property
    def days(self) -> dict[str, date | None]:
        """The day set for each session."""
        return {key: self.cleaned_data[key] for key in self.fields}


def _day(day: date) -> str:
    return formats.date_format(day, "l, j F")


class PauseForm(forms.Form):
    """Days without sessions. Only the kind and the first day are needed."""

    kind = forms.ChoiceField(label=_lazy("What for?"), widget=forms.RadioSelect)
    starts_on = forms.DateField(
        label=_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_lazy("Last day"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_lazy("Leave it empty if you do not know yet."),
    )  # fmt: skip
    reason = forms.CharField(label=_lazy("In a few words"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [kind for kind in Pause.Kind if kind in FREELY_CHOSEN]
        choices: Any = self.fields["kind"]
        choices.choices = [(kind.value, capfirst(str(kind.label))) for kind in kinds]

    def show(self, error: ValidationError) -> None:
        """What the service found, at the fields it named."""
        found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, texts in found.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)
