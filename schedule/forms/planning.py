"""The form of a plan, with what matters open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

import protocol
from accounts.models import User
from protocol import Exercise, SessionKind
from schedule import desk
from schedule.forms.fields import load_field, whole_field
from schedule.rules import ExercisePlan, KindPlan, Plan
from schedule.rules.plan import protocol_step
from schedule.rules.prescribing import Body, exercise_line
from schedule.rules.ranges import BANDS, MOST, impossible

OWN_NUMBERS, OTHER = "own", "other"
REASONS = {
    "protocol": _lazy("As the protocol says"),
    "going": _lazy("How the last weeks went"),
    "wish": _lazy("The participant's wish"),
    "body": _lazy("Pain, tiredness or illness"),
    "assessment": _lazy("The new assessment"),
    OTHER: _lazy("Something else, written below"),
}


@dataclass(frozen=True)
class Level:
    """One of the protocol's intensities of a kind of session, with its beats where they guide."""

    number: int
    effort: tuple[int, int]
    hrr_percent: tuple[int, int] | None
    words: str


@dataclass(frozen=True)
class Card:
    """The fields of one kind of session, for the template."""

    kind: SessionKind
    per_week: BoundField
    minutes: tuple[BoundField, BoundField]
    activities: BoundField
    level: BoundField | None
    exact: list[BoundField]
    exercises: list[tuple[Exercise, list[BoundField]]]
    more_exercises: list[tuple[Exercise, list[BoundField]]]
    errors: bool
    exact_open: bool


