"""On the desk: who was trained to rate, the double ratings, and which guesses were given (not what
was guessed: that is read with the unblinded data)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

import protocol
from accounts.admin_base import StudyModelAdmin, WithReason
from accounts.models import User
from accounts.roles import Role
from assessments.models import ArmGuess, RaterTraining, RatingAgreement
from assessments.rater import presenters, selectors

RECORDERS = frozenset({Role.COORDINATOR, Role.CLINICIAN})


class TrainingForm(WithReason):
    """A training of somebody who rates, in a scale of the study's that raters score."""

    class Meta:
        model = RaterTraining
        fields = ("rater", "instrument", "trained_on", "expires_on", "evidence")
        widgets: ClassVar = {
            "trained_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "expires_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "instrument" not in self.fields:
            return
        scales = {scale.code: str(scale.title) for _plan, scale in selectors.scales()}
        self.fields["instrument"] = forms.ChoiceField(
            label=_("Scale"), choices=sorted(scales.items())
        )
        rater: Any = self.fields["rater"]
        rater.queryset = raters_at(self.by)

    by: ClassVar[User | None] = None


def raters_at(by: User | None) -> Any:
    """Who rates now at a site where `by` records trainings, or at every site."""
    sites = by.sites(*RECORDERS) if by else frozenset()
    here = Q() if sites is None else Q(staff_roles__site=None) | Q(staff_roles__site__in=sites)
    held = Q(staff_roles__role=Role.RATER, staff_roles__ended_at=None) & here
    return User.objects.filter(held, is_active=True).distinct().order_by("name")


@admin.register(RaterTraining)
class RaterTrainingAdmin(StudyModelAdmin):
    """Recorded by a coordinator or clinician; without one that counts nobody signs a rating."""

    changers = RECORDERS
    may_add = True
    form = TrainingForm
    list_display = ("rater", "shown_scale", "trained_on", "expires_on", "recorded_by")
    list_select_related = ("rater", "recorded_by")
    list_filter = ("instrument",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Trainings of the raters at one's sites, also of those who rate no more."""
        rows = super().get_queryset(request)
        user = request.user
        sites = user.sites(*self.viewers | self.changers) if isinstance(user, User) else frozenset()
        if sites is None:
            return rows
        held = Q(rater__staff_roles__site=None) | Q(rater__staff_roles__site__in=sites)
        return rows.filter(held, rater__staff_roles__role=Role.RATER).distinct()

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type("TrainingForm", (form,), {"by": request.user})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.recorded_by = request.user
        super().save_model(request, obj, form, change)

    @admin.display(description=_("scale"), ordering="instrument")
    def shown_scale(self, row: RaterTraining) -> str:
        return str(protocol.instrument(row.instrument).title)


@admin.register(RatingAgreement)
class RatingAgreementAdmin(StudyModelAdmin):
    """Read-only: the two raters resolve it on their own pages."""

    site_path = "visit__participant__site"
    list_display = ("visit", "shown_state", "created_at", "resolved_at")
    list_select_related = ("visit__participant",)
    list_filter = ("discrepant", "visit__participant__site")
    search_fields = ("visit__participant__study_id",)
    fields = ("visit", "shown_state", "words", "proposed_by", "confirmed_by", "resolved_at")
    readonly_fields = ("shown_state",)

    @admin.display(description=_("state"))
    def shown_state(self, row: RatingAgreement) -> str:
        return presenters.pair_state(row)


@admin.register(ArmGuess)
class ArmGuessAdmin(StudyModelAdmin):
    """Read-only, and without the guess."""

    site_path = "participant__site"
    list_display = ("participant", "visit", "by", "at")
    list_select_related = ("participant", "by")
    fields = ("participant", "visit", "by", "at")
    list_filter = ("visit", "participant__site")
    search_fields = ("participant__study_id",)
