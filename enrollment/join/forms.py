"""The small forms on the way in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from enrollment.rules.joining import LONGEST_PIN, tidy, why_not_pin
from enrollment.services.invitations import WHY_NOT_PIN


class CodeForm(forms.Form):
    """The code of a card, typed by hand."""

    code = forms.CharField(
        label=_("The code on your card"), max_length=40,
        widget=forms.TextInput(attrs={
            "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false",
        }),
    )  # fmt: skip

    def clean_code(self) -> str:
        return tidy(self.cleaned_data["code"])


class EmailForm(forms.Form):
    """Where the digits go."""

    email = forms.EmailField(
        label=_("Your e-mail address"), max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class DigitsForm(forms.Form):
    """The digits of the mail."""

    digits = forms.CharField(
        label=_("The six digits of the mail"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )  # fmt: skip


class SecretForm(forms.Form):
    """A secret, typed twice."""

    again_differs = _("The two are not the same. Please type it once more.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("secret"), cleaned.get("again")
        if first is not None and second is not None and first != second:
            self.add_error("again", self.again_differs)
        return cleaned


class PasswordForm(SecretForm):
    """A password of one's own."""

    secret = forms.CharField(
        label=_("A password"), max_length=128, strip=False,
        help_text=_("Eight characters or more. A few words are easy to keep in mind."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("The same once more"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        validate_password(secret)
        return secret


class PinForm(SecretForm):
    """A PIN of one's own."""

    secret = forms.CharField(
        label=_("A PIN of your own"), max_length=LONGEST_PIN,
        help_text=_("Six digits or more, that only you know."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "inputmode": "numeric"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("The same once more"),
        max_length=LONGEST_PIN,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "inputmode": "numeric"}),
    )

    def clean_secret(self) -> str:
        pin: str = self.cleaned_data["secret"]
        if problem := why_not_pin(pin):
            raise ValidationError(WHY_NOT_PIN[problem], code=problem)
        return pin