class PlanForm(forms.Form):
    """A whole plan: per kind how often, how long, how hard, with what; from when on and why.

    `plan` is what it begins from. `weeks` are (number, words) of the weeks it may count from,
    empty for the first version, which sets the day of the start instead.
    """

    over = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    reason = forms.ChoiceField(
        label=_lazy("Why?"), required=False, choices=list(REASONS.items()), widget=forms.RadioSelect
    )
    reason_text = forms.CharField(
        label=_lazy("In your words"), required=False, max_length=200, strip=True
    )
    outside_by = forms.ChoiceField(label=_lazy("Which clinician answers for it?"), required=False)
    outside_reason = forms.CharField(
        label=_lazy("The clinician's reason"), required=False, max_length=300,
        help_text=_lazy("Kept as a deviation; the prescription names the clinician."),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        plan: Plan,
        levels: dict[str, list[Level]],
        weeks: Sequence[tuple[int, str]],
        clinicians: Iterable[User],
        guides: bool,
        **kwargs: Any,
    ) -> None:
        self.begun_from, self.levels, self.guides = plan, levels, guides
        super().__init__(*args, **kwargs)
        self._when(weeks)
        names = [(str(person.pk), str(person)) for person in clinicians]
        self.fields["outside_by"].choices = [("", "—"), *names]  # type: ignore[attr-defined]
        if guides:
            self.fields["heart_rate"] = forms.BooleanField(
                label=_("Show beats a minute"), required=False,
                help_text=_("Without, effort and the talk test guide."),
            )  # fmt: skip
        for kind in self._kinds():
            self._add_kind(kind)

    def _kinds(self) -> list[SessionKind]:
        return list(protocol.current().session_kinds)

    def _when(self, weeks: Sequence[tuple[int, str]]) -> None:
        if weeks:
            self.fields["from_week"] = forms.TypedChoiceField(
                label=_("From when on?"), choices=weeks, coerce=int, widget=forms.RadioSelect
            )
        else:
            self.fields["starts_on"] = forms.DateField(
                label=_("The program starts on"),
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )

    def _add_kind(self, kind: SessionKind) -> None:
        name, study = kind.modality, protocol.current()
        add: dict[str, Any] = {
            "step": forms.IntegerField(
                widget=forms.HiddenInput, min_value=1, max_value=len(kind.steps)
            ),
            "per_week": whole_field(0, MOST["per_week"], label=_("Times a week")),
            "minutes_low": whole_field(1, MOST["minutes"], label=_("Minutes, from")),
            "minutes_high": whole_field(1, MOST["minutes"], label=_("to")),
            "activities": forms.MultipleChoiceField(
                label=_("Offered"), widget=forms.CheckboxSelectMultiple,
                choices=[(code, str(study.activities[code].label)) for code in kind.activities],
            ),
            "effort_low": whole_field(0, 10, label=_("Effort (0–10), from")),
            "effort_high": whole_field(0, 10, label=_("to")),
        }  # fmt: skip
        if _has_reserve(kind):
            add["hrr_low"] = whole_field(1, 100, label=_("% of heart-rate reserve, from"))
            add["hrr_high"] = whole_field(1, 100, label=_("to"))
        if len(self.levels.get(name, [])) > 1:
            choices = [(str(level.number), level.words) for level in self.levels[name]]
            add["level"] = forms.ChoiceField(
                label=_("How hard?"), widget=forms.RadioSelect,
                choices=[*choices, (OWN_NUMBERS, _("Own numbers, below"))],
            )  # fmt: skip
        self.fields |= {f"{name}-{key}": field for key, field in add.items()}
        for code in self._codes(kind):
            self._add_exercise(name, study.exercises[code])

    def _codes(self, kind: SessionKind) -> list[str]:
        """The exercises offered, those of the plan too where the protocol has them no more."""
        asked = self.begun_from.kind(kind.modality)
        own = [line.exercise for line in asked.exercises] if asked else []
        return list(dict.fromkeys([*kind.exercises, *own]))

    def _add_exercise(self, modality: str, exercise: Exercise) -> None:
        name = f"{modality}-{exercise.code}"
        add: dict[str, Any] = {
            "on": forms.BooleanField(label=str(exercise.label), required=False),
            "sets": whole_field(1, MOST["sets"], label=_("sets"), required=False),
        }
        if modality == "flexibility":
            add["hold"] = whole_field(1, MOST["hold_s"], label=_("seconds"), required=False)
        else:
            add["reps"] = whole_field(1, MOST["reps"], label=_("times"), required=False)
            if set(exercise.equipment) & {"dumbbells", "machines"}:
                add["load"] = load_field(MOST["load_kg"], label=_("kg"))
            if "elastic_bands" in exercise.equipment:
                add["band"] = forms.ChoiceField(
                    label=_("band"), required=False,
                    choices=[("", "—"), *((code, desk.BANDS[code]) for code in BANDS)],
                )  # fmt: skip
        self.fields |= {f"{name}-{key}": field for key, field in add.items()}

    # --- what the template shows

    @property
    def cards(self) -> list[Card]:
        return [self._card(kind) for kind in self._kinds()]

    def _card(self, kind: SessionKind) -> Card:
        name = kind.modality
        exact = [
            self[f"{name}-{key}"]
            for key in ("effort_low", "effort_high", "hrr_low", "hrr_high")
            if f"{name}-{key}" in self.fields
        ]
        rows = [(protocol.current().exercises[code], self._row(name, code))
                for code in self._codes(kind)]  # fmt: skip
        taken = [row for row in rows if row[1][0].value() or any(f.errors for f in row[1])]
        wrong = [key for key in self.errors if key.startswith(f"{name}-")]
        level = self[f"{name}-level"] if f"{name}-level" in self.fields else None
        return Card(
            kind=kind,
            per_week=self[f"{name}-per_week"],
            minutes=(self[f"{name}-minutes_low"], self[f"{name}-minutes_high"]),
            activities=self[f"{name}-activities"],
            level=level,
            exact=exact,
            exercises=taken,
            more_exercises=[row for row in rows if row not in taken],
            errors=bool(wrong),
            exact_open=any(field.errors for field in exact)
            or (level is not None and level.value() == OWN_NUMBERS),
        )

    def _row(self, modality: str, code: str) -> list[BoundField]:
        keys = ("on", "sets", "reps", "hold", "load", "band")
        names = [f"{modality}-{code}-{key}" for key in keys]
        return [self[name] for name in names if name in self.fields]

    # --- what was meant

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reason") in ("", OTHER) and not data.get("reason_text"):
            self.add_error("reason_text", _("Please say why, in a few words."))
        if self.errors:
            return data
        for name, code in impossible(protocol.current(), self.plan()).items():
            self.add_error(self.field_of(name), desk.IMPOSSIBLE[code])
        return data

    def plan(self) -> Plan:
        """The plan that the fields describe."""
        kinds = tuple(self._kind_plan(kind) for kind in self._kinds())
        return Plan(kinds, heart_rate=bool(self.cleaned_data.get("heart_rate")))

    def reason_words(self) -> str:
        """The reason chosen, and what was written beside it."""
        reason = self.cleaned_data["reason"]
        chosen = str(REASONS[reason]) if reason not in ("", OTHER) else ""
        return ". ".join(part for part in (chosen, self.cleaned_data["reason_text"]) if part)

    def _kind_plan(self, kind: SessionKind) -> KindPlan:
        name, data = kind.modality, self.cleaned_data
        effort = (data[f"{name}-effort_low"], data[f"{name}-effort_high"])
        hrr = None
        if _has_reserve(kind):
            hrr = (data[f"{name}-hrr_low"], data[f"{name}-hrr_high"])
        chosen = data.get(f"{name}-level", OWN_NUMBERS)
        for level in self.levels.get(name, []):
            if str(level.number) == chosen:
                effort, hrr = level.effort, level.hrr_percent
        return KindPlan(
            modality=name,
            step=data[f"{name}-step"],
            per_week=data[f"{name}-per_week"],
            minutes=(data[f"{name}-minutes_low"], data[f"{name}-minutes_high"]),
            activities=tuple(data[f"{name}-activities"]),
            effort=effort,
            hrr_percent=hrr,
            exercises=tuple(
                self._line(name, code) for code in self._codes(kind) if data[f"{name}-{code}-on"]
            ),
        )

    def _line(self, modality: str, code: str) -> ExercisePlan:
        def value(key: str) -> Any:
            return self.cleaned_data.get(f"{modality}-{code}-{key}") or None

        return ExercisePlan(
            exercise=code, sets=value("sets") or 1, reps=value("reps"), load_kg=value("load"),
            band_level=value("band"), hold_s=value("hold"),
        )  # fmt: skip

    def show(self, error: ValidationError) -> None:
        """What the service found, at the fields it named."""
        for name, found in error.message_dict.items():
            for message in found:
                self.add_error(self.field_of(name), message)

    def field_of(self, name: str) -> str | None:
        """The field that a rule's name of a problem stands for ("strength.row.load_kg")."""
        ends = {"load_kg": "load", "hold_s": "hold", "band_level": "band"}
        *steps, last = name.split(".")
        base = "-".join([*steps, ends.get(last, last)])
        for candidate in (base, f"{base}_low", f"{base.replace('hrr_percent', 'hrr')}_low"):
            if candidate in self.fields:
                return candidate
        return None


