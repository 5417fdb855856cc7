"""The forms of adverse events."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from enrollment.models import Participant
from safety.models import AdverseEvent
from safety.selectors import people_of
from safety.services.events import ASSESSMENT

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
YES_NO = [("", _("not judged")), ("true", _("yes")), ("false", _("no"))]


class NoteForm(forms.Form):
    """What somebody told in between."""

    participant = forms.ModelChoiceField(
        label=_("Participant"), queryset=Participant.objects.none()
    )
    started_on = forms.DateField(label=_("Began on"), widget=DATE)
    verbatim = forms.CharField(
        label=_("What happened, in the person's own words"), max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["participant"]
        people.queryset = people_of(user)
        people.label_from_instance = lambda person: person.study_id


class AssessmentForm(forms.ModelForm):
    """A clinician's judgement; with a reason where one is corrected."""

    serious = forms.MultipleChoiceField(
        label=_("Serious because of"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=list(AdverseEvent.SERIOUS.items()),
        help_text=_("None of them: it is not serious, whatever its grade."),
    )  # fmt: skip
    expected = forms.TypedChoiceField(
        label=_("Expected"), choices=YES_NO, required=False, empty_value=None,
        coerce=lambda value: value == "true",
    )  # fmt: skip
    grade = forms.TypedChoiceField(
        label=_("Grade (CTCAE 1–5)"), coerce=int,
        choices=[("", "—"), (1, _("1 mild")), (2, _("2 moderate")), (3, _("3 severe")),
                 (4, _("4 life-threatening")), (5, _("5 death"))],
    )  # fmt: skip
    reason = forms.CharField(label=_("Why it is corrected"), max_length=100, required=False)

    class Meta:
        model = AdverseEvent
        fields = ASSESSMENT
        widgets = {  # noqa: RUF012
            "started_on": DATE, "ended_on": DATE, "narrative": forms.Textarea(attrs={"rows": 4}),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("related_exercise", "related_procedure", "action", "outcome"):
            self.fields[name].required = True
        known = self.instance.state in (
            AdverseEvent.State.ASSESSED, AdverseEvent.State.COUNTERSIGNED,
        )  # fmt: skip
        if not known:
            del self.fields["reason"]
        if self.instance.expected is not None:
            self.initial["expected"] = str(self.instance.expected).lower()

    def entry(self) -> dict[str, Any]:
        """What the service is given."""
        return {name: self.cleaned_data[name] for name in ASSESSMENT}

    def _post_clean(self) -> None:
        """The service judges; the row at hand is not touched."""
