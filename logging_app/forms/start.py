"""What is asked before a session begins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

import protocol
from core.widgets import scale_field
from logging_app.forms.fields import range_of

# How the browser makes the readiness API's JSON of this form (core/js/queue/forms.js).
START_BODY = "answers:list@any"


class StartForm(forms.Form):
    """Mood, and the one screen before a session; nothing ticked is "none of these"."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    entry = forms.UUIDField(widget=forms.HiddenInput)
    session = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    mood_before = scale_field(
        0, 10, label=_("Mood now"), low_label=_("very low"), high_label=_("very good"),
        required=False,
    )  # fmt: skip
    hr_before_bpm = forms.IntegerField(
        label=_("Heart rate now"), required=False, validators=[range_of("hr_before_bpm")]
    )
    answers = forms.MultipleChoiceField(
        label=_("Is any of these true today?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answers: Any = self.fields["answers"]
        answers.choices = [(row.code, str(row.label)) for row in protocol.current().readiness]
        self.fields["hr_before_bpm"].widget.attrs["inputmode"] = "numeric"