def _has_reserve(kind: SessionKind) -> bool:
    return any(step.hrr_percent is not None for step in kind.steps)


def plan_initial(plan: Plan, levels: dict[str, list[Level]], body: Body) -> dict[str, Any]:
    """A plan as the form shows it; an exercise that it has not is there to be ticked, with the
    numbers of the step."""
    study = protocol.current()
    found: dict[str, Any] = {"heart_rate": plan.heart_rate}
    for kind in plan.kinds:
        name = kind.modality
        found |= {
            f"{name}-step": kind.step,
            f"{name}-per_week": kind.per_week,
            f"{name}-minutes_low": kind.minutes[0],
            f"{name}-minutes_high": kind.minutes[1],
            f"{name}-activities": list(kind.activities),
            f"{name}-effort_low": kind.effort[0],
            f"{name}-effort_high": kind.effort[1],
            f"{name}-level": _level_of(kind, levels.get(name, [])),
        }
        if kind.hrr_percent is not None:
            found[f"{name}-hrr_low"], found[f"{name}-hrr_high"] = kind.hrr_percent
        step, own = protocol_step(study, kind), study.kind(name)
        offered = own.exercises if own else ()
        taken = {line.exercise for line in kind.exercises}
        others = [
            exercise_line(study.exercises[code], step, body)
            for code in offered
            if code not in taken
        ]
        for line in (*kind.exercises, *others):
            row = f"{name}-{line.exercise}"
            load = None if line.load_kg is None else desk.kilograms(line.load_kg)
            found |= {
                f"{row}-on": line.exercise in taken,
                f"{row}-sets": line.sets, f"{row}-reps": line.reps,
                f"{row}-load": load, f"{row}-band": line.band_level or "",
                f"{row}-hold": line.hold_s,
            }  # fmt: skip
    return found


def _level_of(kind: KindPlan, levels: list[Level]) -> str:
    for level in levels:
        if (level.effort, level.hrr_percent) == (kind.effort, kind.hrr_percent):
            return str(level.number)
    return OWN_NUMBERS
