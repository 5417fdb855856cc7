"""The check-in's form. Ranges come from the model; an untouched question is unknown."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from logging_app.checkins import rules, selectors
from logging_app.models import CheckIn

NUMBERS = ("resting_hr_bpm", "hr_after_bpm", "active_minutes")
YES_NO = ("diet_changed", "anything_new")
# How the browser makes the API's JSON of this form (core/js/queue/forms.js).
BODY = " ".join((
    *(f"{name}:int" for name in NUMBERS), *(f"{name}:bool" for name in YES_NO), "activity",
    "new_text",
))  # fmt: skip


def _yes_or_no(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, required=False, choices=[("no", _("No")), ("yes", _("Yes"))],
        coerce=lambda said: said == "yes", empty_value=None, widget=forms.RadioSelect,
    )  # fmt: skip


class CheckInForm(forms.ModelForm):
    """How somebody has been. Nothing is required; the words are the same in both arms."""

    edit = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)
    activity = forms.ChoiceField(
        label=_("How active were you in the last seven days, for you?"), required=False,
        choices=CheckIn.Activity.choices, widget=forms.RadioSelect,
    )  # fmt: skip
    diet_changed = _yes_or_no(_("Do you eat differently than two weeks ago?"))
    anything_new = _yes_or_no(_("Is anything new in your health, your medicines or your therapy?"))
    new_text = forms.CharField(
        label=_("What is new?"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Nobody reads this at once. If you need help now, use the help button."),
    )  # fmt: skip

    class Meta:
        model = CheckIn
        fields = rules.ENTRY_FIELDS
        labels: ClassVar = {
            "resting_hr_bpm": _("Heart rate at rest"),
            "hr_after_bpm": _("Heart rate after your usual activity of the day"),
            "active_minutes": _("How many minutes of sport or exercise, in the last seven days?"),
        }
        help_texts: ClassVar = {
            "resting_hr_bpm": _("After sitting quietly for five minutes."),
            "hr_after_bpm": _("Right after something you do anyway: stairs, shopping, housework."),
            "active_minutes": _("All together. A guess is good enough; 0 is an answer too."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unsaved = False
        for name in NUMBERS:
            column: Any = CheckIn._meta.get_field(name)
            self.fields[name].validators += column.validators
            self.fields[name].widget.attrs |= {"inputmode": "numeric", "min": 0}

    def entry(self) -> dict[str, Any]:
        """What the service keeps: unanswered is null, never zero and never no."""
        return {name: self.cleaned_data.get(name) for name in rules.ENTRY_FIELDS}

    def show(self, error: ValidationError) -> None:
        """What the service found, at the fields it named."""
        for name, found in error.message_dict.items():
            for message in found:
                self.add_error(name if name in self.fields else None, message)

    def offer_again(self, *, edit: int) -> None:
        """It was saved meanwhile with other words: say so, and let this one replace it."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["edit"] = str(edit)
        self.data = data
        self.add_error(None, _("This was saved already. Save again if this is what you mean."))

    def _post_clean(self) -> None:
        """The service cleans the row once, for page and API alike; here only the form's fields."""


def unsaved(typed: Any) -> CheckInForm:
    """What was typed before the sign-in ended, as it was, with a word on why it stands here."""
    form = CheckInForm(typed)
    form.unsaved = True
    return form


def stored(row: CheckIn | None) -> dict[str, Any]:
    """A check-in as the form shows it: as it was written, ready to be corrected, or empty."""
    if row is None:
        return {"edit": 1}
    said = {True: "yes", False: "no", None: ""}
    values = selectors.entry(row)
    return {**values, **{name: said[values[name]] for name in YES_NO}, "edit": row.edit + 1}
