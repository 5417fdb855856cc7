"""What is asked on the way to a signature."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.images import MAX_BYTES, ImageRefused, reencode_png
from enrollment.consent.presenters import Answered

DATA_URL = "data:image/png;base64,"


class CheckForm(forms.Form):
    """The understanding check: every question needs an answer, none needs the right one."""

    def __init__(self, *args: Any, questions: Sequence[Answered], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[question.key] = forms.ChoiceField(
                label=question.text, choices=question.options, widget=forms.RadioSelect,
                initial=question.chosen or None,
                error_messages={"required": _("Please choose one; a guess is fine.")},
            )  # fmt: skip


class ChoicesForm(forms.Form):
    """The separate permissions. None is needed to take part, none is set beforehand."""

    tracker_data = forms.BooleanField(
        label=_("Data of my tracker or watch may be used"), required=False,
        help_text=_("Heart rate, steps and times from files you send. Never where you were."),
    )  # fmt: skip
    estimates = forms.BooleanField(
        label=_("An estimate may be made from my data"), required=False,
        help_text=_("A computer's guess about your mood. Nobody decides anything by it."),
    )  # fmt: skip
    sharing = forms.BooleanField(
        label=_("My data may be shared for research without my name"), required=False,
        help_text=_("With other researchers, with a code in place of your name."),
    )  # fmt: skip


class SignForm(forms.Form):
    """Name, signature, and once more the password."""

    printed_name = forms.CharField(
        label=_("Your full name"), max_length=120,
        help_text=_("As on your identity card. Typed here, it counts as your signature."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please type your name.")},
    )  # fmt: skip
    drawing = forms.CharField(
        label=_("Signature"), required=False, widget=forms.HiddenInput,
        max_length=len(DATA_URL) + 4 * MAX_BYTES // 3 + 1000,
        error_messages={
            "max_length": _("This picture is too large. Please sign again, or type your signature.")
        },
    )  # fmt: skip
    agreed = forms.BooleanField(
        label=_("I have read the text and I sign it."),
        error_messages={"required": _("Please tick this if you want to sign.")},
    )
    password = forms.CharField(
        label=_("Your password or PIN, once more"), strip=False, max_length=200,
        help_text=_("So that nobody else can sign for you."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Please type your password or PIN.")},
    )  # fmt: skip

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    def clean_printed_name(self) -> str:
        name = " ".join(str(self.cleaned_data["printed_name"]).split())
        if len(name) < 2:
            raise forms.ValidationError(_("Please type your full name."))
        return name

    def clean_drawing(self) -> bytes | None:
        """The picture drawn anew, or None where the name was typed."""
        sent = self.cleaned_data["drawing"]
        if not sent:
            return None
        try:
            if not sent.startswith(DATA_URL):
                raise ImageRefused("not_a_png")
            return reencode_png(base64.b64decode(sent[len(DATA_URL) :], validate=True))
        except binascii.Error:
            raise forms.ValidationError(ImageRefused("not_a_png").text, code="not_a_png") from None
        except ImageRefused as refused:
            raise forms.ValidationError(refused.text, code=refused.code) from None

    def clean_password(self) -> str:
        if not self._person.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("That is not right. Please try again."), code="wrong")
        return ""  # it is not needed any more
