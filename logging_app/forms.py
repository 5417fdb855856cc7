"""The log page's form. Ranges come from the model, words from the study's protocol."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import protocol
from core.widgets import scale_field
from logging_app.models import Modality, Workout
from schedule.rules import PlannedSession

FOLDED = (
    "hr_before_bpm", "hr_after_bpm", "hr_mean_bpm", "hr_max_bpm", "steps", "distance_m",
    "energy_kcal", "range_of_motion_cm", "hrv_rmssd_ms", "hrv_sdnn_ms", "resp_mean_brpm",
    "resp_max_brpm",
)  # fmt: skip
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


FAR = 10_000


def _range_of(name: str) -> Callable[[Any], None]:
    """The model's own range of a field, refused in words that say what to write."""
    validators: list[Any] = Workout._meta.get_field(name).validators  # type: ignore[union-attr]
    limits = {type(validator): validator.limit_value for validator in validators}
    low, high = limits.get(MinValueValidator, 0), limits[MaxValueValidator]
    both_ends = _("Please write a number from %(low)s to %(high)s.")
    # A bound that is only there against slips of the finger is not told to who is below.
    too_low = both_ends if high < FAR else _("Please write %(low)s or more.")

    def check(value: Any) -> None:
        if not low <= value <= high:
            words = too_low if value < low else both_ends
            raise ValidationError(words, params={"low": low, "high": high})

    return check


class WallClockField(forms.DateTimeField):
    """A day and a time as they stood on a wall; which instant that was, the form's zone says.

    Django's own field refuses the hour that a clock shows twice, and the one it leaves out.
    """

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(UTC):
            read: datetime | None = super().to_python(value)
        return read.replace(tzinfo=None) if read else None


class WorkoutForm(forms.ModelForm):
    """One workout, logged afterwards: what the page asks, with everything else folded away."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
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
    feeling = scale_field(
        -5, 5, label=_("How did it feel while you moved?"), low_label=_("very unpleasant"),
        high_label=_("very pleasant"), required=False,
    )  # fmt: skip
    effort = scale_field(
        0, 10, label=_("How hard was the whole session?"), low_label=_("rest"),
        high_label=_("hardest possible"), required=False,
    )  # fmt: skip
    anything_wrong = forms.ChoiceField(
        label=_("Was anything wrong?"), choices=WRONG_CHOICES, required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    symptoms = forms.MultipleChoiceField(
        label=_("What was it?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    stopped_early = forms.BooleanField(label=_("I stopped early"), required=False)
    notes = forms.CharField(
        label=_("Anything you would like to add"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Nobody reads this at once. If you need help now, use the help button."),
    )  # fmt: skip

    class Meta:
        model = Workout
        fields = (
            "modality", "activity", "duration_min", "started_at", "mood_before", "mood_after",
            "feeling", "effort", "stopped_early", "notes", *FOLDED,
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
            self.fields[name].validators.append(_range_of(name))
        self.fields["duration_min"].widget.attrs |= {"inputmode": "numeric", "min": 1, "max": 240}
        for name in FOLDED:
            self.fields[name].widget.attrs["inputmode"] = "decimal"

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

        What this page cannot say stays as it is `stored`: seconds, the phone's clock, an explicit
        "did not stop early", a mood before that was not remembered but asked.
        """
        data = self.cleaned_data
        entry = {name: data.get(name) for name in self.Meta.fields}
        entry["notes"] = data["notes"] or None
        entry["stopped_early"] = True if data["stopped_early"] else None
        entry["symptoms"] = self._symptoms()
        entry["mood_before_recalled"] = None if data["mood_before"] is None else True
        if stored is not None:
            entry |= self._kept_of(stored)
        return entry

    def _kept_of(self, stored: Workout) -> dict[str, Any]:
        data = self.cleaned_data
        kept: dict[str, Any] = {"device_time": stored.device_time}
        shown = _wall_clock(stored.started_at, self.zone)
        if _wall_clock(data["started_at"], self.zone) == shown:
            kept["started_at"] = stored.started_at
        if stored.stopped_early is False and not data["stopped_early"]:
            kept["stopped_early"] = False
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

    def _symptoms(self) -> list[str] | None:
        if self.cleaned_data["symptoms"]:
            return list(self.cleaned_data["symptoms"])
        return [] if self.cleaned_data["anything_wrong"] == "no" else None

    def _post_clean(self) -> None:
        """The service cleans the row once, for page and API alike; here only the form's fields."""


def uuid_or_none(text: str | None) -> uuid.UUID | None:
    """The uuid an address carries, or None where it carries none that can be read."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def unsaved(typed: QueryDict, zone: ZoneInfo) -> WorkoutForm:
    """What was typed before the sign-in ended, as it was, with a word on why it stands here."""
    form = WorkoutForm(typed, zone=zone)
    form.unsaved = True
    return form


def preset(
    session: PlannedSession | None, now: datetime, zone: ZoneInfo, entry: uuid.UUID
) -> dict[str, Any]:
    """A new entry as it most likely is: the session that is due, just finished."""
    minutes = session.minutes[0] if session else 30
    started = _wall_clock(now - timedelta(minutes=minutes), zone)
    return {
        "uuid": entry,
        "edit": 1,
        "modality": session.modality if session else Modality.AEROBIC,
        "activity": session.activities[0] if session else None,
        "duration_min": minutes,
        "started_at": started,
    }


def _wall_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall showed, to the minute."""
    return timezone.localtime(moment, zone).replace(second=0, microsecond=0, tzinfo=None)


def stored(workout: Workout, zone: ZoneInfo) -> dict[str, Any]:
    """A stored entry as the form shows it, ready to be corrected."""
    values = {name: getattr(workout, name) for name in WorkoutForm.Meta.fields}
    wrong = "" if workout.symptoms is None else ("yes" if workout.symptoms else "no")
    return {
        **values,
        "uuid": workout.pk,
        "edit": workout.edit + 1,
        "started_at": _wall_clock(workout.started_at, zone),
        "symptoms": workout.symptoms or [],
        "anything_wrong": wrong,
    }
