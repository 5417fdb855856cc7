"""The rota: who answers a site's alerts, and when."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.errors import Forbidden, NotFound
from safety.models import DutyShift
from safety.selectors import clinicians_at

KEEPS_THE_ROTA = (Role.COORDINATOR, Role.CLINICIAN)


@transaction.atomic
def keep_shift(*, shift: DutyShift, by: User, now: datetime) -> DutyShift:
    """Put a clinician on a site's rota. Raises Forbidden, NotFound for a site that is not theirs,
    and ValidationError for somebody who is no clinician there."""
    _refuse_stranger(shift, by)
    if not clinicians_at(shift.site).filter(pk=shift.clinician_id).exists():
        raise ValidationError({"clinician": _("They are no clinician of this site.")})
    shift.by = by
    shift.full_clean()
    return _keep(shift, by, "safety.duty_set")


@transaction.atomic
def end_shift(*, shift: DutyShift, by: User, now: datetime) -> DutyShift:
    """Take a line off the rota from today on, by the site's date; what it was stays in history."""
    row = DutyShift.objects.select_for_update().get(pk=shift.pk)
    _refuse_stranger(row, by)
    yesterday = clock.local_date(now, row.site.tz) - timedelta(days=1)
    if row.until is not None and row.until <= yesterday:
        return row
    # A line that never counted ends on the day it began.
    row.until = max(row.since, yesterday)
    return _keep(row, by, "safety.duty_ended")


def _keep(shift: DutyShift, by: User, action: str) -> DutyShift:
    shift._history_user = by  # type: ignore[attr-defined]
    shift.save()
    changes = {"clinician": shift.clinician_id, "site": shift.site.code, "order": shift.order}
    audit.record(action=action, by=by, obj=shift, changes=changes)
    return shift


def _refuse_stranger(shift: DutyShift, by: User) -> None:
    if not by.has_role(*KEEPS_THE_ROTA):
        raise Forbidden
    sites = by.sites(*KEEPS_THE_ROTA)
    if sites is not None and shift.site_id not in sites:
        raise NotFound
