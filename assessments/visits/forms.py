"""The forms of the visit pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.visits.desk import raters_of
from assessments.visits.selectors import Standing


class BookForm(forms.Form):
    """When, where and with whom. The clock is the participant's own."""

    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    at = forms.TimeField(
        label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(
        label=_("Place"), max_length=120, required=False,
        help_text=_("The participant reads this on Today: a room or an address, nothing else."),
    )  # fmt: skip
    rater = forms.ModelChoiceField(
        label=_("Rater"), queryset=User.objects.none(), required=False,
        empty_label=_("whoever rates on the day"),
    )  # fmt: skip

    def __init__(self, data: Any, *, visit: Standing) -> None:
        self.zone = visit.participant.tz
        row = visit.row
        initial: dict[str, Any] = {}
        if row is not None:
            initial = {"place": row.place, "rater": row.rater}
        if row is not None and row.booked_at is not None:
            there = row.booked_at.astimezone(self.zone)
            initial |= {"day": there.date(), "at": there.time()}
        super().__init__(data, initial=initial)
        raters = self.fields["rater"]
        assert isinstance(raters, forms.ModelChoiceField)
        raters.queryset = raters_of(visit.participant)
        raters.label_from_instance = lambda user: user.name  # type: ignore[assignment,method-assign]

    @property
    def booked_at(self) -> datetime:
        """The chosen moment; of a time that the clocks show twice, the first."""
        chosen = self.cleaned_data
        return datetime.combine(chosen["day"], chosen["at"], self.zone)

    def show(self, error: ValidationError) -> None:
        """Put what the service refused beside the field it is about."""
        for name, messages in error.message_dict.items():
            self.add_error({"booked_at": "day"}.get(name, name), messages)


class MissedForm(forms.Form):
    """Why a visit did not take place."""

    reason = forms.CharField(
        label=_("Why it was missed"), max_length=200,
        help_text=_("In a few words. What the participant still sends is kept all the same."),
    )  # fmt: skip
