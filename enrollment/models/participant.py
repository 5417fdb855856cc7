"""One person of the study, by study id, and where they stand."""

from __future__ import annotations

from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Site, User
from accounts.roles import WORKS_WITH_PARTICIPANTS
from core.states import StateTable


def validate_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(
            _("%(zone)s is no IANA time zone; write one such as Asia/Shanghai."),
            params={"zone": value},
        )


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def visible_to(self, user: User) -> ParticipantQuerySet:
        """Participants at the sites where `user` holds a staff role that sees participants (the
        same as `enrollment.permissions.may_see_participant` says of one of them)."""
        sites = user.sites(*WORKS_WITH_PARTICIPANTS)
        if sites is None:
            return self
        return self.filter(site__in=sites)

    def in_study(self) -> ParticipantQuerySet:
        """Allocated and not withdrawn."""
        return self.exclude(day_one=None).filter(withdrawal=None)


class Participant(models.Model):
    """One person of the study, by study id. Birth year, not date; no name, no address."""

    class State(models.TextChoices):
        INVITED = "invited", _("invited")
        DECLINED = "declined", _("said no")
        CONSENTED = "consented", _("consent signed")
        ELIGIBLE = "eligible", _("may take part")
        NOT_ELIGIBLE = "not_eligible", _("may not take part")
        READY = "ready", _("baseline complete")
        ALLOCATED = "allocated", _("in the program")
        COMPLETED = "completed", _("completed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    # Signed, and neither screened out nor gone: who can still be allocated.
    BEFORE_ALLOCATION: ClassVar = (State.CONSENTED, State.ELIGIBLE, State.READY)

    class Sex(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")

    class Education(models.TextChoices):
        HIGH_SCHOOL = "high_school", _("high school or below")
        COLLEGE = "college", _("college")
        UNDERGRADUATE = "undergraduate", _("undergraduate")
        GRADUATE = "graduate", _("graduate")

    class Treatment(models.TextChoices):
        MEDICATION = "medication", _("medication")
        COUNSELLING = "counselling", _("psychological counselling")
        NONE = "none", _("none")

    user = models.OneToOneField(User, models.PROTECT, null=True, related_name="participant")
    study_id = models.CharField(_("study id"), max_length=16, unique=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="participants")
    zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.INVITED)
    birth_year = models.PositiveSmallIntegerField(_("birth year"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=8, choices=Sex, blank=True)
    education = models.CharField(_("education"), max_length=16, choices=Education, blank=True)
    illness_years = models.DecimalField(
        _("illness duration (years)"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    treatment = models.CharField(
        _("treatment history"), max_length=16, choices=Treatment, blank=True
    )
    arm = models.CharField(_("arm"), max_length=16, blank=True)
    day_one = models.DateField(_("day 1 (allocation)"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    history = HistoricalRecords(excluded_fields=["user"])

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["study_id"]
        verbose_name = _("participant")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(arm="", day_one=None) | (~Q(arm="") & Q(day_one__isnull=False)),
                name="arm_and_day_one_come_together",
                violation_error_message=_("The arm and day 1 are set together, by allocation."),
            ),
        ]

    def __str__(self) -> str:
        return self.study_id

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def in_screening(self) -> bool:
        """Consent is signed, and nobody has decided yet whether they may take part."""
        return self.state == Participant.State.CONSENTED

    @property
    def in_baseline(self) -> bool:
        """They may take part and are not allocated: the baseline is asked now."""
        return self.state in (Participant.State.ELIGIBLE, Participant.State.READY)


_S = Participant.State

# docs/states.md is drawn from this table (`manage.py draw_states`).
STATES = StateTable(
    "participant",
    _S.INVITED,
    {
        (_S.INVITED, "decline"): _S.DECLINED,
        (_S.INVITED, "sign_consent"): _S.CONSENTED,
        (_S.CONSENTED, "find_eligible"): _S.ELIGIBLE,
        (_S.CONSENTED, "find_ineligible"): _S.NOT_ELIGIBLE,
        (_S.ELIGIBLE, "find_ineligible"): _S.NOT_ELIGIBLE,
        (_S.ELIGIBLE, "lock_baseline"): _S.READY,
        (_S.READY, "find_ineligible"): _S.NOT_ELIGIBLE,
        (_S.READY, "allocate"): _S.ALLOCATED,
        (_S.ALLOCATED, "complete"): _S.COMPLETED,
        (_S.CONSENTED, "withdraw"): _S.WITHDRAWN,
        (_S.ELIGIBLE, "withdraw"): _S.WITHDRAWN,
        (_S.READY, "withdraw"): _S.WITHDRAWN,
        (_S.ALLOCATED, "withdraw"): _S.WITHDRAWN,
        (_S.COMPLETED, "withdraw"): _S.WITHDRAWN,
    },
)
