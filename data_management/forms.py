"""What is asked before the study's data are downloaded."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from data_management import rules
from data_management.models import Export
from data_management.rules import Kind


class DownloadForm(forms.Form):
    """Which data, and whether with the study's own ids."""

    kind = forms.ChoiceField(
        label=_("What the files hold"), choices=Export.KINDS, initial=Kind.CONDUCT.value,
        widget=forms.RadioSelect,
    )  # fmt: skip
    identified = forms.BooleanField(
        label=_("With study ids and dates"), required=False,
        help_text=_(
            "For work inside the study team. Without it everyone has another id, "
            "and study days stand in place of dates."
        ),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("identified") and cleaned.get("kind") == Kind.BLINDED:
            self.add_error("identified", _("Groups never come with study ids. Leave this out."))
        return cleaned

    @property
    def wanted(self) -> Kind:
        """The kind that was chosen; only of a valid form."""
        return rules.Kind(self.cleaned_data["kind"])
