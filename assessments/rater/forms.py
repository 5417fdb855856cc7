"""One interview on one page: every item with its anchors. Nothing is chosen beforehand, but that
of the items of which one is rated the first is the usual one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from protocol import Instrument, Item

NOT_RATED, NOT_THIS_ONE = "none", "other"


class RatingForm(forms.Form):
    """Fields `item_<key>`. A score, "could not be rated", or of 16A and 16B "not this one"."""

    def __init__(self, questionnaire: Instrument, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questionnaire = questionnaire
        self.unsaved = False
        groups = questionnaire.scoring.one_of
        for item in questionnaire.items:
            group = next((keys for keys in groups if item.key in keys), ())
            self.fields[name_of(item.key)] = _field(item, group)

    def answers(self) -> dict[str, int | None]:
        """What the service keeps: scores, and null for "could not be rated"."""
        chosen = {key: self.cleaned_data.get(name_of(key)) for key in self.questionnaire.keys}
        return {
            key: None if value == NOT_RATED else int(value)
            for key, value in chosen.items()
            if value not in (None, "", NOT_THIS_ONE)
        }

    def show(self, error: ValidationError) -> None:
        """What the service found, at the items it named."""
        for key, found in error.message_dict.items():
            name = name_of(key.removeprefix("answers."))
            for message in found:
                self.add_error(name if name in self.fields else None, message)


def name_of(key: str) -> str:
    """The name of an item's field."""
    return f"item_{key}"


def _field(item: Item, group: tuple[str, ...]) -> forms.ChoiceField:
    choices = [(str(option.value), f"{option.value}  {option.label}") for option in item.options]
    choices.append((NOT_RATED, str(_("Could not be rated"))))
    if group:
        other = ", ".join(key for key in group if key != item.key)
        choices.append(
            (NOT_THIS_ONE, str(_("Not this one: %(other)s is rated") % {"other": other}))
        )
    return forms.ChoiceField(
        label=f"{item.key}. {item.text}",
        help_text=str(item.hint) if item.hint else "",
        choices=choices,
        widget=forms.RadioSelect(),
        required=not group,
        initial=NOT_THIS_ONE if group and item.key != group[0] else None,
        error_messages={"required": _("Please score this item.")},
    )
