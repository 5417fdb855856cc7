"""The clinician's half of the screening: read the participant's, fill in the own, sign."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

import protocol
from accounts.admin_base import StudyModelAdmin, tell_local_time
from accounts.models import User
from accounts.roles import Role
from accounts.row_history import who
from core import clock
from core.errors import Refused
from enrollment.models import Participant, Screening
from enrollment.screening import presenters
from enrollment.screening.forms import AS_STORED, WITH_UNSURE, own_exclusions
from enrollment.services import screening
from protocol import Exclusion

CLINICIANS = frozenset({Role.CLINICIAN})
PEOPLE = ("participant__study_id",)
UNSET = [("", _lazy("not known yet"))]
KNOWN = {"yes": True, "no": False}


def clinical_exclusions() -> list[Exclusion]:
    """The exclusions a clinician judges, in the protocol's order."""
    rule = protocol.current().eligibility
    return [row for row in rule.exclusions if row.asked_of in ("clinician", "both")]


def _yes_no(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=[*UNSET, ("yes", _lazy("yes")), ("no", _lazy("no"))], required=False,
        coerce=lambda value: KNOWN[value], empty_value=None,
    )  # fmt: skip


class ClinicalForm(forms.ModelForm):
    """What the clinician finds; anything may stay open until it is known."""

    diagnosis_confirmed = _yes_no(_lazy("DSM-5 diagnosis of depression confirmed"))
    medication_stable = _yes_no(_lazy("Medicine constant in kind and dose, or none"))
    reason = forms.CharField(
        label=_lazy("Why is this changed?"), max_length=200, required=False,
        help_text=_lazy("Needed once the decision is signed."),
    )  # fmt: skip

    class Meta:
        model = Screening
        fields = (
            "diagnosis_confirmed", "diagnosis_tool", "diagnosed_on", "diagnosed_by",
            "medication_stable", "fitness_on", "fitness_by", "systolic_mmhg", "diastolic_mmhg",
            "resting_hr_bpm", "fitness_result", "restrictions",
        )  # fmt: skip
        widgets = {  # noqa: RUF012
            "diagnosed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "fitness_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {True: "yes", False: "no"}
        for name in ("diagnosis_confirmed", "medication_stable"):
            self.initial[name] = words.get(getattr(self.instance, name), "")
        for row in clinical_exclusions():
            name = f"exclusion_{row.code}"
            self.fields[name] = _yes_no(str(row.label))
            found = (self.instance.clinical_exclusions or {}).get(row.code)
            self.initial[name] = words.get(found, "") if found is not None else ""
        if self.instance.decided_at is None:
            del self.fields["reason"]

    def values(self) -> dict[str, Any]:
        """As `services.screening.save_clinical_half` takes it."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in self._meta.fields or ()},
            "clinical_exclusions": {
                row.code: data[f"exclusion_{row.code}"] for row in clinical_exclusions()
            },
        }

    def _post_clean(self) -> None:
        """The service cleans the row; here only the form's own fields."""


@admin.register(Screening)
class ScreeningAdmin(StudyModelAdmin):
    """A list to find one; the page itself is ours, by participant, so that it needs no row yet."""

    site_path = "participant__site"
    list_display = ("participant", "own_sent_at", "hdrs_rated_on", "decided_at", "shown_outcome")
    list_filter = ("participant__state", "participant__site")
    list_select_related = ("participant",)
    search_fields = PEOPLE

    class Media:
        css = {"all": ("data_management/desk.css",)}  # noqa: RUF012

    @admin.display(description=_lazy("outcome"))
    def shown_outcome(self, row: Screening) -> str:
        if row.decided_at is None:
            return "–"
        outcome = "NOT_ELIGIBLE" if row.reasons else "ELIGIBLE"
        return str(presenters.OUTCOMES[presenters.Outcome[outcome]])

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.screening_view)
        return [
            path("of/<int:participant>/", page, name="enrollment_screening_of"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return self.screening_view(request, row.participant_id)

    def screening_view(self, request: HttpRequest, participant: int) -> HttpResponse:
        """Both halves, the verdict with every reason, and the clinician's signature."""
        tell_local_time(request)
        person = get_object_or_404(Participant.objects.select_related("site"), pk=participant)
        row = screening.of(person) or Screening(participant=person)
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not self.has_view_permission(request, row):
            raise Http404
        signs = self._holds(request, CLINICIANS, row)
        form = ClinicalForm(instance=row)
        status = 200
        if request.method == "POST":
            if not signs:
                raise PermissionDenied
            form = ClinicalForm(request.POST, instance=row)
            if self._done(request, person, form):
                return redirect("admin:enrollment_screening_of", person.pk)
            status = 400
            row = screening.of(person) or Screening(participant=person)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Screening of %(person)s") % {"person": person},
            "opts": self.opts,
            "participant": person,
            "row": row,
            "form": form,
            "signs": signs and person.state in Participant.BEFORE_ALLOCATION,
            "own": _own_half(person, row),
            "rating": _rating(row),
            "verdict": presenters.verdict_words(screening.verdict(person, row)),
            "decided_by": who(row.decided_by) if row.decided_by else "",
        }
        template = "admin/enrollment/screening/screening.html"
        return TemplateResponse(request, template, context, status=status)

    def _done(self, request: HttpRequest, person: Participant, form: ClinicalForm) -> bool:
        by, now = request.user, clock.now()
        assert isinstance(by, User)
        try:
            if request.POST.get("step") == "sign":
                screening.decide(participant=person, by=by, now=now)
                messages.success(request, _("Signed."))
            elif form.is_valid():
                screening.save_clinical_half(
                    participant=person, fields=form.values(), by=by, now=now,
                    reason=form.cleaned_data.get("reason", ""),
                )  # fmt: skip
                messages.success(request, _("Saved."))
            else:
                return False
        except ValidationError as error:
            for name, found in error.message_dict.items():
                for message in found:
                    form.add_error(name if name in form.fields else None, message)
            return False
        except Refused as refused:
            messages.error(request, str(refused.text))
        return True


def _own_half(person: Participant, row: Screening) -> list[tuple[str, str]]:
    """The participant's half in words; empty until it is sent."""
    if row.own_sent_at is None:
        return []
    words = {AS_STORED[value]: str(label) for value, label in WITH_UNSURE}
    low, high = protocol.current().eligibility.age
    return [
        (_("Sent"), formats.date_format(row.own_sent_at, "SHORT_DATE_FORMAT")),
        (_("Birth year"), str(person.birth_year)),
        (_("%(low)d to %(high)d today") % {"low": low, "high": high}, words[row.in_age_range]),
        (_("Sex"), person.get_sex_display()),
        (_("Education"), person.get_education_display()),
        (_("Occupation"), row.occupation or "–"),
        (_("Years of low mood"), str(person.illness_years)),
        (_("Treatment"), person.get_treatment_display()),
        *(
            (str(exclusion.label), words[row.own_exclusions.get(exclusion.code)])
            for exclusion in own_exclusions()
        ),
    ]


def _rating(row: Screening) -> str:
    """The rater's total in the protocol's scheme, for clinicians; raters never come here."""
    entry = protocol.current().eligibility.severity
    if row.hdrs_rated_on is None or entry is None:
        return "–"
    if row.hdrs_total is None:
        return _("no total: an item is missing")
    scale = protocol.instrument(entry.instrument)
    band = scale.band(entry.scheme, row.hdrs_total)
    return f"{row.hdrs_total} · {band.label} ({scale.scheme(entry.scheme).title})"
