"""The forms of the safety page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Site, User
from accounts.roles import Role
from safety.models import AlertStep, DutyShift, SafetyAlert
from safety.selectors import clinicians_at

DAYS = [
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")),
    (4, _("Friday")), (5, _("Saturday")), (6, _("Sunday")),
]  # fmt: skip


class StepForm(forms.Form):
    """One step with an alert: which, in words, and to whom where it is handed over."""

    event = forms.ChoiceField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("What was done, in words"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, events: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["event"]
        choices.choices = [(event, event) for event in events]


class HandOverForm(StepForm):
    """Whoever answers it from now on."""

    to = forms.ModelChoiceField(label=_("Hand over to"), queryset=User.objects.none())

    def __init__(self, *args: Any, alert: SafetyAlert, **kwargs: Any) -> None:
        super().__init__(*args, events=[AlertStep.Event.HAND_OVER], **kwargs)
        people: Any = self.fields["to"]
        others = clinicians_at(alert.participant.site)
        people.queryset = others if alert.owner_id is None else others.exclude(pk=alert.owner_id)
        people.label_from_instance = lambda user: user.name


class ShiftForm(forms.ModelForm):
    """One line of a site's rota."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days"), choices=DAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = DutyShift
        fields = (
            "site", "clinician", "order", "phone", "weekdays", "starts_at", "ends_at", "since",
            "until",
        )  # fmt: skip
        widgets = {  # noqa: RUF012
            "starts_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "ends_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "order": forms.RadioSelect,
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        }
        help_texts = {  # noqa: RUF012
            "ends_at": _(
                "The same time as “from” means the whole day; earlier means next morning."
            ),
            "phone": _("Called in an emergency; shown to staff of this site only."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites: Any = self.fields["site"]
        reach = user.sites(Role.COORDINATOR, Role.CLINICIAN)
        sites.queryset = Site.objects.all() if reach is None else Site.objects.filter(pk__in=reach)
        people: Any = self.fields["clinician"]
        people.queryset = clinicians_at(*sites.queryset)
        people.label_from_instance = lambda person: person.name
