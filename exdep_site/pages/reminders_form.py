"""What somebody chooses about reminders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.messages.services import Choice
from accounts.models import Channel, ReminderSettings

WAYS = {
    Channel.PUSH: _("A note on this phone or computer"),
    Channel.EMAIL: _("E-mail"),
    Channel.SMS: _("Text message (SMS)"),
}


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class RemindersForm(forms.Form):
    """A time, quiet hours, and the ways in order: the first one, then those that may stand in.
    Only ways that can work for this person are offered."""

    at = _time(_("At what time?"))
    first = forms.ChoiceField(label=_("How should it come?"), widget=forms.RadioSelect)
    others = forms.MultipleChoiceField(
        label=_("If that does not work, try"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    quiet_from = _time(_("Never after"))
    quiet_to = _time(_("And not before"))

    def __init__(
        self, *args: Any, offered: Sequence[str], stored: ReminderSettings, **kwargs: Any
    ) -> None:
        chosen = [way for way in stored.channels if way in offered] or offered[:1]
        super().__init__(*args, **kwargs)
        self.initial = {
            "at": stored.at, "quiet_from": stored.quiet_from, "quiet_to": stored.quiet_to,
            "first": next(iter(chosen), None), "others": chosen[1:],
        }  # fmt: skip
        ways = [(way, WAYS[Channel(way)]) for way in Channel.values if way in offered]
        self.fields["first"].choices = ways  # type: ignore[attr-defined]
        self.fields["others"].choices = ways  # type: ignore[attr-defined]
        for name, enough in (("first", 1), ("others", 2)):
            if len(ways) < enough:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "first" not in self.fields:
            raise ValidationError(_("No way to reach you is known yet."), code="no_channel")
        return cleaned

    def choice(self) -> Choice:
        """What was chosen, in their order."""
        found = self.cleaned_data
        others = [way for way in found.get("others", []) if way != found["first"]]
        return Choice(
            at=found["at"], quiet_from=found["quiet_from"], quiet_to=found["quiet_to"],
            channels=[found["first"], *others],
        )  # fmt: skip
