"""The rater's forms. Nothing is chosen beforehand, but that of the items of which one is rated the
first is the usual one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from allauth.core import ratelimit
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

import protocol
from assessments.models import ArmGuess, Interview
from assessments.rater.rules import urgent_scores
from assessments.rater.services.drafts import LONGEST_NOTE
from enrollment.selectors import account
from protocol import Instrument, Item

NOT_RATED, NOT_THIS_ONE = "none", "other"
YES, NO = "yes", "no"


class Scores(forms.RadioSelect):
    """Radio buttons that mark the scores at which a clinician is called."""

    def __init__(self, urgent: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.urgent = urgent

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.urgent:
            option["attrs"]["data-urgent"] = True
        return option


class RatingForm(forms.Form):
    """Fields `item_<key>` and `note_<key>`. A score, "could not be rated", or of 16A and 16B "not
    this one". A draft may lack any of them: the signature asks for all."""

    edit = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(self, questionnaire: Instrument, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questionnaire = questionnaire
        self.unsaved = False
        urgent = urgent_scores(protocol.current(), questionnaire)
        for item in questionnaire.items:
            risky = frozenset(str(value) for value, _tier in urgent.get(item.key, ()))
            self.fields[name_of(item.key)] = _field(item, _group(questionnaire, item), risky)
            self.fields[note_of(item.key)] = _note(item)

    def answers(self) -> dict[str, int | None]:
        """What the service keeps: scores, and null for "could not be rated"."""
        chosen = {key: self.cleaned_data.get(name_of(key)) for key in self.questionnaire.keys}
        return {
            key: None if value == NOT_RATED else int(value)
            for key, value in chosen.items()
            if value not in (None, "", NOT_THIS_ONE)
        }

    def notes(self) -> dict[str, str]:
        """The rater's words by item."""
        keys = self.questionnaire.keys
        return {key: words for key in keys if (words := self.cleaned_data.get(note_of(key), ""))}

    def show(self, error: ValidationError) -> None:
        """What the service found, at the items it named."""
        put_errors(self, error, {"answers.": "item_", "notes.": "note_"})

    def take_place_of(self, interview: Interview | None) -> None:
        """Say that newer scores stand, and let the next save take their place."""
        words = _("Newer scores were kept from another window. What stands here takes their place "
                  "if you save once more.")  # fmt: skip
        self.add_error(None, str(words))
        fields = QueryDict(mutable=True)
        fields.update(self.data)
        fields["edit"] = str(interview.edit if interview else 0)
        self.data = fields

    def rows(self) -> list[dict[str, Any]]:
        """Each item's field with its note, for the page."""
        return [
            {"key": key, "field": self[name_of(key)], "note": self[note_of(key)]}
            for key in self.questionnaire.keys
        ]


def put_errors(form: forms.Form, error: ValidationError, names: Mapping[str, str]) -> None:
    """Add a service's errors at the fields they name; those of no field stand above the form."""
    found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for key, messages in found.items():
        name = key
        for start, instead in names.items():
            if key.startswith(start):
                name = instead + key.removeprefix(start)
        for message in messages:
            form.add_error(name if name in form.fields else None, message)


def name_of(key: str) -> str:
    """The name of an item's field."""
    return f"item_{key}"


def note_of(key: str) -> str:
    """The name of the field of an item's note."""
    return f"note_{key}"


def initial(
    questionnaire: Instrument, answers: Mapping[str, int | None], interview: Interview | None
) -> dict[str, Any]:
    """What a draft fills in; an item that nobody scored has nothing chosen."""
    found: dict[str, Any] = {"edit": interview.edit if interview else 0}
    for key, value in answers.items():
        found[name_of(key)] = NOT_RATED if value is None else str(value)
    for keys in questionnaire.scoring.one_of:
        rated = [key for key in keys if key in answers]
        left = [key for key in keys if key not in rated] if rated else keys[1:]
        found |= dict.fromkeys(map(name_of, left), NOT_THIS_ONE)
    for key, words in (interview.notes if interview else {}).items():
        found[note_of(key)] = words
    return found


def _group(questionnaire: Instrument, item: Item) -> tuple[str, ...]:
    return next((keys for keys in questionnaire.scoring.one_of if item.key in keys), ())


def _field(item: Item, group: tuple[str, ...], risky: frozenset[str]) -> forms.ChoiceField:
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
        widget=Scores(risky),
        required=False,
    )


