"""One question a page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.widgets import ScaleSelect, scale_choices
from protocol import Item

DECLINED = "none"


class QuestionForm(forms.Form):
    """The answer to one item; "I'd rather not answer" is an answer and is kept as null."""

    answer = forms.ChoiceField(error_messages={"required": _("Please choose one line.")})

    def __init__(self, item: Item, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["answer"]
        declined = (DECLINED, _("I’d rather not answer"))
        if item.options:
            field.widget = forms.RadioSelect()
            choices = [(option.value, str(option.label)) for option in item.options]
            field.choices = [*choices, declined]
        else:
            field.widget = ScaleSelect(str(item.low_label or ""), str(item.high_label or ""))
            field.choices = [*scale_choices(*item.range), declined]
        field.label = str(item.text)
        field.help_text = str(item.hint) if item.hint else ""

    def value(self) -> int | None:
        """The chosen score, or None for "I'd rather not answer"."""
        chosen = self.cleaned_data["answer"]
        return None if chosen == DECLINED else int(chosen)


def unsaved(typed: QueryDict) -> dict[str, Any]:
    """What was chosen on a page whose sign-in had ended."""
    return {"answer": typed.get("answer")}


def initial(answers: dict[str, int | None], key: str) -> dict[str, Any]:
    """What was chosen before; an unanswered question has nothing chosen."""
    if key not in answers:
        return {}
    value = answers[key]
    return {"answer": DECLINED if value is None else value}
