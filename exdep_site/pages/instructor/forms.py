"""The instructor's small forms: a note, a contact, a pause, a signature, a cover, a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, cast
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import protocol
from enrollment.models import Contact, Participant
from logging_app.forms import WallClockField
from logging_app.models import Modality, Supervision
from logging_app.supervision import JUDGED, Present, Signature
from schedule.models import Pause

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Typed(forms.Form):
    """A form that shows at its fields what a service found."""

    unsaved = False

    def show(self, error: ValidationError) -> None:
        """Each message at the field it names, the others above the form."""
        found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, lines in found.items():
            for line in lines:
                self.add_error(name if name in self.fields else None, line)


def _clock(**options: Any) -> WallClockField:
    return WallClockField(
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": _("Write the day and the time, as in 2026-03-01 18:30.")},
        **options,
    )


def wall_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall shows there, to the minute."""
    return timezone.localtime(moment, zone).replace(second=0, microsecond=0, tzinfo=None)


class NoteForm(Typed):
    text = forms.CharField(
        label=_("What do you want to remember?"), max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Instructors who look after this person read it. It cannot be changed later."),
    )  # fmt: skip


class ContactForm(Typed):
    """When, how, how long; the clock is the participant's."""

    at = _clock(label=_("When?"))
    channel = forms.ChoiceField(
        label=_("How?"), choices=Contact.Channel.choices, widget=forms.RadioSelect, initial="phone"
    )
    reached = forms.TypedChoiceField(
        label=_("Did you reach them?"), choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect, initial="yes", coerce=lambda word: word == "yes",
    )  # fmt: skip
    minutes = forms.IntegerField(
        label=_("How many minutes?"), required=False, min_value=0, max_value=600
    )
    note = forms.CharField(label=_("What about?"), required=False, max_length=200)

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean_at(self) -> datetime:
        return cast(datetime, self.cleaned_data["at"].replace(tzinfo=self.zone).astimezone(UTC))


class PauseForm(Typed):
    kind = forms.ChoiceField(
        label=_("Why?"), widget=forms.RadioSelect,
        choices=[(k.value, k.label) for k in Pause.Kind if k is not Pause.Kind.HOLD],
    )  # fmt: skip
    starts_on = forms.DateField(label=_("First day"), widget=DATE)
    ends_on = forms.DateField(
        label=_("Last day"), widget=DATE, required=False,
        help_text=_("Leave it empty where nobody knows yet."),
    )  # fmt: skip
    reason = forms.CharField(label=_("In a few words"), required=False, max_length=300)


class CoverForm(Typed):
    """Whom to stand in for, until when and why."""

    people = forms.MultipleChoiceField(
        label=_("Whose sessions will you look after?"), widget=forms.CheckboxSelectMultiple
    )
    last_day = forms.DateField(label=_("Last day"), widget=DATE)
    reason = forms.CharField(label=_("Why?"), max_length=200)

    def __init__(self, *args: Any, people: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["people"]).choices = people
        self.fields["last_day"].help_text = _("At most %(days)d days, today included.") % {
            "days": protocol.current().cover_days_at_most
        }


class SignForm(Typed):
    """How a session was supervised, and how well each line of the checklist was kept."""

    mode = forms.ChoiceField(
        label=_("How did you supervise it?"), choices=Supervision.Mode.choices,
        widget=forms.RadioSelect,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in protocol.current().fidelity:
            self.fields[f"fidelity_{line.code}"] = forms.ChoiceField(
                label=str(line.label), choices=list(JUDGED.items()), required=False,
                widget=forms.RadioSelect,
            )  # fmt: skip
        self.fields["note"] = forms.CharField(label=_("Note"), required=False, max_length=300)

    @property
    def checklist(self) -> list[forms.BoundField]:
        """The lines of the checklist, in the protocol's order."""
        return [self[f"fidelity_{line.code}"] for line in protocol.current().fidelity]

    def signature(self) -> Signature:
        data = self.cleaned_data
        judged = {line.code: data[f"fidelity_{line.code}"] for line in protocol.current().fidelity}
        return Signature(
            mode=data["mode"], note=data["note"],
            fidelity={code: word for code, word in judged.items() if word},
        )  # fmt: skip


def signed(row: Supervision) -> dict[str, Any]:
    """A signature as the form shows it."""
    judged = {f"fidelity_{code}": word for code, word in row.fidelity.items()}
    return {"mode": row.mode, "note": row.note, **judged}


class CorrectionForm(SignForm):
    """The same, signed before: another word needs a reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.CharField(
            label=_("What changes, and why?"), max_length=200, required=False
        )


def _activities_of(modality: str) -> list[tuple[str, str]]:
    study = protocol.current()
    kind = study.kind(modality)
    return [(code, str(study.activities[code].label)) for code in kind.activities] if kind else []


class SheetForm(SignForm):
    """One session of a group: what it was, and who was there."""

    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    started_at = _clock(label=_("When did it start?"))
    modality = forms.ChoiceField(label=_("What kind?"), widget=forms.RadioSelect)
    activity = forms.ChoiceField(label=_("What did you do?"))
    duration_min = forms.IntegerField(
        label=_("How many minutes?"), min_value=1, max_value=240, initial=30
    )

    def __init__(
        self, *args: Any, people: Iterable[Participant], zone: ZoneInfo, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.people = {str(person.pk): person for person in people}
        study = protocol.current()
        self.fields["mode"].initial = Supervision.Mode.GROUP
        offered = {kind.modality for kind in study.session_kinds}
        kinds = [(value, label) for value, label in Modality.choices if value in offered]
        cast(Any, self.fields["modality"]).choices = kinds
        cast(Any, self.fields["activity"]).choices = [
            (label, _activities_of(value)) for value, label in kinds
        ]
        for pk, person in self.people.items():
            self.fields[f"here_{pk}"] = forms.BooleanField(label=person.study_id, required=False)
            self.fields[f"minutes_{pk}"] = forms.IntegerField(
                label=_("Minutes, if other"), required=False, min_value=1, max_value=240
            )
            self.fields[f"effort_{pk}"] = forms.IntegerField(
                label=_("Effort 0–10"), required=False, min_value=0, max_value=10
            )

    def clean_started_at(self) -> datetime:
        return cast(
            datetime, self.cleaned_data["started_at"].replace(tzinfo=self.zone).astimezone(UTC)
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(f"here_{pk}") for pk in self.people):
            self.add_error(None, _("Tick who was there."))
        kind = protocol.current().kind(data.get("modality", ""))
        if kind is not None and data.get("activity") and data["activity"] not in kind.activities:
            self.add_error("activity", _("This does not belong to that kind of session."))
        return data

    def entry(self) -> dict[str, Any]:
        names = ("modality", "activity", "started_at", "duration_min")
        return {name: self.cleaned_data[name] for name in names}

    def present(self) -> list[Present]:
        data = self.cleaned_data
        return [
            Present(person, minutes=data[f"minutes_{pk}"], effort=data[f"effort_{pk}"])
            for pk, person in self.people.items()
            if data[f"here_{pk}"]
        ]
