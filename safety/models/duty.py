"""Who answers alerts, where and when."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Site, User


class DutyShift(models.Model):
    """A clinician answers a site's alerts on some days of the week, from–to by the site's clock.

    `weekdays` are 0 (Monday) to 6; equal times mean the whole day, and an end before the start the
    next morning. `order` 1 is called first. It counts from `since` until `until`, both included.
    """

    site = models.ForeignKey(Site, models.PROTECT, related_name="duty_shifts")
    clinician = models.ForeignKey(User, models.PROTECT, related_name="duty_shifts")
    order = models.PositiveSmallIntegerField(
        _("called"), choices=[(1, _("first")), (2, _("second"))], default=1
    )
    phone = models.CharField(_("telephone on duty"), max_length=32)
    weekdays = models.JSONField(_("days"), default=list)
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("to"))
    since = models.DateField(_("counts from"))
    until = models.DateField(_("until"), null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["site", "order", "starts_at"]
        verbose_name = _("duty shift")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="duty_ends_after_it_begins",
                violation_error_message=_("It ends after it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(phone=""), name="duty_has_a_telephone",
                violation_error_message=_("A clinician on duty has a telephone."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.site} · {self.clinician} · {self.get_order_display()}"

    @property
    def days_text(self) -> str:
        """The days of the week, in order, by name."""
        return ", ".join(str(WEEKDAYS_ABBR[day]) for day in sorted(self.weekdays))

    @property
    def hours_text(self) -> str:
        """From and to, or the whole day."""
        if self.starts_at == self.ends_at:
            return str(_("all day"))
        return f"{self.starts_at:%H:%M}–{self.ends_at:%H:%M}"

    def clean(self) -> None:
        days = self.weekdays
        if not isinstance(days, list) or not days or not set(days) <= set(range(7)):
            raise ValidationError({"weekdays": _("Choose at least one day of the week.")})