def _note(item: Item) -> forms.CharField:
    return forms.CharField(
        label=_("Notes on item %(item)s") % {"item": item.key},
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2, "class": "input", "maxlength": LONGEST_NOTE}),
    )


def capitals(kind: type[models.TextChoices]) -> Callable[[], list[tuple[str, str]]]:
    """Choices as the lines of a form: each begins with a capital, in the reader's language."""
    return lambda: [(value, capfirst(str(label))) for value, label in kind.choices]


class SignForm(forms.Form):
    """What is said before a signature, and who signs once more."""

    edit = forms.IntegerField(widget=forms.HiddenInput)
    mode = forms.ChoiceField(
        label=_("How was the interview held?"), choices=capitals(Interview.Mode),
        widget=forms.RadioSelect,
    )  # fmt: skip
    informant = forms.ChoiceField(
        label=_("Who told you?"), choices=capitals(Interview.Informant), widget=forms.RadioSelect
    )
    revealed = forms.ChoiceField(
        label=_("Did anything tell you which group the participant is in?"),
        choices=[(NO, _("No")), (YES, _("Yes, it was revealed to me"))], widget=forms.RadioSelect,
    )  # fmt: skip
    revealed_how = forms.CharField(
        label=_("If so, how?"), required=False, max_length=300,
        help_text=_("Another rater takes this person’s next visits. Do not write which group."),
        widget=forms.Textarea(attrs={"rows": 2, "class": "input", "maxlength": 300}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("Your password, once more"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "input"}),
    )  # fmt: skip

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request

    def clean_password(self) -> str:
        person = account(self._request)
        if not ratelimit.consume(self._request, action="reauthenticate", user=person):
            raise forms.ValidationError(_("Several wrong tries. Please wait five minutes."))
        if not person.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("That is not right. Please try again."))
        return ""

    @property
    def revealed_value(self) -> bool:
        return bool(self.cleaned_data["revealed"] == YES)


class ReasonForm(forms.Form):
    """Why a signed rating is corrected."""

    reason = forms.CharField(
        label=_("What is corrected, and why?"), max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input", "maxlength": 300}),
    )  # fmt: skip


class GiveBackForm(forms.Form):
    """Why somebody else scores a visit that was begun."""

    reason = forms.CharField(
        label=_("Why does another rater score this visit?"), max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "class": "input", "maxlength": 200}),
    )  # fmt: skip
    revealed_how = forms.CharField(
        label=_("If the group was revealed to you: how?"), required=False, max_length=300,
        help_text=_("Another rater takes this person’s next visits. Do not write which group."),
        widget=forms.Textarea(attrs={"rows": 2, "class": "input", "maxlength": 300}),
    )  # fmt: skip


class GuessForm(forms.Form):
    """The guess of the group, asked once."""

    guess = forms.ChoiceField(
        label=_("Which group do you think this person is in?"), choices=capitals(ArmGuess.Guess),
        widget=forms.RadioSelect,
    )  # fmt: skip


class HeardForm(forms.Form):
    """What a rater heard of harm. Closed to the rater once it is sent."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    tier = forms.ChoiceField(label=_("How soon must a clinician know?"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What did you hear?"), max_length=2000,
        help_text=_("In the person’s own words. Do not write anything that tells the group."),
        widget=forms.Textarea(attrs={"rows": 5, "class": "input", "maxlength": 2000}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tiers = sorted(protocol.current().safety_tiers, key=lambda tier: -tier.rank)
        field: Any = self.fields["tier"]
        field.choices = [(tier.code, str(tier.label)) for tier in tiers]


class ConsensusForm(forms.Form):
    """What two raters agreed on: fields `item_<key>` for the items they scored differently."""

    def __init__(
        self, questionnaire: Instrument, keys: list[str], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.keys = keys
        for key in keys:
            item = questionnaire.item(key)
            field = _field(item, (), frozenset())
            field.required = True
            field.error_messages["required"] = str(_("Please score this item."))
            self.fields[name_of(key)] = field
        self.fields["words"] = forms.CharField(
            label=_("How you agreed"), max_length=1000,
            widget=forms.Textarea(attrs={"rows": 3, "class": "input", "maxlength": 1000}),
        )  # fmt: skip

    def scores(self) -> dict[str, int | None]:
        chosen = {key: self.cleaned_data[name_of(key)] for key in self.keys}
        return {key: None if value == NOT_RATED else int(value) for key, value in chosen.items()}
