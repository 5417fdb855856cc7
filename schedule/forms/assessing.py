"""The form of a fitness assessment."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

import protocol
from protocol import EQUIPMENT
from schedule import desk
from schedule.forms.fields import load_field, whole_field
from schedule.models import FitnessAssessment
from schedule.rules.ranges import MOST
from schedule.services.assessing import CLINICIANS

TEST_ROWS = 5


class AssessmentForm(forms.ModelForm):
    """A new version of the fitness assessment, begun from the one before.

    A clinician's limits are there for clinicians (`limits`); others read them beside the form.
    """

    equipment = forms.MultipleChoiceField(
        label=_lazy("At hand"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(code, desk.EQUIPMENT[code]) for code in EQUIPMENT],
    )  # fmt: skip
    activities = forms.MultipleChoiceField(
        label=_lazy("What they like"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = FitnessAssessment
        fields = (
            "assessed_on", "resting_hr_bpm", "rate_limiting_drug", "max_hr_source",
            "max_hr_measured_bpm", "sit_and_reach_cm", "equipment", "activities", "preferences",
            *CLINICIANS, "reason",
        )  # fmt: skip
        widgets = {  # noqa: RUF012
            "assessed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "max_hr_source": forms.RadioSelect,
            "preferences": forms.Textarea(attrs={"rows": 2}),
            "restrictions": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, limits: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not limits:
            for name in CLINICIANS:
                del self.fields[name]
        study = protocol.current()
        asked = {code for kind in study.session_kinds for code in kind.activities}
        self.fields["activities"].choices = [  # type: ignore[attr-defined]
            (code, str(row.label)) for code, row in study.activities.items() if code in asked
        ]
        exercises = [("", "—"), *_test_choices(study)]
        for number in range(1, TEST_ROWS + 1):
            self.fields[f"test{number}-exercise"] = forms.ChoiceField(
                label=_("Exercise"), required=False, choices=exercises
            )
            self.fields[f"test{number}-load_kg"] = load_field(MOST["load_kg"], label=_("kg"))
            self.fields[f"test{number}-reps"] = whole_field(
                1, MOST["reps"], label=_("repetitions"), required=False
            )
        for field in self.fields.values():
            if isinstance(field.widget, forms.NumberInput):
                field.widget.attrs.setdefault("inputmode", "decimal")

    @property
    def tests(self) -> list[tuple[int, list[BoundField]]]:
        """The rows of strength tests."""
        names = ("exercise", "load_kg", "reps")
        rows = range(1, TEST_ROWS + 1)
        return [(n, [self[f"test{n}-{name}"] for name in names]) for n in rows]

    @property
    def limits(self) -> list[BoundField]:
        return [self[name] for name in CLINICIANS if name in self.fields]

    @property
    def has_test_errors(self) -> bool:
        return any(name.startswith("test") for name in self.errors)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(1, TEST_ROWS + 1):
            values = [data.get(f"test{number}-{name}") for name in ("exercise", "load_kg", "reps")]
            given = [value not in (None, "") for value in values]
            if any(given) and not all(given) and not self._row_errors(number):
                self.add_error(
                    f"test{number}-exercise", _("Choose the exercise, kilograms and repetitions.")
                )
        return data

    def _row_errors(self, number: int) -> bool:
        return any(name.startswith(f"test{number}-") for name in self.errors)

    def entry(self) -> dict[str, Any]:
        """What the service keeps."""
        data = self.cleaned_data
        tests = [
            {"exercise": data[f"test{n}-exercise"], "load_kg": data[f"test{n}-load_kg"],
             "reps": data[f"test{n}-reps"]}
            for n in range(1, TEST_ROWS + 1) if data.get(f"test{n}-exercise")
        ]  # fmt: skip
        fields = {name: data[name] for name in self.Meta.fields if name in data}
        return {**fields, "strength_tests": tests}

    def show(self, error: ValidationError) -> None:
        """What the service found, at the fields it named."""
        for name, found in error.message_dict.items():
            for message in found:
                self.add_error(name if name in self.fields else None, message)

    def _post_clean(self) -> None:
        """The service cleans the row once; here only the form's own fields."""


def _test_choices(study: protocol.Study) -> list[tuple[str, str]]:
    return [(row.code, str(row.label)) for row in study.exercises_of("strength")]


def assessment_initial(before: FitnessAssessment | None, today: date) -> dict[str, Any]:
    """The version before, to be looked over; measurements of strength are made anew."""
    first: dict[str, Any] = {
        "assessed_on": today,
        "max_hr_source": protocol.current().max_hr_formula,
    }
    if before is None:
        return first
    names = [name for name in AssessmentForm.Meta.fields if name not in ("assessed_on", "reason")]
    kept = {name: getattr(before, name) for name in names}
    for number, test in enumerate(before.strength_tests[:TEST_ROWS], start=1):
        kept |= {f"test{number}-{name}": value for name, value in test.items()}
    return {**first, **kept}
