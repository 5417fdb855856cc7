"""Which session an entry answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SessionForm(forms.Form):
    """Which session a workout answers; the empty choice is none of them."""

    session_key = forms.ChoiceField(
        label=_("Which session was it?"), required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, sessions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["session_key"]
        choices.choices = [*sessions, ("", _("None of them: it was an extra"))]
