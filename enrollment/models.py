"""Who may take part, and whose data may be written now. Everything here knows the study id only."""

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
from accounts.roles import STAFF_ROLES, Role


def validate_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(
            _("%(zone)s is no IANA time zone; write one such as Asia/Shanghai."),
            params={"zone": value},
        )


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def visible_to(self, user: User) -> ParticipantQuerySet:
        """Participants at the sites where `user` holds a staff role that sees participants."""
        sites = user.sites(*(STAFF_ROLES - {Role.RATER, Role.STATISTICIAN, Role.ADMIN}))
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
        CONSENTED = "consented", _("consent signed")
        ALLOCATED = "allocated", _("in the program")
        COMPLETED = "completed", _("completed")
        WITHDRAWN = "withdrawn", _("withdrawn")

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


class ConsentDocument(models.Model):
    """One version of the information a participant signs; the newest approved one is in force."""

    version = models.CharField(_("version"), max_length=16, unique=True)
    text_sha256 = models.CharField(_("SHA-256 of the text"), max_length=64)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-approved_at"]
        verbose_name = _("consent document")

    def __str__(self) -> str:
        return self.version


class ConsentRecord(models.Model):
    """A signed consent. It stays for ever; a renewed one is another row."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="consents")
    document = models.ForeignKey(ConsentDocument, models.PROTECT)
    language = models.CharField(_("language"), max_length=8)
    signed_at = models.DateTimeField(_("signed"))
    tracker_data = models.BooleanField(_("tracker data may be used"), default=False)
    estimates = models.BooleanField(_("estimates may be made"), default=False)
    sharing = models.BooleanField(_("pseudonymised data may be shared"), default=False)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["signed_at"]
        verbose_name = _("consent")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["participant", "document"], name="one_consent_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant} · {self.document}"


class Withdrawal(models.Model):
    """Leaving the study: what stops is the participant's choice; no reason is needed."""

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="withdrawal")
    at = models.DateTimeField(_("when"))
    stop_exercise = models.BooleanField(_("stop exercise"), default=True)
    stop_contact = models.BooleanField(_("stop contact"), default=False)
    stop_data_use = models.BooleanField(_("stop use of data"), default=False)
    reason = models.CharField(_("reason, if one was given"), max_length=200, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("withdrawal")

    def __str__(self) -> str:
        return str(self.participant)


class DataLock(models.Model):
    """From `at` on nothing of the participant (or of the whole study) is written."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="locks",
        help_text=_("Empty locks the whole study."),
    )  # fmt: skip
    at = models.DateTimeField(_("locked"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("data lock")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="lock_lifting_has_who_and_when",
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant or _('whole study')}"
