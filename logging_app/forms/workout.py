"""The log page's form. Ranges come from the model, words from the study's protocol."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

import protocol
from core.widgets import scale_field
from logging_app.forms.fields import WallClockField, range_of, wall_clock
from logging_app.models import Modality, StoppedBecause, Workout

# What is asked only of who opens it, by what it is about.
HEART = ("hr_before_bpm", "hr_after_bpm", "hr_mean_bpm", "hr_max_bpm")
DISTANCE = ("steps", "distance_m")
REACH = ("range_of_motion_cm",)
DEVICE = ("energy_kcal", "hrv_rmssd_ms", "hrv_sdnn_ms", "resp_mean_brpm", "resp_max_brpm")
FOLDED = (*HEART, *DISTANCE, *DEVICE, *REACH)
# How the browser makes the API's JSON of this form (core/js/queue/forms.js).
BODY = " ".join((
    "modality", "activity", "started_at:datetime", "duration_min:int", "mood_before:int",
    "mood_after:int", "mood_before_recalled:changed&mood_before", "feeling:int", "effort:int",
    "symptoms:list@anything_wrong", "stopped_early:bool", "stopped_because", "notes",
    "sets[].exercise", "sets[].equipment", "sets[].sets:int", "sets[].reps:int",
    "sets[].load_kg:float", "sets[].band_level", "sets[].hold_s:int",
    *(f"{name}:float" for name in FOLDED),
))  # fmt: skip
WRONG_CHOICES = [("no", _("No")), ("yes", _("Yes"))]


def _activity_choices() -> list[tuple[str, Any]]:
    study = protocol.current()
    used: set[str] = set()
    groups: list[tuple[str, Any]] = []
    for kind in study.session_kinds:
        codes = [code for code in kind.activities if code != "other" and code not in used]
        used.update(codes)
        groups.append((str(kind.label), [(c, str(study.activities[c].label)) for c in codes]))
    rest = [(code, str(a.label)) for code, a in study.activities.items() if code not in used]
    return [*groups, (str(_("Something else")), rest)]


def _question(code: str) -> forms.TypedChoiceField:
    """The one question of an instrument of the log, with its words and its range."""
    (item,) = protocol.instrument(code).items
    return scale_field(
        *item.range, label=lazystr(item.text), low_label=lazystr(item.low_label),
        high_label=lazystr(item.high_label), required=False,
    )  # fmt: skip


class WorkoutForm(forms.ModelForm):
    """One workout, logged afterwards: what the page asks, with everything else folded away."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    # The answer that was given before the session began; any other one is remembered afterwards.
    asked_before = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=10
    )
    edit = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    modality = forms.ChoiceField(
        label=_("What kind?"), choices=Modality.choices, widget=forms.RadioSelect
    )
    activity = forms.ChoiceField(label=_("What did you do?"))
    started_at = WallClockField(
        label=_("When did you start?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": _("Write the day and the time, as in 2026-03-01 18:30.")},
    )
    mood_before = scale_field(
        0, 10, label=_("Mood before"), low_label=_("very low"), high_label=_("very good"),
        required=False,
    )  # fmt: skip
    mood_after = scale_field(
        0, 10, label=_("Mood now, after"), low_label=_("very low"), high_label=_("very good"),
        required=False,
    )  # fmt: skip
    feeling = _question("feeling")
    effort = _question("effort")
    anything_wrong = forms.ChoiceField(
        label=_("Was anything wrong?"), choices=WRONG_CHOICES, required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    symptoms = forms.MultipleChoiceField(
        label=_("What was it?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    stopped_early = forms.TypedChoiceField(
        label=_("Did you stop early?"), choices=WRONG_CHOICES, required=False,
        coerce=lambda said: said == "yes", empty_value=None, widget=forms.RadioSelect,
    )  # fmt: skip
    stopped_because = forms.ChoiceField(
        label=_("I stopped early because …"), choices=StoppedBecause.choices, required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    notes = forms.CharField(
        label=_("Anything you would like to add"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Nobody reads this at once. If you need help now, use the help button."),
    )  # fmt: skip

    class Meta:
        model = Workout
        fields = (
            "modality", "activity", "duration_min", "started_at", "mood_before", "mood_after",
            "feeling", "effort", "stopped_early", "stopped_because", "notes", *FOLDED,
        )  # fmt: skip
        labels: ClassVar = {"duration_min": _("How many minutes?")}

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.unsaved = False
        stop_list = protocol.current().stop_list
        choices: dict[str, Any] = self.fields
        choices["activity"].choices = _activity_choices()
        choices["symptoms"].choices = [(s.code, str(s.label)) for s in stop_list]
        for name in ("duration_min", *FOLDED):
            self.fields[name].validators.append(range_of(name))
        self.fields["duration_min"].widget.attrs |= {"inputmode": "numeric", "min": 1, "max": 240}
        for name in FOLDED:
            self.fields[name].widget.attrs["inputmode"] = "decimal"
        self.fields["started_at"].widget.attrs["data-now-less"] = "duration_min"

    def clean_started_at(self) -> datetime:
        """The participant's own wall clock; of an hour shown twice it is the first."""
        return self.cleaned_data["started_at"].replace(tzinfo=self.zone).astimezone(UTC)

    def clean(self) -> dict[str, Any]:
        """A "yes" needs its what, and a "no" none: something may have to be done about it."""
        super().clean()
        data = self.cleaned_data
        said, ticked = data.get("anything_wrong"), data.get("symptoms")
        if "symptoms" in self.errors:
            return data
        if said == "yes" and not ticked:
            self.add_error("symptoms", _("Choose what comes nearest, or say no above."))
        if said == "no" and ticked:
            self.add_error("symptoms", _("Above you said no. Please say yes, or untick these."))
        return data

    def entry(self, stored: Workout | None = None) -> dict[str, Any]:
        """What the service keeps: unanswered is null, never zero.

        What this page cannot say stays as it is `stored`: seconds, the phone's clock, a mood before
        that was not remembered but asked.
        """
        data = self.cleaned_data
        entry = {name: data.get(name) for name in self.Meta.fields}
        entry["notes"] = data["notes"] or None
        entry["stopped_because"] = data["stopped_because"] or None
        entry["symptoms"] = self._symptoms()
        entry["mood_before_recalled"] = self._recalled()
        if stored is not None:
            entry |= self._kept_of(stored)
        return entry

    def _kept_of(self, stored: Workout) -> dict[str, Any]:
        data = self.cleaned_data
        kept: dict[str, Any] = {"device_time": stored.device_time}
        shown = wall_clock(stored.started_at, self.zone)
        if wall_clock(data["started_at"], self.zone) == shown:
            kept["started_at"] = stored.started_at
        if data["mood_before"] == stored.mood_before:
            kept["mood_before_recalled"] = stored.mood_before_recalled
        return kept

    def show(self, error: ValidationError) -> None:
        """What the service found, at the fields it named."""
        for name, found in error.message_dict.items():
            for message in found:
                self.add_error(name if name in self.fields else None, message)

    def offer_again(self, *, edit: int) -> None:
        """The entry was saved meanwhile with other words: say so, and let this one replace it."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["edit"] = str(edit)
        self.data = data
        self.add_error(None, _("This was saved already. Save again if this is what you mean."))

    def keep_what_the_page_cannot_say(self, stored: Workout) -> None:
        """Tell the browser what stays as it is `stored` until the person changes it."""
        self.fields["started_at"].widget.attrs["data-exact"] = stored.started_at.isoformat()

    def _recalled(self) -> bool | None:
        """False for the very answer that was given before, when the session began."""
        before = self.cleaned_data["mood_before"]
        return None if before is None else before != self.cleaned_data.get("asked_before")

    def _symptoms(self) -> list[str] | None:
        if self.cleaned_data["symptoms"]:
            return list(self.cleaned_data["symptoms"])
        return [] if self.cleaned_data["anything_wrong"] == "no" else None

    def _post_clean(self) -> None:
        """The service cleans the row once, for page and API alike; here only the form's fields."""
