"""The participant's half: one page of plain questions. "I'm not sure" is an answer everywhere."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

import protocol
from enrollment.models import Participant, Screening
from protocol import Exclusion

YES, NO, UNSURE = "yes", "no", "unsure"
YES_NO = [(YES, _("Yes")), (NO, _("No"))]
WITH_UNSURE = [*YES_NO, (UNSURE, _("I’m not sure"))]
AS_STORED: dict[str, bool | None] = {YES: True, NO: False, UNSURE: None}
CHOOSE = {"required": _("Please choose one line.")}


def own_exclusions() -> list[Exclusion]:
    """The exclusions that participants are asked about, in the protocol's order."""
    rule = protocol.current().eligibility
    return [row for row in rule.exclusions if row.asked_of in ("participant", "both")]


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    def spelled() -> list[tuple[str, str]]:
        return [(value, capfirst(str(words))) for value, words in choices]

    return forms.ChoiceField(
        label=label, choices=spelled, widget=forms.RadioSelect(), error_messages=CHOOSE
    )


class OwnHalfForm(forms.Form):
    """Who someone is and how they are, without a word on what excludes."""

    in_age_range = _choice("", YES_NO)
    birth_year = forms.IntegerField(
        label=_("Which year were you born in?"), min_value=1900, max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "4", "size": "6"}),
        error_messages={
            "required": _("Please write the year, as in 1990."),
            "invalid": _("Please write the year, as in 1990."),
            "min_value": _("Please write the year, as in 1990."),
            "max_value": _("Please write the year, as in 1990."),
        },
    )  # fmt: skip
    sex = _choice(_("Your sex, as your doctor has it"), Participant.Sex.choices)
    education = _choice(_("Your education"), Participant.Education.choices)
    occupation = forms.CharField(
        label=_("What do you do during the day?"), max_length=80, required=False,
        help_text=_("Work, study, home, retired: as you would say it. No names of employers."),
    )  # fmt: skip
    illness_years = forms.DecimalField(
        label=_("For how many years have you had low mood?"), min_value=Decimal(0),
        max_value=Decimal(80), max_digits=3, decimal_places=1, help_text=_("A guess is fine: 1.5"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "maxlength": "4", "size": "6"}),
        error_messages={
            "required": _("Please write a number, as in 1.5."),
            "invalid": _("Please write a number, as in 1.5."),
        },
    )  # fmt: skip
    treatment = _choice(
        _("Which treatment have you had for it, most of the time?"), Participant.Treatment.choices
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unsaved = False
        low, high = protocol.current().eligibility.age
        self.fields["in_age_range"].label = _("Are you %(low)d to %(high)d years old today?") % {
            "low": low, "high": high,
        }  # fmt: skip
        for row in own_exclusions():
            self.fields[f"exclusion_{row.code}"] = _choice(str(row.question), WITH_UNSURE)

    def answers(self) -> dict[str, Any]:
        """As `services.screening.save_own_half` takes it."""
        data = self.cleaned_data
        exclusions = {
            row.code: AS_STORED[data[f"exclusion_{row.code}"]] for row in own_exclusions()
        }
        plain = ("birth_year", "sex", "education", "illness_years", "treatment", "occupation")
        return {
            **{name: data[name] for name in plain},
            "in_age_range": AS_STORED[data["in_age_range"]],
            "own_exclusions": exclusions,
        }


def stored(participant: Participant, row: Screening | None) -> dict[str, Any]:
    """What was sent before, as the form shows it; nothing is chosen the first time."""
    if row is None or row.own_sent_at is None:
        return {}
    names = {value: name for name, value in AS_STORED.items()}
    return {
        "birth_year": participant.birth_year,
        "sex": participant.sex,
        "education": participant.education,
        "illness_years": participant.illness_years,
        "treatment": participant.treatment,
        "occupation": row.occupation,
        "in_age_range": names[row.in_age_range],
        **{f"exclusion_{code}": names[value] for code, value in row.own_exclusions.items()},
    }
