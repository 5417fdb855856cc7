"""What somebody who leaves can stop."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

CHOICES = ("stop_exercise", "stop_contact", "stop_data_use")


class LeaveForm(forms.Form):
    """Three separate choices. Somebody who has signed nothing has nothing to choose."""

    stop_exercise = forms.BooleanField(
        label=_("Stop the program"), required=False, initial=True,
        help_text=_("No more weekly plan, questions or reminders."),
    )  # fmt: skip
    stop_contact = forms.BooleanField(
        label=_("Stop contacting me"), required=False,
        help_text=_("Nobody calls or writes, unless it is about your safety."),
    )  # fmt: skip
    stop_data_use = forms.BooleanField(
        label=_("Stop using my data"), required=False,
        help_text=_(
            "What you entered is left out of every analysis from now on. What was published "
            "before cannot be called back."
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, signed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.signed = signed
        if not signed:
            self.fields.clear()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.signed and not any(cleaned.get(name) for name in CHOICES):
            raise ValidationError(_("Please choose what is to stop."), code="nothing")
        return cleaned

    @property
    def choices(self) -> dict[str, bool]:
        """Each choice; all false where nothing was signed."""
        return {name: bool(self.cleaned_data.get(name)) for name in CHOICES}

    @property
    def chosen(self) -> list[Any]:
        """The fields that were ticked."""
        return [self[name] for name in CHOICES if self.choices[name]]
